"""Finds what a build left undone because the engine ran out of memory, and how to go on with it.

Two models at once share one limit. What fails so is built again in the same build, and what waited
for it after it, one model at a time: slower, but each has all the memory there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handoff.dbt_outcome import GOOD

OUT_OF_MEMORY = "Out of Memory Error"
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


def left_by(results: Sequence[Any]) -> SecondGo:
    """Say what to build again: nothing where anything but memory was at fault."""
    undone = [one for one in results if str(one.status) not in DONE]
    short = [one for one in undone if OUT_OF_MEMORY in str(one.message or "")]
    if not short or any(one not in short and str(one.status) != "skipped" for one in undone):
        return SecondGo()
    names = [one.node.name for one in undone]
    return SecondGo(
        nodes=tuple(one.node.unique_id for one in undone),
        arguments=("--threads", "1", "--select", *names),
        built_before=tuple(one.node.unique_id for one in results if str(one.status) in DONE),
    )
