"""When a build takes its models one at a time: each has all the memory there is, and all threads.

Two models at once share one limit, and spill what they would else hold; what one has written is not
put in its place while another is at work. Where much is to be taken in they go one at a time from
the start. What ran out of memory side by side is built again in the same build, and what waited for
it after it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from handoff.dbt_outcome import GOOD
from handoff.engine import open_to_look

OUT_OF_MEMORY = "Out of Memory Error"
ARGUMENTS = ("--threads", "1")
# With 10 million events and 4 GB it makes no difference, with 100 million it takes seven eighths of
# the time and half the memory (docs/performance.md).
MANY_EVENTS = 30_000_000
# With 1 million new among 100 million it makes no difference; with 10 million a third is written,
# and it takes a seventh less time.
MANY_NEW_EVENTS = 5_000_000
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


def from_the_start(work_db: Path, *, keeps_earlier: bool) -> Sequence[str]:
    """Give the arguments of dbt to build so: none for few events, or if told otherwise.

    A build that keeps what earlier ones made takes in the events that landed since; others, all.
    """
    if os.environ.get("HANDOFF_THREADS"):
        return ()
    with open_to_look(work_db) as connection:
        if keeps_earlier:
            many = _landed_since(connection) > MANY_NEW_EVENTS
        else:
            many = _landed(connection) > MANY_EVENTS
    return ARGUMENTS if many else ()


def _landed(connection: duckdb.DuckDBPyConnection) -> int:
    return connection.execute(
        "select coalesce(max(estimated_size), 0) from duckdb_tables()"
        " where schema_name = 'raw' and table_name = 'events'"
    ).fetchone()[0]


def _landed_since(connection: duckdb.DuckDBPyConnection) -> int:
    """Count the events that landed since the last good build."""
    try:
        return connection.execute(
            "select coalesce(sum(landed), 0) from raw.load_files where table_name = 'events'"
            " and status = 'landed'"
            " and batch > (select max(last_batch_number) from control.refresh_state)"
        ).fetchone()[0]
    except duckdb.CatalogException:  # loaded by other means
        return 0


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
