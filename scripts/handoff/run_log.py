"""The log of one run, for programs: one JSON object a line, the run's id on each of them.

What people read goes to stderr; this lies in the run's folder. Texts are masked: no e-mail address
and no value an engine quotes is kept. A log that cannot be written stops no run.
"""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handoff.privacy import masked

FILE = "log.jsonl"


class RunLog:
    """Writes the lines of one run; may be called from several threads."""

    def __init__(self, folder: Path, run_id: str, step: Callable[[], str | None]) -> None:
        """Write into `folder`; `step` says which step is being taken."""
        self._path = folder / FILE
        self._run_id = run_id
        self._step = step
        self._lock = threading.Lock()

    def __call__(self, event: str, *, level: str = "info", **facts: Any) -> None:
        """Write one line: when, which run, which step, what happened, and its facts."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"at": at, "level": level, "run_id": self._run_id, "step": self._step()}
        line |= {"event": event, **{name: _masked(value) for name, value in facts.items()}}
        text = json.dumps(line, default=str, ensure_ascii=False)
        with self._lock, suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")


def _masked(value: Any) -> Any:
    """Mask every text in a value, however deep it lies."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(str(name)): _masked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value
