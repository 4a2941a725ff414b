"""What the CRM holds: status changes, sales touches, opportunities."""

import numpy as np
import pyarrow as pa

from handoff.generate import vocabulary
from handoff.generate.block import Block
from handoff.generate.clock import END
from handoff.generate.columns import Words, flags, hexadecimal, money, numbered, times
from handoff.generate.draws import scrambled
from handoff.generate.files import Fault
from handoff.generate.tables.common import exported, logged, numbered_over_blocks, owners, spoilt

_STATUS_WORDS = Words([t for text in vocabulary.STATUSES for t in (text, text.upper(), f"{text} ")])
_REASON_WORDS = Words(vocabulary.REASONS)
_TOUCH_TYPES = Words(vocabulary.TOUCH_TYPES)
_CURRENCY = Words(("USD",))
_SPOILT_CHANGES = (("changed_at", "31.06.2025"), ("lead_id", None), ("status", None))
_SPOILT_TOUCHES = (("touched_at", "soon"), ("touch_id", None))
_SPOILT_DEALS = (("created_at", "Q3"), ("amount", "1,200"))


def stage_changes(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write what the CRM says about each lead, some in capitals or with a trailing blank."""
    lead, at, code, reason = logged(block.records.statuses, 1)
    sequence = numbered_over_blocks(block, np.arange(len(lead)))
    style = np.where(sequence % 41 == 7, 1, np.where(sequence % 59 == 9, 2, 0))
    row, damaged = exported(block.extras, len(lead))
    columns = {
        "change_id": hexadecimal("sc-", scrambled(sequence[row], seed + 2)),
        "lead_id": numbered("L-", block.people.number[lead[row]]),
        "changed_at": times(at[row]),
        "status": _STATUS_WORDS.column(code[row] * 3 + style[row]),
        "reason": _REASON_WORDS.column(reason[row]),
        "owner_id": owners(block, lead[row]),
    }
    return pa.table(columns), spoilt(len(row), damaged, "change_id", _SPOILT_CHANGES)


def sales_touches(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the calls, messages and meetings."""
    lead, at, kind = logged(block.records.touches, 1)
    sequence = numbered_over_blocks(block, np.arange(len(lead)))
    row, damaged = exported(block.extras, len(lead))
    columns = {
        "touch_id": hexadecimal("st-", scrambled(sequence[row], seed + 3)),
        "lead_id": numbered("L-", block.people.number[lead[row]]),
        "touched_at": times(at[row]),
        "touch_type": _TOUCH_TYPES.column(kind[row]),
        "owner_id": owners(block, lead[row]),
    }
    return pa.table(columns), spoilt(len(row), damaged, "touch_id", _SPOILT_TOUCHES)


def opportunities(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the opportunities as they stand on the last day."""
    lead, opened, closed, won = logged(block.records.deals, 1)
    sequence = numbered_over_blocks(block, np.arange(len(lead)))
    company = block.people.company[lead]
    employees = np.where(company < 0, 1, block.companies.employees[np.maximum(company, 0)])
    amount = (300_000 + employees * (3_000 + block.extras.below(5_000, len(lead)))) // 100 * 100
    row, damaged = exported(block.extras, len(lead))
    done = closed[row] < END
    columns = {
        "opportunity_id": hexadecimal("op-", scrambled(sequence[row], seed + 4)),
        "lead_id": numbered("L-", block.people.number[lead[row]]),
        "created_at": times(opened[row]),
        "amount": money(amount[row], sequence[row] % 29 != 11),
        "currency": _CURRENCY.column(np.zeros(len(row), dtype=np.int64)),
        "closed_at": times(np.where(done, closed[row], 0), done),
        "is_won": flags(won[row], done),
    }
    return pa.table(columns), spoilt(len(row), damaged, "opportunity_id", _SPOILT_DEALS)
