"""A block's companies and people: what is true of them, whatever the systems know.

A block is a run of leads made together, independently of all other blocks, which is what bounds
the memory. Its size follows from the numbers asked for, never from the machine.
"""

from dataclasses import dataclass

import numpy as np

from handoff.generate.clock import DAY, END, HOUR, arrivals
from handoff.generate.draws import Draws
from handoff.generate.origins import BUYING, FAIR, IDEAL, ORIGINS, POOR, TOUCH
from handoff.generate.vocabulary import COUNTRIES, GOOD_INDUSTRIES, INDUSTRIES, TITLES

NEVER = 2 * END

# Companies of the three fit classes: their share, and how sizes spread (people employed).
_CLASS_SHARES = (3_000, 4_200, 2_800)
_SIZES = (
    (200, 320, 480, 800, 1_300, 2_400, 5_000),
    (60, 90, 140, 220, 350, 600, 1_000),
    (1, 3, 6, 11, 20, 32, 48),
)
_GOOD_INDUSTRY = (9_200, 6_500, 2_000)
_ON_TARGET_LIST = (4_500, 900, 0)
# Seniority (rows of TITLES) by fit class.
_SENIORITY = ((42, 40, 18, 0, 0), (8, 20, 52, 20, 0), (2, 4, 14, 48, 32))
_RANK_POINTS = (20, 20, 10, 0, -30)
_ON_TOPIC = ("marketing", "operations", "sales")
_INDUSTRY_POINTS = (10, 10, 10, 10, 5, 5, -10, 0, -10)
_WITHOUT_COMPANY = (0, 0, 3_500)


@dataclass(frozen=True)
class Companies:
    """The companies of a block; `number` is unique over all blocks."""

    number: np.ndarray
    fit: np.ndarray
    industry: np.ndarray
    employees: np.ndarray
    revenue: np.ndarray
    country: np.ndarray
    on_list: np.ndarray


@dataclass(frozen=True)
class People:
    """The leads of a block, in order of arrival."""

    number: np.ndarray
    created: np.ndarray
    origin: np.ndarray
    fit: np.ndarray
    interest: np.ndarray
    company: np.ndarray  # position among the block's companies; -1 without one
    seniority: np.ndarray
    title: np.ndarray
    touch: np.ndarray
    reads_ebooks: np.ndarray
    opens_all_mail: np.ndarray
    competitor: np.ndarray
    fit_points: np.ndarray  # what fit is truly worth, once everything is known
    form_points: np.ndarray  # the part known from the form alone
    enriched: np.ndarray  # when company data is added (NEVER if it stood in the form)

    def __len__(self) -> int:
        """Count the leads."""
        return len(self.number)

    @property
    def quality(self) -> np.ndarray:
        """What each lead's origin is truly worth."""
        return np.array([origin.quality for origin in ORIGINS])[self.origin]


def found_companies(draws: Draws, first: int, count: int) -> Companies:
    """Make `count` companies, numbered from `first`."""
    fit = np.sort(draws.pick(_CLASS_SHARES, count))
    fit[:3] = (IDEAL, FAIR, POOR)
    fit.sort()
    good = draws.chance(np.array(_GOOD_INDUSTRY)[fit], count)
    industry = np.where(
        good,
        draws.below(GOOD_INDUSTRIES, count),
        GOOD_INDUSTRIES + draws.below(len(INDUSTRIES) - GOOD_INDUSTRIES, count),
    )
    employees = np.choose(fit, [draws.spread(sizes, count) for sizes in _SIZES])
    revenue = employees * (60 + draws.below(180, count)) * 1_000
    country = draws.pick(tuple(weight for _code, _region, weight in COUNTRIES), count)
    on_list = draws.chance(np.array(_ON_TARGET_LIST)[fit], count)
    number = first + np.arange(count, dtype=np.int64)
    return Companies(number, fit, industry, employees, revenue, country, on_list)


def _employers(draws: Draws, companies: Companies, fit: np.ndarray) -> np.ndarray:
    """Give each lead a company of its class; some companies send many leads, most send one."""
    starts = np.searchsorted(companies.fit, (IDEAL, FAIR, POOR))
    sizes = np.diff(np.append(starts, len(companies.fit)))
    size = sizes[fit]
    spread, again = draws.below(size, len(fit)), draws.below(size, len(fit))
    chosen = np.where(draws.chance(4_000, len(fit)), spread * again // np.maximum(size, 1), spread)
    alone = draws.chance(np.array(_WITHOUT_COMPANY)[fit], len(fit))
    return np.where(alone, -1, starts[fit] + chosen)


def _title_points(seniority: np.ndarray, title: np.ndarray) -> np.ndarray:
    """Value a job by its rank, and by whether it works on what the product is for."""
    widest = max(len(texts) for texts in TITLES)
    on_topic = [
        [any(word in text.lower() for word in _ON_TOPIC) for text in texts]
        + [False] * (widest - len(texts))
        for texts in TITLES
    ]
    return np.array(_RANK_POINTS)[seniority] + 10 * np.array(on_topic)[seniority, title]


def _company_points(companies: Companies, company: np.ndarray) -> np.ndarray:
    """Value a company by size, industry and whether sales wants it by name."""
    band = np.searchsorted((10, 50, 200, 1_001), companies.employees, side="right")
    size = np.array((0, 5, 15, 20, 15))[band]
    points = size + np.array(_INDUSTRY_POINTS)[companies.industry] + 20 * companies.on_list
    return np.where(company < 0, 0, points[np.maximum(company, 0)])


def gather_people(draws: Draws, span: tuple[int, int, int], companies: Companies) -> People:
    """Make the leads numbered `span[0]` up to `span[1]` of `span[2]` in all."""
    first, last, total = span
    count = last - first
    created = arrivals(first, last, total, draws.below(HOUR, count))
    origin = draws.pick(tuple(one.share for one in ORIGINS), count)
    fit = draws.pick_by(tuple(one.fit for one in ORIGINS), origin)
    interest = draws.pick_by(tuple(one.interest for one in ORIGINS), origin)
    company = _employers(draws, companies, fit)
    seniority = draws.pick_by(_SENIORITY, fit)
    title = draws.below(np.array([len(texts) for texts in TITLES])[seniority], count)
    touch = np.zeros(count, dtype=np.int64)
    for number, one in enumerate(ORIGINS):
        weights = tuple(weight for _touch, weight in one.touches)
        numbers = np.array([TOUCH[item] for item, _weight in one.touches])
        chosen = numbers[draws.pick(weights, count)]
        touch = np.where(origin == number, chosen, touch)
    ebooks = draws.chance(np.array([one.ebooks for one in ORIGINS])[origin], count)
    opens_all = draws.chance(np.where(interest == BUYING, 1_400, 700), count)
    told = draws.chance(4_500, count) | (company < 0)
    delay = draws.spread((HOUR, 5 * HOUR, 20 * HOUR, 2 * DAY, 4 * DAY, 8 * DAY, 15 * DAY), count)
    competitor = draws.chance(80, count)
    form = _title_points(seniority, title) - 100 * competitor
    full = form + _company_points(companies, company)
    return People(
        number=first + np.arange(count, dtype=np.int64),
        created=created,
        origin=origin,
        fit=fit,
        interest=interest,
        company=company,
        seniority=seniority,
        title=title,
        touch=touch,
        reads_ebooks=ebooks,
        opens_all_mail=opens_all,
        competitor=competitor,
        fit_points=full,
        form_points=np.where(told, full, form),
        enriched=np.where(told, NEVER, created + delay),
    )
