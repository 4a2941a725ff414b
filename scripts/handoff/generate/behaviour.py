"""What people do of their own accord: visits, forms, waves of interest, products tried, mail read.

Interest drives what says something about buying (prices, proof, demo requests). Whether somebody
reads ebooks is drawn apart from fit and interest, so an ebook truly says nothing.
"""

from dataclasses import dataclass

import numpy as np

from handoff.generate import templates as t
from handoff.generate.acts import Acts, acts, together
from handoff.generate.clock import DAY, END, HOUR, MINUTE, START
from handoff.generate.draws import Draws
from handoff.generate.origins import BUYING, ORIGIN, ORIGINS, POOR, RETURN_TOUCHES
from handoff.generate.people import People

_AROUND = (-24 * DAY, -5 * DAY, -6 * HOUR, 0, 3 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 32 * DAY)
_AFTER = (0, 0, 10 * MINUTE, 6 * HOUR, DAY, 4 * DAY, 9 * DAY, 26 * DAY)
_LONG_AFTER = (0, DAY, 6 * DAY, 20 * DAY, 50 * DAY, 110 * DAY, 200 * DAY)
_BEFORE = (-45 * DAY, -14 * DAY, -5 * DAY, -DAY, -3 * HOUR, -20 * MINUTE)
RETURNING = 1_400  # share of later visits that come through an advertisement again


@dataclass(frozen=True)
class Habit:
    """One kind of act in a wave of interest: weights of 0, 1, 2 … acts by interest, and when."""

    templates: tuple[int, ...]
    counts: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    days: tuple[int, ...]


HABITS = (
    Habit(t.PRICING, ((5, 20, 30, 25, 20), (28, 32, 20, 14, 6), (88, 9, 2, 1, 0)), _AROUND),
    Habit(t.CASE_STUDIES, ((22, 36, 25, 12, 5), (46, 33, 14, 6, 1), (92, 7, 1, 0, 0)), _AROUND),
    Habit(t.DEMO_REQUESTS, ((46, 48, 6), (870, 130, 0), (995, 5, 0)), _AFTER),
    Habit(t.WHITEPAPERS, ((60, 30, 10), (65, 25, 10), (80, 16, 4)), _AROUND),
    Habit(t.CASE_STUDY_DOWNLOADS, ((75, 25), (88, 12), (97, 3)), _AFTER),
    Habit(t.TRIALS, ((88, 12), (94, 6), (992, 8)), _AFTER),
)


def _repeated(positions: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Name each position as often as it acts."""
    return np.repeat(positions, counts)


def _picked(draws: Draws, choices: tuple[int, ...], count: int) -> np.ndarray:
    """Pick templates, each as likely as the others."""
    return np.array(choices)[draws.below(len(choices), count)]


def wave(draws: Draws, who: np.ndarray, start: np.ndarray, interest: np.ndarray) -> list[Acts]:
    """Let a wave of interest run: leads `who`, each from its `start`, at its level of interest."""
    made = []
    for habit in HABITS:
        counts = draws.pick_by(habit.counts, interest)
        lead = _repeated(who, counts)
        at = _repeated(start, counts) + draws.spread(habit.days, len(lead))
        template = _picked(draws, habit.templates, len(lead))
        back = draws.chance(RETURNING, len(lead)) & (at > _repeated(start, counts))
        touch = np.where(back, _picked(draws, RETURN_TOUCHES, len(lead)), 0)
        made.append(acts(lead, at, template, web=True, touch=touch))
    made.append(_webinars(draws, who, start, interest))
    return made


def _webinars(draws: Draws, who: np.ndarray, start: np.ndarray, interest: np.ndarray) -> Acts:
    """Register for one of the next two webinars, the first mostly; two of three come."""
    goes = draws.chance(np.array((4_200, 3_200, 900))[interest], len(who))
    lead, at = who[goes], start[goes] + draws.spread(_AFTER, int(goes.sum()))
    # The next webinar; those who mean to buy prefer the ones about the product.
    number = (at - START - t.WEBINAR_HOUR) // t.WEBINAR_EVERY + 1
    choosy = draws.chance(np.array((6_500, 3_000, 1_000))[interest[goes]], len(lead))
    number = number + np.where(choosy, number % 2, 0)
    held = START + t.WEBINAR_HOUR + number * t.WEBINAR_EVERY
    real = number < t.WEBINARS
    comes = real & draws.chance(6_700, len(lead))
    in_room = held + draws.below(20 * MINUTE, len(lead))
    return together(
        [
            acts(lead[real], at[real], np.array(t.WEBINAR_REGISTERED)[number[real]], web=True),
            acts(
                lead[comes], in_room[comes], np.array(t.WEBINAR_ATTENDED)[number[comes]], web=False
            ),
        ]
    )


def first_visits(draws: Draws, people: People) -> Acts:
    """Visit anonymously before the form, by the touch that brought each; the form ends it."""
    everyone = np.arange(len(people))
    visits = np.array([origin.visits for origin in ORIGINS])[people.origin]
    counts = np.where(visits, 1 + draws.pick((36, 26, 16, 12, 6, 4), len(people)), 0)
    lead = _repeated(everyone, counts)
    at = people.created[lead] + draws.spread(_BEFORE, len(lead))
    # Nobody is watched before the first day: those visits fall shortly before the form.
    at = np.where(at < START, people.created[lead] - 1 - draws.below(20 * MINUTE, len(lead)), at)
    at = np.maximum(at, START)
    order = np.lexsort((at, lead))
    lead, at = lead[order], at[order]
    arrives = np.append(True, lead[1:] != lead[:-1])[: len(lead)]
    touch = np.where(arrives, people.touch[lead], 0)
    return acts(lead, at, _picked(draws, t.PAGE_VIEWS, len(lead)), web=True, touch=touch)


def forms(draws: Draws, people: People) -> Acts:
    """Fill in the form that makes a visitor a lead, at the moment the lead is created."""
    everyone = np.arange(len(people))
    visits = np.array([origin.visits for origin in ORIGINS])[people.origin]
    form = draws.pick_by(((10, 30, 60), (30, 50, 20), (45, 50, 5)), people.interest)
    template = np.array(list(t.FORMS.values()))[form]
    return acts(everyone[visits], people.created[visits], template[visits], web=True)


def reading(draws: Draws, people: People) -> list[Acts]:
    """Download ebooks, look for jobs, unsubscribe: acts that lead nowhere."""
    everyone = np.arange(len(people))
    ebooks = np.where(people.reads_ebooks, 1 + draws.pick((50, 28, 14, 8), len(people)), 0)
    reader = _repeated(everyone, ebooks)
    seekers = everyone[draws.chance(np.where(people.fit == POOR, 700, 60), len(people))]
    leavers = everyone[draws.chance(350, len(people))]
    clickers = everyone[people.touch != 0]
    clickers = clickers[draws.chance(900, len(clickers))]
    made = []
    for lead, choices, days in (
        (reader, t.EBOOKS, _AROUND),
        (seekers, t.CAREERS, _AROUND),
        (leavers, t.UNSUBSCRIBES, _LONG_AFTER),
        (clickers, t.AD_CLICKS, _LONG_AFTER),
    ):
        at = people.created[lead] + draws.spread(days, len(lead))
        touch = _picked(draws, RETURN_TOUCHES, len(lead)) if choices is t.AD_CLICKS else 0
        template = _picked(draws, choices, len(lead))
        made.append(acts(lead, at, template, web=choices is not t.UNSUBSCRIBES, touch=touch))
    return made


def shows(draws: Draws, people: People) -> list[Acts]:
    """Meet trade-show leads at the last show before they were created, and import the bought."""
    met = np.flatnonzero(people.origin == ORIGIN["trade_show"])
    starts = np.array(t.SHOW_STARTS)
    show = np.searchsorted(starts + 2 * DAY, people.created[met], side="right") - 1
    met, show = met[show >= 0], show[show >= 0]
    scans = 1 + draws.pick_by(
        ((15, 25, 35, 25), (40, 30, 20, 10), (70, 20, 10, 0)), people.interest[met]
    )
    lead, hall = _repeated(met, scans), _repeated(show, scans)
    session = draws.below(t.SHOW_SESSIONS, len(lead))
    at = starts[hall] + draws.below(30 * HOUR, len(lead))
    asks = draws.chance(np.array((5_500, 2_200, 300))[people.interest[met]], len(met))
    asked_at = starts[show] + 30 * HOUR + draws.below(6 * HOUR, len(met))
    bought = np.flatnonzero(people.origin == ORIGIN["content_syndication"])
    listed = np.concatenate([met, bought])
    month = draws.below(len(t.LIST_IMPORTS), len(listed))
    return [
        acts(lead, at, np.array(t.BADGE_SCANS)[hall * t.SHOW_SESSIONS + session], web=False),
        acts(met[asks], asked_at[asks], np.array(t.FOLLOW_UPS)[show[asks]], web=False),
        acts(listed, people.created[listed], np.array(t.LIST_IMPORTS)[month], web=False),
    ]


def mail(draws: Draws, people: People, share: int, gone: np.ndarray) -> list[Acts]:
    """Send `share` of the weekly mailings to each lead until it is `gone`; some are opened.

    Opening follows interest a little and habit a lot: some open everything and buy nothing.
    """
    week = 7 * DAY
    first = np.maximum((people.created - t.FIRST_MAILING) // week + 1, 0)
    weeks = np.maximum(
        np.minimum((np.minimum(gone, END) - t.FIRST_MAILING) // week + 1, t.MAILINGS) - first, 0
    )
    lead = _repeated(np.arange(len(people)), weeks)
    ends = np.cumsum(weeks)
    mailing = np.arange(len(lead)) - _repeated(ends - weeks, weeks) + _repeated(first, weeks)
    kept = draws.chance(share, len(lead))
    lead, mailing = lead[kept], mailing[kept]
    sent = t.FIRST_MAILING + mailing * week + draws.below(40 * MINUTE, len(lead))
    opens = np.where(people.opens_all_mail, 9_300, np.array((4_200, 3_000, 1_500))[people.interest])
    opened = draws.chance(opens[lead], len(lead))
    opened_at = sent + draws.spread((MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY), len(lead))
    clicks = np.array((1_800, 900, 350))[people.interest]
    clicked = opened & draws.chance(clicks[lead], len(lead))
    clicked_at = opened_at + 20 + draws.below(4 * MINUTE, len(lead))
    return [
        acts(lead, sent, np.array(t.EMAIL_SENT)[mailing], web=False),
        acts(lead[opened], opened_at[opened], np.array(t.EMAIL_OPENED)[mailing[opened]], web=False),
        acts(
            lead[clicked],
            clicked_at[clicked],
            np.array(t.EMAIL_CLICKED)[mailing[clicked]],
            web=False,
        ),
    ]


def product_use(draws: Draws, trials: Acts, interest: np.ndarray) -> tuple[Acts, np.ndarray]:
    """Use the product in trials, a little or really; say which trials really do."""
    active = draws.chance(np.where(interest == BUYING, 6_500, 3_000), len(trials))
    uses = np.where(active, 12 + draws.below(40, len(trials)), draws.below(5, len(trials)))
    row = _repeated(np.arange(len(trials)), uses)
    at = trials.at[row] + draws.spread((HOUR, DAY, 4 * DAY, 9 * DAY, 20 * DAY, 40 * DAY), len(row))
    milestones = np.where(active, 1 + draws.pick((30, 35, 20, 15), len(trials)), 0)
    reached = _repeated(np.arange(len(trials)), milestones)
    ends = np.cumsum(milestones)
    step = np.arange(len(reached)) - _repeated(ends - milestones, milestones)
    reached_at = trials.at[reached] + (step + 1) * 3 * DAY + draws.below(2 * DAY, len(reached))
    uses_made = acts(trials.lead[row], at, _picked(draws, t.FEATURES, len(row)), web=False)
    made = acts(trials.lead[reached], reached_at, np.array(t.MILESTONES)[step], web=False)
    return together([uses_made, made]), active
