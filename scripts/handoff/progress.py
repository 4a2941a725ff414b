"""What people see while it runs: which step, which model, how many are left, how long it has taken.

On a terminal it is one line that changes; elsewhere (cron, CI) a plain line now and then.
"""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from handoff.console import people, say

PLAIN_EVERY = 10
NAME_WIDTH = 40  # names of tests can be longer than a line


class Progress:
    """The progress line of one run, on stderr; `step` and `node` are told what happens."""

    def __init__(self, console: Console = people) -> None:
        """Draw a line that changes if `console` is a terminal."""
        self._bar = _bar(console) if console.is_terminal else None
        self._task = self._bar.add_task("", total=None, detail="") if self._bar else None
        self._began = time.monotonic()
        self._step = ""
        self._said = 0

    def __enter__(self) -> Self:
        """Start the clock."""
        self._began = time.monotonic()
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away; what follows is the result, or the error."""
        del kind, error, trace
        if self._bar:
            self._bar.stop()

    def step(self, name: str) -> None:
        """Say that a step begins."""
        self._step, self._said = name, 0
        if self._bar is None:
            say(f"{name} ({self._elapsed()})")
        else:
            self._bar.reset(self._task, start=False, total=None, description=name, detail="")

    def detail(self, words: str) -> None:
        """Say what the step is at before anything can be counted."""
        if self._bar is not None:
            self._bar.update(self._task, detail=words)

    def node(self, name: str, *, done: int, total: int) -> None:
        """Say that model or test `name` is running, `done` of `total` being finished."""
        left = total - done
        name = name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
        if self._bar is None:
            if done - self._said >= PLAIN_EVERY or (left == 0 and done > self._said):
                self._said = done
                say(
                    f"{self._step}: {done} of {total} done, {left} left, {name} ({self._elapsed()})"
                )
        else:
            self._bar.update(self._task, total=total, completed=done, detail=f"{left} left  {name}")

    def _elapsed(self) -> str:
        return f"{time.monotonic() - self._began:.0f} s"


class _SinceStart(ProgressColumn):
    """Elapsed time of the whole run: a step's own time says little about when it will end."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def render(self, task: Task) -> Text:
        """Show minutes and seconds since the line appeared."""
        del task
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        return Text(f"{minutes}:{seconds:02d}", style="progress.elapsed")


def _bar(console: Console) -> Bar:
    return Bar(
        SpinnerColumn(),
        _SinceStart(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[detail]}"),
        console=console,
        transient=True,
        refresh_per_second=4,
    )
