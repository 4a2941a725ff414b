"""Small disks of their own, to be filled or made read-only; only root can have them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

MEGABYTES = 96


def mounted(folder: Path) -> Iterator[Path]:
    """Mount an empty disk at `folder` while the test runs; skip it where that is not permitted."""
    folder.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"a disk cannot be mounted here: {error}")
    if done.returncode != 0:
        pytest.skip(f"a disk cannot be mounted here, which takes root: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, how: str) -> None:
    """Make the disk read-only (`ro`) or not (`rw`)."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)
