"""The leads: a row for every version of each."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from handoff.generate import vocabulary
from handoff.generate.block import Block
from handoff.generate.clock import DAY, END, at_the_desk
from handoff.generate.columns import Words, flags, numbered, times, whole
from handoff.generate.draws import Draws
from handoff.generate.files import Fault
from handoff.generate.origins import ORIGINS
from handoff.generate.people import NEVER, Companies, People
from handoff.generate.tables.common import (
    COUNTRIES,
    DAMAGED,
    INDUSTRIES,
    TOUCH_WORDS,
    owners,
    some,
    spoilt,
)
from handoff.generate.tables.names import people_names

_REGIONS = Words([region for _code, region, _weight in vocabulary.COUNTRIES])
_TITLE_WORDS = Words([title for titles in vocabulary.TITLES for title in titles])
_TITLE_STARTS = np.cumsum([0, *(len(titles) for titles in vocabulary.TITLES)])
_ATTRIBUTES = Words((*vocabulary.ATTRIBUTES, vocabulary.COMPETITOR_ATTRIBUTES))
_LEAD_SOURCES = [text for origin in ORIGINS for text, _weight in origin.lead_sources]
_SOURCE_WORDS = Words(_LEAD_SOURCES)
_SOURCE_STARTS = np.cumsum([0, *(len(origin.lead_sources) for origin in ORIGINS)])
_SPOILT = (
    ("created_at", "yesterday"),
    ("employee_count", "250.5"),
    ("lead_id", None),
    ("attributes", "{broken"),
)


@dataclass(frozen=True)
class _Versions:
    """The rows to write: which lead, valid from when; and when a lead was assigned, or promoted.

    The last `damaged` rows are copies to be spoilt.
    """

    lead: np.ndarray
    at: np.ndarray
    assigned: np.ndarray
    promoted: np.ndarray
    damaged: int


def leads(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write every version of every lead, damaged copies last."""
    del seed
    people, companies = block.people, block.companies
    rows = _versions(block)
    lead, place = rows.lead, pa.array(rows.lead)
    employed, company = people.company[lead] >= 0, np.maximum(people.company[lead], 0)
    enriched = employed & ((people.enriched[lead] == NEVER) | (rows.at >= people.enriched[lead]))
    elsewhere = people.number[lead] % len(vocabulary.COUNTRIES)
    country = np.where(employed, companies.country[company], elsewhere)
    names = people_names(block)
    columns = {
        "lead_id": numbered("L-", people.number[lead]),
        "created_at": times(people.created[lead]),
        "updated_at": times(rows.at, _is_dated(block, lead)),
        "email": names["email"].take(place),
        "full_name": names["full_name"].take(place),
        "job_title": _TITLE_WORDS.column(_titles(people, rows)),
        "company_name": names["company_name"].take(place),
        "company_domain": names["company_domain"].take(place),
        "industry": INDUSTRIES.column(companies.industry[company], enriched),
        "employee_count": whole(companies.employees[company], enriched),
        "annual_revenue": whole(companies.revenue[company], enriched),
        "country": COUNTRIES.column(country),
        "region": _REGIONS.column(country),
        **_sources(block, lead),
        "owner_id": owners(block, lead, rows.at >= rows.assigned[lead]),
        "is_deleted": flags(rows.at >= block.deleted[lead]),
        "attributes": _attributes(block, lead),
    }
    whose = np.flatnonzero(enriched[: len(lead) - rows.damaged])
    spoilt_cells = spoilt(len(lead), rows.damaged, "lead_id", _SPOILT)
    return pa.table(columns), (*spoilt_cells, _from_a_spreadsheet(companies, company, whose))


def _versions(block: Block) -> _Versions:
    """Say when each lead's row changed: enriched, assigned to a rep, promoted, deleted."""
    people, draws, count = block.people, block.extras, len(block.people)
    assigned = np.where(block.hot < END, at_the_desk(block.hot), NEVER)
    promoted = people.created + draws.spread((60 * DAY, 150 * DAY, 400 * DAY), count)
    promoted = np.where(draws.chance(250, count) & (people.seniority == 2), promoted, NEVER)
    moments = np.stack([people.created, people.enriched, assigned, promoted, block.deleted])
    lead, at = np.tile(np.arange(count), len(moments)), moments.ravel()
    seen = at < END
    keys = np.unique((lead[seen] << 40) + at[seen])
    lead, at = keys >> 40, keys & ((1 << 40) - 1)
    copies = some(draws, len(lead), DAMAGED)
    lead, at = np.append(lead, lead[copies]), np.append(at, at[copies])
    return _Versions(lead, at, assigned, promoted, len(copies))


def _is_dated(block: Block, lead: np.ndarray) -> np.ndarray:
    """Say which rows tell when they changed; of leads with one version, a few do not."""
    count = len(block.people)
    once = np.bincount(lead, minlength=count) == 1
    return ~(once & block.extras.chance(100, count))[lead]


def _titles(people: People, rows: _Versions) -> np.ndarray:
    """Choose each row's job title, the better one once a lead was promoted."""
    title = _TITLE_STARTS[people.seniority] + people.title
    better = _TITLE_STARTS[1] + people.title % 2
    return np.where(rows.at >= rows.promoted[rows.lead], better[rows.lead], title[rows.lead])


def _attributes(block: Block, lead: np.ndarray) -> pa.Array:
    """Write the company's own fields; only a competitor has the flag that says so."""
    chosen = block.extras.below(len(vocabulary.ATTRIBUTES), len(block.people))
    chosen = np.where(block.people.competitor, len(vocabulary.ATTRIBUTES), chosen)
    return _ATTRIBUTES.column(chosen[lead])


def _sources(block: Block, lead: np.ndarray) -> dict[str, pa.Array]:
    """Write the lead source as the form had it, and the UTM values where it kept them."""
    people, draws = block.people, block.extras
    source = _lead_sources(draws, people.origin)
    kept = draws.chance(6_000, len(people))[lead]
    touch = people.touch[lead]
    return {
        "lead_source": _SOURCE_WORDS.column(source[lead]),
        **{name: words.column(touch, kept) for name, words in TOUCH_WORDS.items()},
    }


def _from_a_spreadsheet(companies: Companies, company: np.ndarray, rows: np.ndarray) -> Fault:
    """Write some company sizes as a spreadsheet would (`250.0`): odd, and fine."""
    rows = rows[rows % 61 == 0]
    sizes = [f"{size}.0" for size in companies.employees[company[rows]].tolist()]
    return Fault("employee_count", rows, pa.array(sizes, pa.large_string()), odd_only=True)


def _lead_sources(draws: Draws, origin: np.ndarray) -> np.ndarray:
    """Choose for each lead one of the texts its origin's forms write as lead source."""
    tables = [[weight for _text, weight in one.lead_sources] for one in ORIGINS]
    widest = max(len(weights) for weights in tables)
    padded = tuple(tuple(weights + [0] * (widest - len(weights))) for weights in tables)
    return _SOURCE_STARTS[origin] + draws.pick_by(padded, origin)
