"""Two answers side by side: what the reference says of a world, and what the warehouse built of it.

Both are brought to one plain shape: per table, lead -> a counted set of rows. Points are whole
hundredths, blank text and null are one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal

from reference import Answer, World, answer
from warehouse import Warehouse, inputs_of

Table = dict[str, Counter]

SCORES = ["fit_score", "intent_score", "product_score"]
GRADES = ["fit_grade", "intent_grade"]
STAGES = [
    *("cycle", "stage", "rank", "observed_at", "reached_at", "is_inferred"),
    *("definition_id", "criterion_id", *SCORES, *GRADES),
]
STANDINGS = [
    *("definition_id", *SCORES, "total_score", *GRADES),
    *("has_fit_evidence", "first_qualified_at", "cools_at"),
]
LEADS = ["created_at", "current_stage", "cycle_count", "first_mql_at", "latest_mql_at", "mql_count"]
REASONS = ["definition_id", "rule_id", "points_held", "last_credited_at"]
LEDGER = [
    *("definition_id", "axis", "group_id", "rule_id", "source_id"),
    *("entry_at", "entry_kind", "points"),
]
COLUMNS = {
    "fct_score_ledger": LEDGER,
    "fct_lead_scores": STANDINGS,
    "fct_score_reasons": REASONS,
    "fct_lead_stages": STAGES,
    "dim_leads": LEADS,
}
POINTS = {*SCORES, "total_score", "points_held", "points"}


def as_hundredths(value: object) -> object:
    """Points of the warehouse as the reference counts them; anything finer stays as it is."""
    if value is None:
        return None
    exact = Decimal(str(value)) * 100
    return int(exact) if exact == int(exact) else exact


def built(rows: Iterable[dict], columns: list[str]) -> Table:
    """Rows of the warehouse by lead."""
    found: Table = defaultdict(Counter)
    for row in rows:
        points = {column: as_hundredths(row[column]) for column in columns if column in POINTS}
        plain = {**row, **points}
        values = (None if plain[column] == "" else plain[column] for column in columns)
        found[row["lead_id"]][tuple(values)] += 1
    return found


def told(rows: Iterable[dict], columns: list[str]) -> Table:
    """Rows of the reference by lead."""
    found: Table = defaultdict(Counter)
    for row in rows:
        found[row["lead_id"]][tuple(row[column] for column in columns)] += 1
    return found


def sourced(row: dict) -> dict:
    """A ledger row; only credits and decays of events have a source to compare."""
    from_event = row["axis"] != "fit" and row["entry_kind"] in {"credit", "decay"}
    return row if from_event else {**row, "source_id": None}


def expected(found: Answer) -> dict[str, Table]:
    """The reference's answer, table by table."""
    scores = (
        {"definition_id": definition_id, "lead_id": lead_id, **asdict(score)}
        for (definition_id, lead_id), score in found.scores.items()
    )
    reasons = (
        {"definition_id": definition_id, "lead_id": lead_id, "rule_id": rule_id, **asdict(reason)}
        for (definition_id, lead_id, rule_id), reason in found.reasons.items()
    )
    entries = (asdict(entry) for entry in found.ledger if entry.lead_id not in found.deleted)
    return {
        "fct_score_ledger": told(map(sourced, entries), LEDGER),
        "fct_lead_scores": told(scores, STANDINGS),
        "fct_score_reasons": told(reasons, REASONS),
        "fct_lead_stages": told((asdict(entry) for entry in found.stages), STAGES),
        "dim_leads": told(
            ({"lead_id": lead_id, **asdict(lead)} for lead_id, lead in found.leads.items()), LEADS
        ),
    }


def actual(warehouse: Warehouse, deleted: set[str]) -> dict[str, Table]:
    """The warehouse's answer, table by table. The ledger is no mart: deleted leads may be in it."""
    ledger = (row for row in warehouse.rows("fct_score_ledger") if row["lead_id"] not in deleted)
    held = (row for row in warehouse.rows("fct_score_reasons") if row["points_held"])
    return {
        "fct_score_ledger": built(map(sourced, ledger), LEDGER),
        "fct_lead_scores": built(warehouse.rows("fct_lead_scores"), STANDINGS),
        "fct_score_reasons": built(held, REASONS),
        "fct_lead_stages": built(warehouse.rows("fct_lead_stages"), STAGES),
        "dim_leads": built(warehouse.rows("dim_leads"), LEADS),
    }


def described(difference: Counter, columns: list[str]) -> list[str]:
    """Rows in words, times without their noise."""
    return sorted(
        ", ".join(
            f"{column}={value}"
            for column, value in zip(columns, row, strict=True)
            if value is not None
        )
        + (f" (x{count})" if count > 1 else "")
        for row, count in difference.items()
    )


def differences(warehouse: Warehouse, world: World) -> str:
    """Nothing if both say the same; else, per table, the smallest lead they differ on.

    The smallest of all comes last, with all its inputs.
    """
    found = answer(world)
    wanted, got = expected(found), actual(warehouse, found.deleted)
    apart = {
        table: differing
        for table, columns in COLUMNS.items()
        if (differing := _differing(wanted[table], got[table], columns))
    }
    if not apart:
        return ""
    smallest = {
        table: min(leads, key=lambda lead_id: (len(leads[lead_id]), lead_id))
        for table, leads in apart.items()
    }
    # The ledger comes first: what differs there makes the rest differ.
    lead_id = next(iter(smallest.values()))
    return "\n".join(
        [
            f"as of {world.as_of} these tables differ:",
            *(
                line
                for table, which in smallest.items()
                for line in (
                    f"{table} on {len(apart[table])} leads, as {which}:",
                    *apart[table][which],
                )
            ),
            f"the inputs of {lead_id}:",
            inputs_of(world, lead_id),
        ]
    )


def _differing(wanted: Table, got: Table, columns: list[str]) -> dict[str, list[str]]:
    """Lead -> what the warehouse lacks and what it has too many, in words."""
    found = {}
    for lead_id in wanted.keys() | got.keys():
        lacks = described(wanted.get(lead_id, Counter()) - got.get(lead_id, Counter()), columns)
        has = described(got.get(lead_id, Counter()) - wanted.get(lead_id, Counter()), columns)
        if lacks or has:
            found[lead_id] = [f"  lacks {row}" for row in lacks] + [f"  has   {row}" for row in has]
    return found
