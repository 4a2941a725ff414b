"""The seven tables as an export would show them, made of a finished block."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handoff.generate import recording, vocabulary
from handoff.generate.block import Block, customers, had_status
from handoff.generate.clock import DAY, END, HOUR, START, at_the_desk
from handoff.generate.columns import Words, chosen, flags, hexadecimal, money, numbered, times, whole
from handoff.generate.draws import SHARE, Draws, scrambled
from handoff.generate.files import Fault
from handoff.generate.origins import FIT_CLASSES, INTERESTS, ORIGINS, POOR, TOUCHES
from handoff.generate.people import NEVER
from handoff.generate.templates import TEMPLATES

_TYPES = tuple(dict.fromkeys(template.event_type for template in TEMPLATES))
_TYPE_OF = np.array([_TYPES.index(template.event_type) for template in TEMPLATES])
_TYPE_WORDS = Words([text for name in _TYPES for text in (name, name.upper(), name.title())])
_PAGE_WORDS = Words([template.page for template in TEMPLATES])
_PROPERTY_WORDS = Words([template.properties for template in TEMPLATES])
_VALUES = np.array([template.value or 0 for template in TEMPLATES])
_HAS_VALUE = np.array([template.value is not None for template in TEMPLATES])
_TOUCH_WORDS = {
    f"utm_{part}": Words([getattr(touch, part) for touch in TOUCHES])
    for part in ("source", "medium", "campaign", "content", "term")
}
_REFERRERS = Words([touch.referrer for touch in TOUCHES])
_AGENTS = Words(vocabulary.USER_AGENTS)
_STATUS_WORDS = Words([t for text in vocabulary.STATUSES for t in (text, text.upper(), f"{text} ")])
_REASON_WORDS = Words(vocabulary.REASONS)
_OWNERS = Words(vocabulary.OWNERS)
_TOUCH_TYPES = Words(vocabulary.TOUCH_TYPES)
_COUNTRIES = Words([code for code, _region, _weight in vocabulary.COUNTRIES])
_REGIONS = Words([region for _code, region, _weight in vocabulary.COUNTRIES])
_INDUSTRIES = Words(vocabulary.INDUSTRIES)
_TITLE_WORDS = Words([title for titles in vocabulary.TITLES for title in titles])
_TITLE_STARTS = np.cumsum([0, *(len(titles) for titles in vocabulary.TITLES)])
_ATTRIBUTES = Words((*vocabulary.ATTRIBUTES, vocabulary.COMPETITOR_ATTRIBUTES))
_LEAD_SOURCES = [text for origin in ORIGINS for text, _weight in origin.lead_sources]
_SOURCE_WORDS = Words(_LEAD_SOURCES)
_SOURCE_STARTS = np.cumsum([0, *(len(origin.lead_sources) for origin in ORIGINS)])
_TIERS = Words(("A", "B", "C"))

_DAMAGED = 20  # rows in ten thousand that cannot be taken: a fifth of the loader's limit
_COPIED = 30
_TOTAL_NAMES = len(vocabulary.COMPANY_STEMS) * len(vocabulary.COMPANY_ENDS)


def _some(draws: Draws, count: int, share: int) -> np.ndarray:
    """Choose a share of so many rows: exactly that many, spread over all."""
    size = count * share // SHARE
    step = count // max(size, 1)
    return np.arange(size) * step + draws.below(max(step, 1), size)


def _spoilt(count: int, damaged: int, texts: tuple[tuple[str, str | None], ...]) -> tuple[Fault, ...]:
    """Spoil the last `damaged` of `count` rows, each in one cell, the kinds in turn."""
    rows = np.arange(count - damaged, count)
    return tuple(
        Fault(column, rows[kind :: len(texts)], text) for kind, (column, text) in enumerate(texts)
    )


def events(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the events, in the order of files and times."""
    rows = block.events
    template, touch = rows.template, rows.touch
    style = np.where(rows.blemish <= recording.TITLE, rows.blemish, 0)
    sequence = _numbered_over_blocks(block, rows.sequence)
    device_id = scrambled(_numbered_over_blocks(block, rows.device), seed + 1)
    shown_device = rows.device >= 0
    columns = {
        "event_id": hexadecimal("ev-", scrambled(sequence, seed)),
        "occurred_at": times(rows.at),
        "event_type": _TYPE_WORDS.column(_TYPE_OF[template] * 3 + style),
        "lead_id": chosen(numbered("L-", block.people.number), rows.lead, rows.lead >= 0),
        "anonymous_id": hexadecimal("a-", device_id, shown_device),
        "page_url": _PAGE_WORDS.column(template),
        "referrer_url": _REFERRERS.column(touch),
        **{name: words.column(touch) for name, words in _TOUCH_WORDS.items()},
        "value": whole(_VALUES[template], _HAS_VALUE[template]),
        "user_agent": _AGENTS.column((device_id >> np.uint64(40)).astype(np.int64) % 6, shown_device),
        "properties": _PROPERTY_WORDS.column(template),
    }  # fmt: skip
    return pa.table(columns), _event_faults(block)


def _numbered_over_blocks(block: Block, numbers: np.ndarray) -> np.ndarray:
    """Number what is numbered within a block so that no other block has the same number."""
    return numbers.astype(np.int64) + (block.number << 34)


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


def leads(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write every version of every lead, damaged copies last."""
    del seed
    people, draws, count = block.people, block.extras, len(block.people)
    handled = np.minimum(block.hot, NEVER)
    assigned = np.where(handled < END, at_the_desk(handled), NEVER)
    promoted = people.created + draws.spread((60 * DAY, 150 * DAY, 400 * DAY), count)
    promoted = np.where(draws.chance(250, count) & (people.seniority == 2), promoted, NEVER)
    moments = np.stack([people.created, people.enriched, assigned, promoted, block.deleted])
    lead = np.tile(np.arange(count), len(moments))
    at = moments.ravel()
    keep = at < END
    keys = np.unique(lead[keep] * (1 << 40) + at[keep])
    lead, at = keys >> 40, keys & ((1 << 40) - 1)
    damaged = _some(draws, len(lead), _DAMAGED)
    lead, at = np.append(lead, lead[damaged]), np.append(at, at[damaged])

    title = _TITLE_STARTS[people.seniority] + people.title
    better = _TITLE_STARTS[1] + people.title % 2
    source = _lead_sources(draws, block)
    tells_utm = draws.chance(6_000, count)
    attribute = draws.below(len(vocabulary.ATTRIBUTES), count)
    attribute = np.where(people.competitor, len(vocabulary.ATTRIBUTES), attribute)
    company = people.company[lead]
    employed, company = company >= 0, np.maximum(company, 0)
    enriched = employed & ((people.enriched[lead] == NEVER) | (at >= people.enriched[lead]))
    own = block.companies
    # A few exports never say when a row was changed: those leads have one version anyway.
    once = np.bincount(lead, minlength=count) == 1
    dated = ~(once & draws.chance(100, count))[lead]
    country = np.where(employed, own.country[company], people.number[lead] % len(vocabulary.COUNTRIES))
    touch = people.touch[lead]
    names = _names(block)
    columns = {
        "lead_id": numbered("L-", people.number[lead]),
        "created_at": times(people.created[lead]),
        "updated_at": times(at, dated),
        "email": names["email"].take(pa.array(lead)),
        "full_name": names["full_name"].take(pa.array(lead)),
        "job_title": _TITLE_WORDS.column(np.where(at >= promoted[lead], better[lead], title[lead])),
        "company_name": names["company_name"].take(pa.array(lead)),
        "company_domain": names["company_domain"].take(pa.array(lead)),
        "industry": _INDUSTRIES.column(own.industry[company], enriched),
        "employee_count": whole(own.employees[company], enriched),
        "annual_revenue": whole(own.revenue[company], enriched),
        "country": _COUNTRIES.column(country),
        "region": _REGIONS.column(country),
        "lead_source": _SOURCE_WORDS.column(source[lead]),
        **{name: words.column(touch, tells_utm[lead]) for name, words in _TOUCH_WORDS.items()},
        "owner_id": _owners(block, lead, at >= assigned[lead]),
        "is_deleted": flags(at >= block.deleted[lead]),
        "attributes": _ATTRIBUTES.column(attribute[lead]),
    }
    return pa.table(columns), _lead_faults(len(lead), len(damaged), own.employees[company], enriched)


def _lead_faults(count: int, damaged: int, employees: np.ndarray, known: np.ndarray) -> tuple[Fault, ...]:
    """Say which rows of the leads are spoilt, and which sizes came from a spreadsheet (`250.0`)."""
    sheet = np.flatnonzero(known & (np.arange(count) % 61 == 0) & (np.arange(count) < count - damaged))
    as_float = pa.array([f"{size}.0" for size in employees[sheet].tolist()], pa.large_string())
    spoilt = _spoilt(
        count,
        damaged,
        (("created_at", "yesterday"), ("employee_count", "250.5"), ("lead_id", None), ("attributes", "{broken")),
    )  # fmt: skip
    return (*spoilt, Fault("employee_count", sheet, as_float, odd_only=True))


def _lead_sources(draws: Draws, block: Block) -> np.ndarray:
    """Choose for each lead one of the texts its origin's forms write as lead source."""
    tables = [[weight for _text, weight in origin.lead_sources] for origin in ORIGINS]
    widest = max(len(weights) for weights in tables)
    padded = tuple(tuple(weights + [0] * (widest - len(weights))) for weights in tables)
    origin = block.people.origin
    return _SOURCE_STARTS[origin] + draws.pick_by(padded, origin)


def _owners(block: Block, lead: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Say who owns each lead: the same person every time."""
    return _OWNERS.column(block.people.number[lead] * 7 % len(vocabulary.OWNERS), shown)


def _texts(words: tuple[str, ...] | list[str], positions: np.ndarray) -> pa.Array:
    """Look up a text for each position."""
    return pa.array(words, pa.large_string()).take(pa.array(positions))


def _company_names(block: Block) -> tuple[pa.Array, pa.Array]:
    """Invent a name and a domain for each company; the number makes later ones unique."""
    number = block.companies.number
    place = number * 337 % _TOTAL_NAMES
    stem = _texts(vocabulary.COMPANY_STEMS, place % len(vocabulary.COMPANY_STEMS))
    end = _texts(vocabulary.COMPANY_ENDS, place // len(vocabulary.COMPANY_STEMS))
    lap = number // _TOTAL_NAMES
    kind = _texts(vocabulary.COMPANY_KINDS, (number + lap) % len(vocabulary.COMPANY_KINDS))
    none = pa.scalar("", pa.large_string())
    again = pc.if_else(pa.array(lap > 0), pa.array(lap).cast(pa.string()).cast(pa.large_string()), none)
    word = pc.binary_join_element_wise(stem, end, again, none)
    name = pc.binary_join_element_wise(word, kind, pa.scalar(" ", pa.large_string()))
    domain = pc.binary_join_element_wise(pc.utf8_lower(word), pa.scalar("example", pa.large_string()), pa.scalar(".", pa.large_string()))  # fmt: skip
    return name, domain


def _names(block: Block) -> dict[str, pa.Array]:
    """Invent a name and an address for each lead; all on domains reserved for examples."""
    people = block.people
    mixed = (scrambled(people.number, 77) >> np.uint64(33)).astype(np.int64)
    first = _texts(vocabulary.FIRST_NAMES, mixed % len(vocabulary.FIRST_NAMES))
    last = _texts(vocabulary.LAST_NAMES, mixed // 1_024 % len(vocabulary.LAST_NAMES))
    company = pa.array(np.maximum(people.company, 0))
    employed = pa.array(people.company >= 0)
    names, domains = _company_names(block)
    missing = pa.scalar(None, pa.large_string())
    domain = pc.if_else(employed, domains.take(company), pa.scalar(vocabulary.FREE_MAIL, pa.large_string()))  # fmt: skip
    dot, at_sign, space = (pa.scalar(mark, pa.large_string()) for mark in (".", "@", " "))
    box = pc.utf8_lower(pc.binary_join_element_wise(first, last, dot))
    tail = numbered("", people.number)
    box = pc.if_else(employed, box, pc.binary_join_element_wise(box, tail, dot))
    return {
        "email": pc.binary_join_element_wise(box, domain, at_sign),
        "full_name": pc.binary_join_element_wise(first, last, space),
        "company_name": pc.if_else(employed, names.take(company), missing),
        "company_domain": pc.if_else(employed, domain, missing),
    }


def accounts(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the target lists: the first one, and what later lists added, dropped or measured anew."""
    del seed
    companies, draws = block.companies, block.extras
    listed = np.flatnonzero(companies.fit < POOR)
    on_list = companies.on_list[listed]
    added = on_list & draws.chance(1_500, len(listed))
    dropped = on_list & ~added & draws.chance(800, len(listed))
    grown = draws.chance(1_000, len(listed))
    again = np.flatnonzero(added | dropped | grown)
    second = START + np.where(added[again], 181 * DAY, 370 * DAY)
    row = np.concatenate([np.arange(len(listed)), again])
    at = np.concatenate([np.full(len(listed), START), second])
    later = np.arange(len(row)) >= len(listed)
    is_target = np.where(later, ~dropped[row] & on_list[row], on_list[row] & ~added[row])
    damaged = len(row) * _DAMAGED // SHARE
    row, at, is_target = (np.append(values, values[:damaged]) for values in (row, at, is_target))
    company = listed[row]
    employees = companies.employees[company]
    employees = employees + np.where((at > START) & grown[row], employees // 5, 0)
    tier = np.where(companies.on_list[company], companies.fit[company], 2)
    _names_of, domains = _company_names(block)
    domain = domains.take(pa.array(company))
    shouted = pa.array(companies.number[company] % 53 == 0)
    columns = {
        "company_domain": pc.if_else(shouted, pc.utf8_upper(domain), domain),
        "updated_at": times(at),
        "is_target_account": flags(is_target),
        "account_tier": _TIERS.column(tier),
        "industry": _INDUSTRIES.column(companies.industry[company]),
        "employee_count": whole(employees),
        "annual_revenue": whole(companies.revenue[company]),
        "country": _COUNTRIES.column(companies.country[company]),
    }
    spoilt = (("updated_at", "last week"), ("employee_count", "many"))
    return pa.table(columns), _spoilt(len(row), damaged, spoilt)


def _logged(parts: list[tuple[np.ndarray, ...]], at: int) -> list[np.ndarray]:
    """Join the columns of a log, drop what lies behind the last day, order by time (column `at`)."""
    columns = [np.concatenate(values) for values in zip(*parts, strict=True)]
    order = np.lexsort((columns[0], columns[at]))
    order = order[(columns[at][order] < END) & (columns[at][order] >= START)]
    return [column[order] for column in columns]


def _exported(draws: Draws, count: int) -> tuple[np.ndarray, int]:
    """Choose the rows of an export: all, some twice, then damaged copies; say how many of those."""
    twice, damaged = _some(draws, count, _COPIED), _some(draws, count, _DAMAGED)
    return np.concatenate([np.arange(count), twice, damaged]), len(damaged)


def stage_changes(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write what the CRM says about each lead, some in capitals or with a trailing blank."""
    lead, at, code, reason = _logged(block.records.statuses, 1)
    sequence = _numbered_over_blocks(block, np.arange(len(lead)))
    style = np.where(sequence % 41 == 7, 1, np.where(sequence % 59 == 9, 2, 0))
    row, damaged = _exported(block.extras, len(lead))
    columns = {
        "change_id": hexadecimal("sc-", scrambled(sequence[row], seed + 2)),
        "lead_id": numbered("L-", block.people.number[lead[row]]),
        "changed_at": times(at[row]),
        "status": _STATUS_WORDS.column(code[row] * 3 + style[row]),
        "reason": _REASON_WORDS.column(reason[row]),
        "owner_id": _owners(block, lead[row]),
    }
    spoilt = (("changed_at", "31.06.2025"), ("lead_id", None), ("status", None))
    return pa.table(columns), _spoilt(len(row), damaged, spoilt)


def sales_touches(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the calls, messages and meetings."""
    lead, at, kind = _logged(block.records.touches, 1)
    sequence = _numbered_over_blocks(block, np.arange(len(lead)))
    row, damaged = _exported(block.extras, len(lead))
    columns = {
        "touch_id": hexadecimal("st-", scrambled(sequence[row], seed + 3)),
        "lead_id": numbered("L-", block.people.number[lead[row]]),
        "touched_at": times(at[row]),
        "touch_type": _TOUCH_TYPES.column(kind[row]),
        "owner_id": _owners(block, lead[row]),
    }
    spoilt = (("touched_at", "soon"), ("touch_id", None))
    return pa.table(columns), _spoilt(len(row), damaged, spoilt)


def opportunities(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the opportunities as they stand on the last day."""
    lead, opened, closed, won = _logged(block.records.deals, 1)
    sequence = _numbered_over_blocks(block, np.arange(len(lead)))
    company = block.people.company[lead]
    employees = np.where(company < 0, 1, block.companies.employees[np.maximum(company, 0)])
    amount = (300_000 + employees * (3_000 + block.extras.below(5_000, len(lead)))) // 100 * 100
    row, damaged = _exported(block.extras, len(lead))
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
    return pa.table(columns), _spoilt(len(row), damaged, (("created_at", "Q3"), ("amount", "1,200")))


_CURRENCY = Words(("USD",))


def truth(block: Block) -> pa.Table:
    """Write what is really true of each lead."""
    people = block.people
    return pa.table(
        {
            "lead_id": numbered("L-", people.number),
            "origin": Words([origin.name for origin in ORIGINS]).column(people.origin),
            "fit": Words(FIT_CLASSES).column(people.fit),
            "interest": Words(INTERESTS).column(people.interest),
            "reads_ebooks": flags(people.reads_ebooks),
            "is_competitor": flags(people.competitor),
            "hot_at": times(np.where(block.hot < END, block.hot, 0), block.hot < END),
            "hot_again_at": times(
                np.where(block.hot_again < END, block.hot_again, 0), block.hot_again < END
            ),
            "was_accepted": flags(had_status(block, "Accepted")),
            "was_qualified": flags(had_status(block, "Qualified")),
            "is_customer": flags(customers(block)),
        }
    )
