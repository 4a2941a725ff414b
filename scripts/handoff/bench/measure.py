"""Run one command in a process of its own and tell what it took: time, memory, bytes written."""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any

from handoff.errors import EngineError

_BLOCK = 512  # bytes, the unit in which the kernel counts what a process wrote
_LAST_WORDS = 800


@dataclass(frozen=True)
class Measured:
    """One step as measured; `facts` is what the command itself said, as JSON."""

    step: str
    seconds: float
    peak_memory_bytes: int
    bytes_written: int
    facts: dict[str, Any] = field(default_factory=dict)


def _facts(told: str) -> dict[str, Any]:
    """Read the JSON a command ends with; what stands before is for people."""
    begins = f"\n{told}".rfind("\n{")
    return json.loads(told[begins:]) if begins >= 0 else {}


def measured(step: str, command: list[str], environment: dict[str, str]) -> Measured:
    """Run `command`, which prints JSON, to its end; EngineError with its last words if it fails."""
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as said:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        said.seek(0)
        if process.returncode:
            last_words = (told.read() + said.read())[-_LAST_WORDS:]
            message = f"The step '{step}' ended with {process.returncode}: {last_words}"
            raise EngineError(message)
        return Measured(
            step=step,
            seconds=round(seconds, 3),
            peak_memory_bytes=usage.ru_maxrss * 1024,
            bytes_written=usage.ru_oublock * _BLOCK,
            facts=_facts(told.read()),
        )
