"""How the company's systems record what leads did: browsers, ids, late files, copies, blemishes.

Before the form a visit shows an anonymous id only; afterwards mostly both ids, sometimes only the
anonymous one. Servers (mail, webinars, the product) know the lead and see no browser.
"""

from dataclasses import dataclass

import numpy as np

from handoff.generate.acts import Acts
from handoff.generate.clock import DAY, HOUR, MONTH_STARTS, START, month_of
from handoff.generate.draws import SHARE, Draws
from handoff.generate.people import People
from handoff.generate.templates import IDENTIFYING, PAGE_VIEWS, TEMPLATES

# Blemishes. The first two spell the type oddly (kept, and worth nothing); a row with one of the
# others cannot be taken. Those rows are damaged copies: the true row is there as well.
CLEAN, UPPER, TITLE = 0, 1, 2
NO_TIME, BAD_TIME, NO_WHO, BAD_JSON, NO_ID = 3, 4, 5, 6, 7

_LATE = 150
_COPIED = 30
_CONFLICTING = 2
_DAMAGED = 20
_ODD_CASE = 20
_SECOND_DEVICE = 2_500
_COLLEAGUES = 60  # share of leads whose second device is the first one of the lead before


@dataclass(frozen=True)
class Events:
    """Events as recorded; `file` is the month they were delivered in.

    Leads, devices and the sequence are numbered within the block, in 32 bits: rows are many.
    """

    sequence: np.ndarray
    lead: np.ndarray  # -1: not shown
    device: np.ndarray  # -1: no browser
    at: np.ndarray
    template: np.ndarray
    touch: np.ndarray
    blemish: np.ndarray
    file: np.ndarray

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.at)

    def where(self, chosen: np.ndarray, **changed: np.ndarray) -> "Events":
        """Keep the chosen rows, with some columns changed."""
        columns = {name: values[chosen] for name, values in vars(self).items()}
        return Events(**{**columns, **changed})


def identified(draws: Draws, people: People, done: Acts) -> tuple[np.ndarray, ...]:
    """Say for each act which lead and which device its event shows (-1: none)."""
    count, size = len(done), len(people)
    has_second = draws.chance(_SECOND_DEVICE, size)
    shares = draws.chance(_COLLEAGUES, size) & (np.arange(size) > 0)
    second = np.arange(size) * 2 + np.where(shares, -2, has_second.astype(np.int64))
    used = draws.chance(3_000, count)
    device = np.where(used, second[done.lead], done.lead * 2)
    is_form = np.zeros(len(TEMPLATES), dtype=bool)
    is_form[list(IDENTIFYING)] = True
    form = is_form[done.template]
    known = done.at >= people.created[done.lead]
    shown = known & (form | draws.chance(8_000, count))
    # Some forms are sent by a server: the visitor is then known from a later visit, or never.
    unseen = form & draws.chance(400, count)
    device = np.where(done.web & ~unseen, device, -1)
    return np.where(shown | (device < 0), done.lead, -1), device


def background(draws: Draws, people: People, count: int) -> tuple[Acts, np.ndarray]:
    """Fill up with page views that say nothing; mark those of visitors nobody ever identifies.

    Returns `count` page views and the number of the stranger each is by (-1: by the lead).
    """
    weight = np.array((6, 3, 1))[people.interest] * np.where(people.reads_ebooks, 3, 2)
    lead = draws.pick(weight, count)
    start = people.created[lead]
    room = MONTH_STARTS[-1] - start
    later = draws.spread((-20 * DAY, -2 * DAY, 0, 3 * DAY, 15 * DAY, 60 * DAY, 200 * DAY), count)
    at = start + np.where(later < 0, later, later % room)
    at = np.where(at < MONTH_STARTS[0], start + (-later) % room, at)
    stranger = np.where(draws.chance(3_000, count), draws.below(max(count // 8, 1), count), -1)
    template = np.array(PAGE_VIEWS)[draws.pick((30, 26, 10, 16, 6, 7, 5), count)].astype(np.int16)
    first = np.zeros(count, dtype=bool)
    numbers, position = np.unique(stranger, return_index=True)
    first[position[numbers >= 0]] = True
    touch = np.where(first, people.touch[lead], 0).astype(np.int16)
    return Acts(lead, at, template, touch, np.ones(count, dtype=bool)), stranger


def recorded(draws: Draws, people: People, done: Acts, stranger: np.ndarray) -> Events:
    """Record acts as events, delivered in month files, some late, some twice, some damaged.

    `stranger` is as `background` returns it.
    """
    lead, device = identified(draws, people, done)
    unknown = stranger >= 0
    lead = np.where(unknown, -1, lead)
    device = np.where(unknown, 2 * len(people) + stranger, device)
    count = len(done)
    late = draws.chance(_LATE, count)
    delivered = done.at + np.where(
        late, draws.spread((2 * DAY, 8 * DAY, 20 * DAY, 55 * DAY), count), 0
    )
    odd = draws.chance(_ODD_CASE, count)
    blemish = np.where(odd, 1 + draws.below(2, count), CLEAN).astype(np.int8)
    events = Events(
        sequence=np.arange(count, dtype=np.int32),
        lead=lead.astype(np.int32),
        device=device.astype(np.int32),
        at=done.at,
        template=done.template,
        touch=done.touch,
        blemish=blemish,
        file=month_of(delivered).astype(np.int8),
    )
    return _joined([events, *_repeats(draws, events)])


def _repeats(draws: Draws, events: Events) -> list[Events]:
    """Deliver some events twice, a few of them with another time, and some damaged."""
    copied = _some(draws, events, _COPIED)
    next_file = np.minimum(copied.file + draws.below(2, len(copied)), len(MONTH_STARTS) - 1)
    exact = copied.where(np.arange(len(copied)), file=next_file.astype(np.int8))
    other = _some(draws, events, _CONFLICTING)
    # The same id an hour earlier or later, within the same day: which stands is not ours to say.
    moved = np.where(other.at % DAY < DAY // 2, other.at + HOUR, other.at - HOUR)
    other = other.where(np.arange(len(other)), at=moved)
    broken = _some(draws, events, _DAMAGED)
    fault = (NO_TIME + draws.below(NO_ID - NO_TIME + 1, len(broken))).astype(np.int8)
    return [exact, other, broken.where(np.arange(len(broken)), blemish=fault)]


def _some(draws: Draws, events: Events, share: int) -> Events:
    """Take a share of the events: exactly so many, spread over all of them."""
    count = len(events) * share // SHARE
    step = len(events) // max(count, 1)
    return events.where(np.arange(count) * step + draws.below(max(step, 1), count))


def _joined(parts: list[Events]) -> Events:
    """Put events together, in the order of files and times."""
    columns = {
        name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])
    }
    events = Events(**columns)
    # One number a row, file then time then place, sorts several times faster than an argsort.
    key = (
        (events.file.astype(np.int64) << 54) + ((events.at - START) << 28) + np.arange(len(events))
    )
    return events.where(np.sort(key) & ((1 << 28) - 1))
