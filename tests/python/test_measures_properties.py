"""The funnel and the quality of sources count what the reference counts, in random markets.

For a big run: `HANDOFF_PROPERTY_RUNS` says how many warehouses, `HANDOFF_PROPERTY_SEED` where to
begin, `HANDOFF_PROPERTY_WORLDS` how many histories share one.
"""

import math
import os
import random
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from reference import World
from reference.measures import KEYS, Cohort, Quality, funnel, quality
from warehouse import Warehouse
from worlds import drawn
from worlds.markets import campaigned, markets
from worlds.packs import apart, split
from worlds.vocabulary import LOADED, START

RUNS = int(os.environ.get("HANDOFF_PROPERTY_RUNS", "1"))
FIRST_SEED = int(os.environ.get("HANDOFF_PROPERTY_SEED", "0"))
WORLDS = int(os.environ.get("HANDOFF_PROPERTY_WORLDS", "20"))
# To the second on which many a lead becomes mature.
DAYS = (20, 24, 31)
Z = 1.959963984540054
COHORT = (
    *("entered_observed", "converted_observed", "entered_reached", "converted_reached"),
    *("mature_entered", "mature_converted"),
)
QUALITY = (
    *("leads", "mqls", "mqls_in_place", "mqls_to_sql", "mqls_to_customer", "sqls", "customers"),
    *("pending_mqls", "stalled_leads", "revenue", "spend"),
)
UNITS = {"lead": "leads", "mql": "mqls", "sql": "sqls", "customer": "customers"}
# Rate -> its parts: a numerator that is part of its denominator.
FUNNEL_RATES = {
    "conversion": ("converted_observed", "entered_observed"),
    "mature": ("mature_converted", "mature_entered"),
}
QUALITY_RATES = {
    "lead_to_mql": ("mqls", "leads"),
    "mql_to_sql": ("mqls_to_sql", "mqls_in_place"),
    "mql_to_customer": ("mqls_to_customer", "mqls_in_place"),
    "lead_to_customer": ("customers", "leads"),
    "pending": ("pending_mqls", "mqls"),
    "stalled": ("stalled_leads", "leads"),
}


def company(seed: int, worlds: int = WORLDS) -> tuple[dict, dict[str, list]]:
    """One agreement, and the histories of many leads."""
    together = defaultdict(list)
    for number, tables in enumerate(drawn(campaigned(), worlds, seed)):
        for table, rows in apart(tables, f"w{number:03}-").items():
            together[table] += rows
    (agreement,) = drawn(markets(), 1, seed)
    return agreement, together


def moment(seed: int):
    """When a world is asked about."""
    return START + timedelta(days=DAYS[seed % len(DAYS)])


def near(found: float | None, wanted: float | None) -> bool:
    """Equal but for the last digits of a double."""
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


def wilson(part: int, whole: int) -> tuple[float, float, float] | tuple[None, None, None]:
    """The rate and its interval as a centre and a half-width; nothing without a denominator."""
    if not whole:
        return None, None, None
    share, shrunk = part / whole, 1 + Z * Z / whole
    centre = (share + Z * Z / (2 * whole)) / shrunk
    spread = Z / shrunk * math.sqrt(share * (1 - share) / whole + Z * Z / (4 * whole * whole))
    return share, centre - spread, centre + spread


def percentile(days: list[float], share: float) -> float | None:
    """Between the two days around it, in proportion."""
    if not days:
        return None
    days = sorted(days)
    place = share * (len(days) - 1)
    low = math.floor(place)
    high = min(low + 1, len(days) - 1)
    return days[low] + (days[high] - days[low]) * (place - low)


def check_rates(row: dict, rates: dict[str, tuple[str, str]]) -> None:
    """Every rate is that of its own counts, and so are both its bounds."""
    for rate, (part, whole) in rates.items():
        found = tuple(row[f"{rate}_{end}"] for end in ("rate", "low", "high"))
        wanted = wilson(row[part], row[whole])
        assert all(map(near, found, wanted)), (rate, found, wanted, row)


def check_counts(found: dict[tuple, dict], wanted: dict[tuple, dict], told: str) -> None:
    """The same rows, each with the same figures."""
    for key in sorted(found.keys() | wanted.keys(), key=str):
        assert found.get(key) == wanted.get(key), f"{told} {key}"


def check_funnel(rows: list[dict], wanted: dict[tuple, Cohort]) -> None:
    """`mart_funnel_conversion` is what the reference says."""
    key = ("cohort_month", "dimension", "dimension_value", "from_stage", "to_stage")
    by_key = {tuple(row[column] for column in key): row for row in rows}
    assert len(by_key) == len(rows)
    check_counts(
        {key: {name: row[name] for name in COHORT} for key, row in by_key.items()},
        {key: {name: getattr(one, name) for name in COHORT} for key, one in wanted.items()},
        "mart_funnel_conversion",
    )
    for key, row in by_key.items():
        check_rates(row, FUNNEL_RATES)
        assert near(row["median_days"], percentile(wanted[key].days, 0.5)), key
        assert near(row["p90_days"], percentile(wanted[key].days, 0.9)), key


def check_quality(rows: list[dict], wanted: dict[tuple, Quality]) -> None:
    """`mart_lead_source_quality` is what the reference says."""
    by_key = {tuple(row[column] for column in ("level", *KEYS)): row for row in rows}
    assert len(by_key) == len(rows)
    check_counts(
        {key: {name: row[name] for name in QUALITY} for key, row in by_key.items()},
        {key: {name: getattr(one, name) for name in QUALITY} for key, one in wanted.items()},
        "mart_lead_source_quality",
    )
    for key, row in by_key.items():
        check_rates(row, QUALITY_RATES)
        for unit, units in UNITS.items():
            assert row[f"cost_per_{unit}"] == wanted[key].cost_per(row[units]), (key, unit)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS))
def test_funnel_and_sources_count_what_the_reference_counts(seed: int, tmp_path: Path):
    agreement, tables = company(seed)
    warehouse = Warehouse(tmp_path, agreement)
    for batch in split(tables, 1, random.Random(seed)):
        warehouse.add(batch)
    as_of = moment(seed)
    warehouse.build(as_of)
    world = warehouse.world(as_of)
    check_funnel(warehouse.rows("mart_funnel_conversion"), funnel(world))
    check_quality(warehouse.rows("mart_lead_source_quality"), quality(world))


def test_markets_are_as_mixed_as_they_claim():
    """Everything that is counted happens, and differs: else the comparison above says little."""
    seen: Counter = Counter()
    for seed in range(6):
        agreement, tables = company(seed, worlds=8)
        rows = {name: [{**row, "_loaded_at": LOADED} for row in tables[name]] for name in tables}
        world = World(rows, agreement, moment(seed))
        for key, cohort in funnel(world).items():
            seen.update({f"funnel {name}": getattr(cohort, name) for name in COHORT})
            seen["reached is more"] += cohort.entered_reached > cohort.entered_observed
            seen["late"] += cohort.mature_converted < cohort.converted_observed
            seen["unripe"] += cohort.mature_entered < cohort.entered_observed
            seen[f"no {key[1]}"] += key[1] != "all" and key[2] is None
        for key, row in quality(world).items():
            seen.update({f"quality {name}": bool(getattr(row, name)) for name in QUALITY})
            seen["spend without leads"] += row.leads == 0
            seen["revenue unknown"] += row.revenue is None
            seen[f"channel {key[1]}"] += key[0] == "channel"
    expected = {
        *(f"funnel {name}" for name in COHORT),
        *(f"quality {name}" for name in QUALITY),
        *("reached is more", "late", "unripe", "spend without leads", "revenue unknown"),
        *("no lead_source", "no campaign", "no country", "channel None", "channel direct"),
        *("channel paid", "channel mail", "channel search", "channel referral", "channel own site"),
    }
    assert {kind for kind in expected if not seen[kind]} == set()
