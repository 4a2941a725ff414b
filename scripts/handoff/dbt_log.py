"""Listens to dbt while it runs: drives the progress line, and keeps the log of the run.

dbt's own log file is switched off: it would quote values from the data, and cannot be told not to.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from handoff.privacy import masked
from handoff.progress import Progress

KEPT_LEVELS = ("info", "warn", "error")


class DbtLog:
    """One listener for one `dbt build`; `hear` is given to dbt as callback."""

    def __init__(
        self, path: Path, progress: Progress, at_first_node: Callable[[], None] = lambda: None
    ) -> None:
        """Write to `path`, tell `progress`; call `at_first_node` once, when dbt begins to run."""
        self._path = path
        self._progress = progress
        self._at_first_node = at_first_node
        self._file = None
        self._total = 0
        self._done = 0

    def __enter__(self) -> Self:
        """Open the log; one run may write to it more than once."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a", encoding="utf-8", buffering=1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the log. A thread of dbt that speaks later is not heard."""
        del kind, error, trace
        file, self._file = self._file, None
        file.close()

    def hear(self, event: Any) -> None:
        """Take one event of dbt; called from dbt's threads."""
        name = event.info.name
        if name == "LogStartLine":
            self._total = event.data.total
            if event.data.index == 1:
                self._at_first_node()
            self._tell(event)
        elif name == "NodeFinished":
            self._done += 1
            self._tell(event)
        if self._file is not None and event.info.level in KEPT_LEVELS and event.info.msg.strip():
            moment = event.info.ts.ToDatetime().strftime("%H:%M:%S.%f")[:-3]
            self._file.write(f"{moment} {event.info.level:5} {masked(event.info.msg)}\n")

    def _tell(self, event: Any) -> None:
        node = event.data.node_info.node_name
        self._progress.node(node, done=min(self._done, self._total), total=self._total)
