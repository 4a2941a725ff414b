"""What several tables need: who owns a lead, how an export repeats and spoils rows."""

import numpy as np
import pyarrow as pa

from handoff.generate import vocabulary
from handoff.generate.block import Block
from handoff.generate.clock import END, START
from handoff.generate.columns import Words
from handoff.generate.draws import SHARE, Draws
from handoff.generate.files import Fault
from handoff.generate.origins import TOUCHES

DAMAGED = 20  # rows in ten thousand that cannot be taken: a fifth of the loader's limit
COPIED = 30  # rows in ten thousand that are delivered twice

TOUCH_WORDS = {
    f"utm_{part}": Words([getattr(touch, part) for touch in TOUCHES])
    for part in ("source", "medium", "campaign", "content", "term")
}
COUNTRIES = Words([code for code, _region, _weight in vocabulary.COUNTRIES])
INDUSTRIES = Words(vocabulary.INDUSTRIES)
_OWNERS = Words(vocabulary.OWNERS)


def some(draws: Draws, count: int, share: int) -> np.ndarray:
    """Choose a share of so many rows: exactly that many, spread over all."""
    size = count * share // SHARE
    step = count // max(size, 1)
    return np.arange(size) * step + draws.below(max(step, 1), size)


def spoilt(
    count: int, damaged: int, key: str, texts: tuple[tuple[str, str | None], ...]
) -> tuple[Fault, ...]:
    """Spoil the last `damaged` of `count` rows in one cell each, the kinds in turn.

    Where a typed file cannot hold the text, the row lacks its `key`.
    """
    rows = np.arange(count - damaged, count)
    return tuple(
        Fault(column, rows[kind :: len(texts)], text, instead=key)
        for kind, (column, text) in enumerate(texts)
    )


def numbered_over_blocks(block: Block, numbers: np.ndarray) -> np.ndarray:
    """Number what is numbered within a block so that no other block has the same number."""
    return numbers.astype(np.int64) + (block.number << 34)


def owners(block: Block, lead: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Say who owns each lead: the same person every time."""
    return _OWNERS.column(block.people.number[lead] * 7 % len(vocabulary.OWNERS), shown)


def logged(parts: list[tuple[np.ndarray, ...]], at: int) -> list[np.ndarray]:
    """Join the columns of a log, keep the 18 months, order by time (column number `at`)."""
    columns = [np.concatenate(values) for values in zip(*parts, strict=True)]
    order = np.lexsort((columns[0], columns[at]))
    order = order[(columns[at][order] < END) & (columns[at][order] >= START)]
    return [column[order] for column in columns]


def exported(draws: Draws, count: int) -> tuple[np.ndarray, int]:
    """Choose an export's rows: all, some twice, then damaged copies (and how many of those)."""
    twice, damaged = some(draws, count, COPIED), some(draws, count, DAMAGED)
    return np.concatenate([np.arange(count), twice, damaged]), len(damaged)
