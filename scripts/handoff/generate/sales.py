"""What sales does about it: notices hot leads, calls, decides, wins or loses, sends back.

A lead is hot when its fit passes the bar and its fading interest reaches the mark. Sales acts on
hot leads only (and on its own outbound list), so statuses follow real moments in the data.
"""

from dataclasses import dataclass, field

import numpy as np

from handoff.generate.acts import Acts
from handoff.generate.clock import DAY, HOUR, MINUTE, at_the_desk
from handoff.generate.draws import SHARE, Draws
from handoff.generate.people import NEVER, People
from handoff.generate.templates import DEMO_REQUESTS, TEMPLATES
from handoff.generate.vocabulary import REASON, STATUS, TOUCH_TYPES

FIT_BAR = 30
HOT_AT = 43
# Interest fades: (parts of ten that are gone, after so many thirds of the act's fading time).
_FADING = ((3, 1), (4, 2), (3, 3))
_TYPES = sorted({template.event_type for template in TEMPLATES})
_TYPE = np.array([_TYPES.index(template.event_type) for template in TEMPLATES])
_PULL = np.array([template.pull for template in TEMPLATES])
_FADES = np.array([template.fades for template in TEMPLATES])

# Chances in ten-thousandths by fit (ideal, fair, poor) and interest (buying, curious, idle),
# before the quality of the origin multiplies them.
ACCEPTED = ((8_400, 6_200, 4_500), (7_000, 4_800, 3_200), (3_000, 1_500, 1_000))
QUALIFIED = ((6_000, 3_000, 1_500), (4_800, 2_100, 1_000), (2_000, 800, 400))
WON = ((6_200, 4_200, 3_000), (5_400, 3_400, 2_500), (3_000, 2_000, 1_500))
NOTICED = 9_300
NO_DECISION = 700
QUICK_BONUS = 500  # a first call within the hour truly helps acceptance, a little
OPPORTUNITY = 9_000
SELF_SERVE = (3_200, 2_600, 1_200)  # a trial that is worked with, by fit

_DEMO_RESPONSE = (
    MINUTE,
    4 * MINUTE,
    12 * MINUTE,
    28 * MINUTE,
    55 * MINUTE,
    3 * HOUR,
    9 * HOUR,
    26 * HOUR,
    3 * DAY,
)
_RESPONSE = (
    3 * MINUTE,
    40 * MINUTE,
    3 * HOUR,
    8 * HOUR,
    15 * HOUR,
    23 * HOUR,
    36 * HOUR,
    60 * HOUR,
    6 * DAY,
)
_TO_DECISION = (20 * MINUTE, 3 * HOUR, 20 * HOUR, 2 * DAY, 4 * DAY, 9 * DAY)
_TO_QUALIFIED = (4 * HOUR, 2 * DAY, 5 * DAY, 9 * DAY, 15 * DAY, 28 * DAY)
_TO_OPPORTUNITY = (0, HOUR, DAY, 4 * DAY, 12 * DAY)
_TO_CLOSE = (6 * DAY, 16 * DAY, 27 * DAY, 42 * DAY, 70 * DAY, 120 * DAY)
_REJECTIONS = (
    "Bad timing",
    "Could not be reached",
    "Not a decision maker",
    "No budget this year",
    "Too small",
)


@dataclass
class Records:
    """What the CRM wrote down, as lists of columns: statuses, touches and opportunities."""

    statuses: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    touches: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    deals: list[tuple[np.ndarray, ...]] = field(default_factory=list)

    def status(
        self, text: str, lead: np.ndarray, at: np.ndarray, reason: np.ndarray | int = 0
    ) -> None:
        """Write one status for each of `lead`."""
        code = np.full(len(lead), STATUS[text])
        self.statuses.append((lead, at, code, np.broadcast_to(np.asarray(reason), len(lead))))

    def touch(self, lead: np.ndarray, at: np.ndarray, kind: np.ndarray) -> None:
        """Write one touch for each of `lead`."""
        self.touches.append((lead, at, kind))

    def deal(
        self, lead: np.ndarray, opened: np.ndarray, closed: np.ndarray, won: np.ndarray
    ) -> None:
        """Write one opportunity for each of `lead`; `closed` NEVER is an open one."""
        self.deals.append((lead, opened, closed, won))


def hot_moments(people: People, done: Acts, after: np.ndarray) -> np.ndarray:
    """Say when each lead turns hot by what it does after `after`; NEVER where it does not.

    What was done before the lead was known counts from the moment it is known.
    """
    done = done.where((_PULL[done.template] > 0) & (done.at > after[done.lead]))
    done = done.where(_first_of_the_day(done))
    known = np.maximum(done.at, people.created[done.lead])
    order = np.lexsort((known, done.lead))
    done, known = done.where(order), known[order]
    lead, places = done.lead, np.arange(len(done))
    points, fades = _PULL[done.template], _FADES[done.template]
    start = lead * (2 * NEVER)  # keeps one lead's times apart from its neighbour's
    interest = np.zeros(len(lead), dtype=np.int64)
    for days in np.unique(fades):
        totals = np.append(0, np.cumsum(np.where(fades == days, points, 0)))
        for parts, thirds in _FADING:
            since = np.maximum(known - days * DAY * thirds // 3, 0)
            first = np.minimum(np.searchsorted(start + known, start + since, side="right"), places)
            interest += parts * (totals[1:] - totals[first])
    hot = (interest >= 10 * HOT_AT) & (people.fit_points[lead] >= FIT_BAR)
    moments = np.full(len(people), NEVER)
    np.minimum.at(moments, lead[hot], known[hot])
    waits = (people.form_points < FIT_BAR) & (people.enriched < NEVER) & (moments < NEVER)
    return np.where(waits, np.maximum(moments, people.enriched), moments)


def _first_of_the_day(done: Acts) -> np.ndarray:
    """Find the first act of its type of each lead and day: the rest of the day is one thought."""
    key = (done.lead * len(_TYPES) + _TYPE[done.template]) * 40_000 + done.at // DAY
    order = np.lexsort((done.at, key))
    return order[np.unique(key[order], return_index=True)[1]]


def handle(
    draws: Draws,
    people: People,
    interest: np.ndarray,
    hot: np.ndarray,
    asked: np.ndarray,
    records: Records,
) -> np.ndarray:
    """Let sales handle the leads that are hot; return when each was sent back (else NEVER)."""
    who = np.flatnonzero(hot < NEVER)
    who = who[draws.chance(NOTICED, len(who))]
    count = len(who)
    delay = np.where(
        asked[who], draws.spread(_DEMO_RESPONSE, count), draws.spread(_RESPONSE, count)
    )
    first = hot[who] + delay
    first = np.where(draws.chance(7_500, count), at_the_desk(first), first)
    _work(draws, who, first, records)

    fit, level, quality = people.fit[who], interest[who], people.quality[who]
    quick = QUICK_BONUS * (first - hot[who] <= HOUR)
    odds = np.minimum(np.array(ACCEPTED)[fit, level] * quality // SHARE + quick, 9_500)
    decided = first + draws.spread(_TO_DECISION, count)
    open_yet = draws.chance(NO_DECISION, count)
    accepted = draws.chance(odds, count) & ~open_yet
    rejected = ~accepted & ~open_yet
    records.status("Accepted", who[accepted], decided[accepted])
    reason = np.array([REASON[text] for text in _REJECTIONS])[draws.below(len(_REJECTIONS), count)]
    records.status("Rejected", who[rejected], decided[rejected], reason[rejected])

    back = np.full(len(people), NEVER)
    # Most rejected leads are not asked again; a few are kept warm.
    warm = rejected & draws.chance(1_500, count)
    back[who[warm]] = decided[warm]
    odds = np.minimum(np.array(QUALIFIED)[fit, level] * quality // SHARE, 9_000)
    settled = decided + draws.spread(_TO_QUALIFIED, count)
    qualified = accepted & draws.chance(odds, count)
    records.status("Qualified", who[qualified], settled[qualified])
    fate = draws.pick((64, 18, 18), count)
    recycled = accepted & ~qualified & (fate == 0)
    dropped = accepted & ~qualified & (fate == 1)
    records.status("Recycled", who[recycled], settled[recycled], REASON["Bad timing"])
    records.status("Disqualified", who[dropped], settled[dropped], REASON["Chose a competitor"])
    back[who[recycled]] = settled[recycled]
    won = draws.chance(np.minimum(np.array(WON)[fit, level] * quality // SHARE, 9_000), count)
    _close(draws, who[qualified], settled[qualified], won[qualified], records)
    return back


def _work(draws: Draws, who: np.ndarray, first: np.ndarray, records: Records) -> None:
    """Touch each lead a first time and some more times, and say so in the CRM."""
    records.touch(who, first, draws.pick((55, 35, 10, 0), len(who)))
    more = draws.pick((22, 26, 22, 16, 9, 5), len(who))
    lead = np.repeat(who, more)
    later = np.repeat(first, more) + draws.spread(
        (HOUR, DAY, 3 * DAY, 8 * DAY, 20 * DAY), len(lead)
    )
    records.touch(lead, at_the_desk(later), draws.below(len(TOUCH_TYPES), len(lead)))
    reached = draws.chance(6_500, len(who))
    noted = first + draws.below(30 * MINUTE, len(who))
    records.status("Working", who[reached], noted[reached])
    records.status("Attempted Contact", who[~reached], noted[~reached])


def _close(
    draws: Draws, who: np.ndarray, qualified: np.ndarray, won: np.ndarray, records: Records
) -> None:
    """Open an opportunity for most qualified leads and close it, one way or the other."""
    goes_on = draws.chance(OPPORTUNITY, len(who))
    who, won = who[goes_on], won[goes_on]
    opened = qualified[goes_on] + draws.spread(_TO_OPPORTUNITY, len(who))
    closed = opened + draws.spread(_TO_CLOSE, len(who))
    lingers = draws.chance(800, len(who))
    closed = np.where(lingers, NEVER, closed)
    records.deal(who, opened, closed, won)
    # The CRM's status follows the opportunity, and not always.
    noted = draws.chance(9_000, len(who))
    records.status("Opportunity", who[noted], opened[noted] + 60)
    ended = (closed < NEVER) & draws.chance(9_300, len(who))
    records.status("Closed Won", who[ended & won], closed[ended & won])
    lost = ended & ~won
    records.status("Closed Lost", who[lost], closed[lost], REASON["Went silent"])


def self_serve(
    draws: Draws,
    people: People,
    trials: Acts,
    active: np.ndarray,
    hot: np.ndarray,
    records: Records,
) -> np.ndarray:
    """Let trials that are worked with buy by themselves; return the leads that did."""
    free = active & (hot[trials.lead] == NEVER)
    buys = free & draws.chance(np.array(SELF_SERVE)[people.fit[trials.lead]], len(trials))
    who, position = np.unique(trials.lead[buys], return_index=True)
    opened = trials.at[buys][position] + draws.spread(
        (5 * DAY, 9 * DAY, 16 * DAY, 30 * DAY), len(who)
    )
    closed = opened + draws.below(2 * HOUR, len(who))
    records.deal(who, opened, closed, np.ones(len(who), dtype=bool))
    return who


def prospect(
    draws: Draws, people: People, outbound: np.ndarray, hot: np.ndarray, records: Records
) -> np.ndarray:
    """Work leads nobody called hot: the outbound list, and a few others that are only touched.

    Returns the hot moments with the outbound leads sales picked for itself added, which
    then go the way of all leads that sales handles.
    """
    cold = hot == NEVER
    own = outbound & cold & (people.fit_points >= FIT_BAR) & draws.chance(2_500, len(people))
    picked = np.where(own, people.created + draws.below(10 * DAY, len(people)), hot)
    touched = np.flatnonzero(cold & ~own & draws.chance(600, len(people)))
    at = at_the_desk(people.created[touched] + draws.spread((HOUR, DAY, 6 * DAY), len(touched)))
    records.touch(touched, at, draws.pick((30, 60, 10, 0), len(touched)))
    turned = touched[draws.chance(3_000, len(touched))]
    when = at[np.searchsorted(touched, turned)] + DAY
    records.status("Disqualified", turned, when, REASON["Too small"])
    return picked


def asked_for_demo(people: People, done: Acts) -> np.ndarray:
    """Say which leads have ever asked for a demo."""
    asked = np.zeros(len(people), dtype=bool)
    asked[done.lead[np.isin(done.template, DEMO_REQUESTS)]] = True
    return asked
