"""One block of leads from arrival to outcome: everything true of it, in whole-number columns."""

from dataclasses import dataclass

import numpy as np

from handoff.errors import UsageError
from handoff.generate import behaviour, recording, sales
from handoff.generate.acts import Acts, together
from handoff.generate.clock import DAY, END, START, WEEK
from handoff.generate.draws import SHARE, Draws
from handoff.generate.origins import BUYING, CURIOUS, IDLE, ORIGIN
from handoff.generate.people import NEVER, Companies, People, found_companies, gather_people
from handoff.generate.sales import Records
from handoff.generate.templates import TRIALS
from handoff.generate.vocabulary import STATUS

# Streams of draws, so that a change in one part leaves the others as they were.
_PEOPLE, _BEHAVIOUR, _SALES, _RECORDING, _EXTRAS = range(5)
LEADS_PER_COMPANY = 2
_COMES_BACK = 6_500  # of those sales sent back
_WAKES_UP = 600  # of those who were never hot
_MAIL_SHARE = 45  # percent of what the other acts leave of the budget goes to e-mail
_MAIL_EVENTS = 13  # events per ten mailings: some are opened, few are clicked


@dataclass(frozen=True)
class Plan:
    """What was asked for, and how it is cut into blocks."""

    seed: int
    leads: int
    events: int

    @property
    def block_leads(self) -> int:
        """Leads in a block: about a million events, whatever the machine."""
        return min(max(1_000_000 * self.leads // self.events, 500), 20_000)

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.leads // self.block_leads)

    def span(self, block: int) -> tuple[int, int, int]:
        """Say which leads a block holds: first, behind the last, of how many in all."""
        first = block * self.block_leads
        return first, min(first + self.block_leads, self.leads), self.leads

    def budget(self, block: int) -> int:
        """Say how many events a block has, so that all blocks together have what was asked for."""
        first, last, total = self.span(block)
        return self.events * last // total - self.events * first // total


@dataclass(frozen=True)
class Block:
    """A finished block."""

    number: int
    companies: Companies
    people: People
    events: recording.Events
    true_events: int
    records: Records
    deleted: np.ndarray  # when; NEVER mostly
    hot: np.ndarray
    hot_again: np.ndarray
    extras: Draws  # for what only concerns how rows look


def make_block(plan: Plan, number: int) -> Block:
    """Make the block with this number; it depends on nothing but the plan."""
    streams = [Draws(plan.seed, number, stream) for stream in range(_EXTRAS + 1)]
    span = plan.span(number)
    count = max((span[1] - span[0]) // LEADS_PER_COMPANY, 3)
    first_company = number * (plan.block_leads // LEADS_PER_COMPANY + 3)
    companies = found_companies(streams[_PEOPLE], first_company, count)
    people = gather_people(streams[_PEOPLE], span, companies)
    deleted = _deleted(streams[_PEOPLE], people)
    acts, records, hot, again = _lives(streams, people, deleted, plan.budget(number))
    missing = plan.budget(number) - len(acts)
    if missing < 0:
        message = f"--events {plan.events} is too few for {plan.leads} leads: ask for twice as many"
        raise UsageError(message)
    views, stranger = recording.background(streams[_RECORDING], people, missing)
    by_lead = np.concatenate([np.full(len(acts), -1), stranger])
    events = recording.recorded(streams[_RECORDING], people, together([acts, views]), by_lead)
    return Block(
        number=number,
        companies=companies,
        people=people,
        events=events,
        true_events=plan.budget(number),
        records=records,
        deleted=deleted,
        hot=hot,
        hot_again=again,
        extras=streams[_EXTRAS],
    )


def _deleted(draws: Draws, people: People) -> np.ndarray:
    """Delete a few idle leads from the CRM some weeks later."""
    when = people.created + draws.spread((DAY, 20 * DAY, 60 * DAY, 200 * DAY), len(people))
    gone = (people.interest == IDLE) & draws.chance(100, len(people))
    return np.where(gone & (when < END), when, NEVER)


def _in_window(acts: Acts) -> Acts:
    """Drop what would fall outside the company's 18 months."""
    return acts.where((acts.at >= START) & (acts.at < END))


def _lives(
    streams: list[Draws], people: People, deleted: np.ndarray, budget: int
) -> tuple[Acts, Records, np.ndarray, np.ndarray]:
    """Let everybody act and sales react; a second time for those who come back."""
    draws, desk = streams[_BEHAVIOUR], streams[_SALES]
    everyone = np.arange(len(people))
    never = np.full(len(people), NEVER)
    parts = [behaviour.first_visits(draws, people), behaviour.forms(draws, people)]
    parts += behaviour.reading(draws, people) + behaviour.shows(draws, people)
    parts += behaviour.wave(draws, everyone, people.created, people.interest)
    done = _in_window(together(parts))
    share = _mail_share(people, budget - len(done))
    done = _in_window(together([done, *behaviour.mail(draws, people, share, deleted)]))

    records = Records()
    hot = sales.hot_moments(people, done, never * 0)
    outbound = people.origin == ORIGIN["outbound"]
    handled = sales.prospect(desk, people, outbound, hot, records)
    _new(desk, people, handled, records)
    asked = sales.asked_for_demo(people, done)
    back = sales.handle(desk, people, people.interest, handled, asked, records)

    # Those who return: sent back by sales some time ago, or never hot and now in need.
    returns = (back < END) & desk.chance(_COMES_BACK, len(people))
    wakes = (handled == NEVER) & (deleted == NEVER) & desk.chance(_WAKES_UP, len(people))
    who = np.flatnonzero(returns | wakes)
    since = np.where(returns, back, people.created)[who]
    start = since + draws.spread((40 * DAY, 60 * DAY, 90 * DAY, 140 * DAY, 260 * DAY), len(who))
    level = np.where(draws.chance(6_500, len(who)), BUYING, CURIOUS)
    second = _in_window(together(behaviour.wave(draws, who, start, level)))
    interest = people.interest.copy()
    interest[who] = level
    comes_from = never.copy()
    comes_from[who] = since
    again = sales.hot_moments(people, second, comes_from)
    asked = sales.asked_for_demo(people, second)
    sales.handle(desk, people, interest, again, asked, records)

    done = together([done, second])
    trials = done.where(done.template == TRIALS[0])
    uses, active = behaviour.product_use(draws, trials, people.interest[trials.lead])
    sales.self_serve(desk, people, trials, active, np.minimum(handled, again), records)
    return _in_window(together([done, uses])), records, hot, again


def _new(desk: Draws, people: People, handled: np.ndarray, records: Records) -> None:
    """Enter into the CRM those sales will handle, and some of the others; by no means all."""
    entered = np.flatnonzero((handled < NEVER) | desk.chance(1_500, len(people)))
    at = people.created[entered] + desk.below(3_600, len(entered))
    records.status("New", entered, at)
    old = np.flatnonzero(desk.chance(25, len(people)))
    records.status("On Hold (old)", old, people.created[old] + desk.below(30 * DAY, len(old)))


def _mail_share(people: People, left: int) -> int:
    """Say which share of the mailings goes out, so that e-mail takes its part of the budget."""
    weeks = int(((END - people.created) // WEEK).sum())
    return min(max(left, 0) * _MAIL_SHARE * SHARE // (10 * _MAIL_EVENTS * max(weeks, 1)), SHARE)


def customers(block: Block) -> np.ndarray:
    """Say which leads became customers within the window."""
    won = np.zeros(len(block.people), dtype=bool)
    for lead, _opened, closed, is_won in block.records.deals:
        won[lead[is_won & (closed < END)]] = True
    return won


def had_status(block: Block, text: str) -> np.ndarray:
    """Say which leads had this status within the window."""
    had = np.zeros(len(block.people), dtype=bool)
    for lead, at, code, _reason in block.records.statuses:
        had[lead[(code == STATUS[text]) & (at < END)]] = True
    return had
