"""Worlds as files: a definition folder, and a landing folder that grows batch by batch."""

import csv
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from reference.world import COLUMNS
from worlds.agreements import Rows
from worlds.packs import Batch

HEADERS = {
    "definitions": "definition_id status effective_from effective_to title marketing_owner"
    " sales_owner approved_on reason",
    "fit_rules": "definition_id rule_id group_id attribute operator value points max_points reason",
    "event_rules": "definition_id rule_id axis group_id event_type property operator value points"
    " max_points decay_id distinct_by min_count within_days limit_count limit_period reason",
    "decay_schedules": "decay_id after_days remaining_percent",
    "rule_groups": "definition_id axis group_id min_points max_points reason",
    "axes": "definition_id axis min_score max_score",
    "grades": "definition_id axis grade min_score",
    "stage_criteria": "definition_id stage criterion_id priority min_fit_score min_intent_score"
    " min_product_score min_total_score required_rules reason",
    "resets": "definition_id trigger_type trigger_value axis reason",
    "stages": "stage rank track entered_by horizon_days description",
    "status_map": "status stage outcome",
    "sla": "stage criterion_id minutes reason",
    "response_classes": "response_class up_to_minutes",
    "working_hours": "weekday opens closes time_zone",
    "holidays": "holiday_date name",
    "routing_rules": "priority queue owner_id country region industry min_employees max_employees"
    " reason",
    "channel_rules": "priority channel match_on operator value reason",
}
# Where one of these says nothing, its file must: without a file the shipped one is taken.
ALWAYS_WRITTEN = {"definitions", "stages", "stage_criteria"} | {
    *("sla", "response_classes", "working_hours", "holidays", "routing_rules")
}


def write_rows(path: Path, columns: list[str], rows: list[dict]) -> None:
    """Write one CSV file; what a row lacks is blank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_definition(definition: dict[str, Rows], folder: Path) -> Path:
    """Write a definition folder; a seed without rows gets no file where it may be missing."""
    for seed, rows in definition.items():
        if rows or seed in ALWAYS_WRITTEN:
            write_rows(folder / f"{seed}.csv", HEADERS[seed].split(), rows)
    return folder


def written(value: object, chance: random.Random) -> str:
    """A value as an export may write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return chance.choice(["true", "True", "t", "1", "yes"] if value else ["false", "F", "0"])
    if isinstance(value, datetime):
        text = value.isoformat(sep=chance.choice([" ", "T"]))
        return text + chance.choice(["", "Z", "+00:00"])
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def write_landing(batch: Batch, folder: Path, number: int) -> dict[str, list[dict]]:
    """Add the files of one batch; returns what lies in each file, by path within the folder."""
    lies = {}
    for table, files in batch.files.items():
        for place, rows in enumerate(files):
            # Columns in an order of their own, the same whenever the same rows are written.
            chance = random.Random(repr(rows))
            columns = chance.sample(COLUMNS[table], len(COLUMNS[table]))
            path = folder / table / f"{number:03}_{place}.csv"
            texts = [{key: written(row[key], chance) for key in row} for row in rows]
            write_rows(path, columns, texts)
            lies[f"{table}/{path.name}"] = rows
    return lies
