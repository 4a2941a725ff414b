"""The events, in the order of files and times."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handoff.generate import recording, vocabulary
from handoff.generate.block import Block
from handoff.generate.clock import HOUR
from handoff.generate.columns import Words, chosen, hexadecimal, numbered, times, whole
from handoff.generate.draws import scrambled
from handoff.generate.files import Fault
from handoff.generate.origins import TOUCHES
from handoff.generate.tables.common import TOUCH_WORDS, numbered_over_blocks
from handoff.generate.templates import TEMPLATES

_TYPES = tuple(dict.fromkeys(template.event_type for template in TEMPLATES))
_TYPE_OF = np.array([_TYPES.index(template.event_type) for template in TEMPLATES])
_TYPE_WORDS = Words([text for name in _TYPES for text in (name, name.upper(), name.title())])
_PAGE_WORDS = Words([template.page for template in TEMPLATES])
_PROPERTY_WORDS = Words([template.properties for template in TEMPLATES])
_VALUES = np.array([template.value or 0 for template in TEMPLATES])
_HAS_VALUE = np.array([template.value is not None for template in TEMPLATES])
_REFERRERS = Words([touch.referrer for touch in TOUCHES])
_AGENTS = Words(vocabulary.USER_AGENTS)


def events(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the events, in the order of files and times."""
    rows = block.events
    template, touch = rows.template, rows.touch
    style = np.where(rows.blemish <= recording.TITLE, rows.blemish, 0)
    sequence = numbered_over_blocks(block, rows.sequence)
    device_id = scrambled(numbered_over_blocks(block, rows.device), seed + 1)
    shown_device = rows.device >= 0
    columns = {
        "event_id": hexadecimal("ev-", scrambled(sequence, seed)),
        "occurred_at": times(rows.at),
        "event_type": _TYPE_WORDS.column(_TYPE_OF[template] * 3 + style),
        "lead_id": chosen(numbered("L-", block.people.number), rows.lead, rows.lead >= 0),
        "anonymous_id": hexadecimal("a-", device_id, shown_device),
        "page_url": _PAGE_WORDS.column(template),
        "referrer_url": _REFERRERS.column(touch),
        **{name: words.column(touch) for name, words in TOUCH_WORDS.items()},
        "value": whole(_VALUES[template], _HAS_VALUE[template]),
        "user_agent": _AGENTS.column(
            (device_id >> np.uint64(40)).astype(np.int64) % 6, shown_device
        ),
        "properties": _PROPERTY_WORDS.column(template),
    }
    return pa.table(columns), _event_faults(block)


def _event_faults(block: Block) -> tuple[Fault, ...]:
    """Say which cells of the events are spoilt, and which are written in another time zone."""
    blemish = block.events.blemish
    at = {code: np.flatnonzero(blemish == code) for code in range(recording.NO_ID + 1)}
    abroad = np.flatnonzero((block.events.sequence % 97 == 0) & (blemish == recording.CLEAN))
    local = pa.array((block.events.at[abroad] + 2 * HOUR), pa.timestamp("s"))
    return (
        Fault("occurred_at", at[recording.NO_TIME], None),
        Fault("occurred_at", at[recording.BAD_TIME], "31/02/2026 25:61"),
        Fault("lead_id", at[recording.NO_WHO], None),
        Fault("anonymous_id", at[recording.NO_WHO], None),
        Fault("properties", at[recording.BAD_JSON], '{"campaign": '),
        Fault("event_id", at[recording.NO_ID], None),
        Fault("occurred_at", abroad, _with_offset(local), odd_only=True),
    )


def _with_offset(local: pa.Array) -> pa.Array:
    """Write local times of a summer in central Europe, with their offset."""
    return pc.strftime(local, format="%Y-%m-%dT%H:%M:%S+02:00").cast(pa.large_string())
