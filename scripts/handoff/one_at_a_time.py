"""When a build takes its models one at a time: each has all the memory there is, and all threads.

Two models at once share one limit, and spill what they would else hold. Where much is built from
nothing they go one at a time from the start. What ran out of memory side by side is built again in
the same build, and what waited for it after it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoff.dbt_outcome import GOOD
from handoff.engine import open_to_look

OUT_OF_MEMORY = "Out of Memory Error"
ARGUMENTS = ("--threads", "1")
# With 10 million events and 4 GB it makes no difference, with 100 million it takes seven eighths of
# the time and half the memory (docs/performance.md).
MANY_EVENTS = 30_000_000
DONE = GOOD | {"warn"}


@dataclass(frozen=True)
class SecondGo:
    """What is left of a build; false where nothing is."""

    nodes: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    built_before: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.nodes)

    @property
    def environment(self) -> dict[str, str | None]:
        """What macros/run/record_refresh.sql asks about the first go."""
        return {"HANDOFF_BUILT_BEFORE": ",".join(self.built_before)}

    def merged(self, first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
        """Give the last result of every node; what the second go did not reach stays as it was."""
        last = {one.node.unique_id: one for one in second}
        return [last.get(one.node.unique_id, one) for one in first]


def from_the_start(work_db: Path) -> Sequence[str]:
    """Give the arguments of dbt to build everything: none for few events, or if told otherwise."""
    if os.environ.get("HANDOFF_THREADS"):
        return ()
    with open_to_look(work_db) as connection:
        (events,) = connection.execute(
            "select coalesce(max(estimated_size), 0) from duckdb_tables()"
            " where schema_name = 'raw' and table_name = 'events'"
        ).fetchone()
    return ARGUMENTS if events > MANY_EVENTS else ()


def left_by(results: Sequence[Any]) -> SecondGo:
    """Say what to build again: nothing where anything but memory was at fault."""
    undone = [one for one in results if str(one.status) not in DONE]
    short = [one for one in undone if OUT_OF_MEMORY in str(one.message or "")]
    if not short or any(one not in short and str(one.status) != "skipped" for one in undone):
        return SecondGo()
    names = [one.node.name for one in undone]
    return SecondGo(
        nodes=tuple(one.node.unique_id for one in undone),
        arguments=(*ARGUMENTS, "--select", *names),
        built_before=tuple(one.node.unique_id for one in results if str(one.status) in DONE),
    )
