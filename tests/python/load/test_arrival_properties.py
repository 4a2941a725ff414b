"""However rows are cut into files and loads, whatever comes again: the same rows have landed.

`HANDOFF_ARRIVAL_LOADS` says into how many loads they are cut at most; 1000 takes a minute or two.
"""

import os
import random

import pytest

from handoff.load import land_folder
from handoff.load.border import Border

ROWS = 1_000
MOST_LOADS = int(os.environ.get("HANDOFF_ARRIVAL_LOADS", "50"))
TABLES = {
    "leads": ("lead_id,created_at,email", "L{0},2026-01-0{1},l{0}@example.com"),
    "events": ("event_id,occurred_at,event_type,lead_id", "e{0},2026-02-0{1}T10:00:00Z,view,L{0}"),
}
CONTENT = {
    "leads": "select lead_id, created_at, email from raw.leads",
    "events": "select event_id, occurred_at, event_type, lead_id from raw.events",
}


def rows(table, count=ROWS):
    line = TABLES[table][1]
    return [line.format(at, 1 + at % 9) for at in range(count)]


def content(yard):
    """What has landed: each row once, since a row that came twice is still one row."""
    return {table: sorted(set(yard.ask(query))) for table, query in CONTENT.items()}


def deliver(yard, name, lines):
    table = name.split("/")[0]
    return yard.put(f"{name}.csv", "\n".join([TABLES[table][0], *lines]) + "\n")


def empty(yard):
    for path in sorted(yard.folder.rglob("*.csv")):
        path.unlink()


@pytest.fixture(scope="module")
def expected():
    return {table: sorted(tuple(line.split(",")[:1]) for line in rows(table)) for table in TABLES}


@pytest.mark.parametrize("batches", [1, 2, 7, MOST_LOADS])
def test_rows_cut_into_any_number_of_loads_land_the_same_content(
    yard, batches, monkeypatch, expected
):
    """So many loads are as many checks, which have tests of their own: not here."""
    monkeypatch.setattr(Border, "check", lambda *_: [])
    monkeypatch.setattr(Border, "check_absent", lambda *_: [])
    chance = random.Random(batches)
    for table in TABLES:
        lines = rows(table)
        chance.shuffle(lines)
        for at in range(batches if table == "events" else min(batches, 7)):
            of = batches if table == "events" else min(batches, 7)
            deliver(yard, f"{table}/part-{at}", lines[at::of])
            assert land_folder(yard.folder, yard.home).error() is None
            empty(yard)
    landed = content(yard)
    for table in TABLES:
        assert len(landed[table]) == ROWS
        assert sorted((row[0],) for row in landed[table]) == expected[table]
    counted = yard.ask("select sum(landed) from raw.load_files")
    assert counted == [(2 * ROWS,)]


def test_a_thousand_files_of_one_row_land_what_one_file_of_a_thousand_rows_does(yard):
    deliver(yard, "leads/all", rows("leads"))
    for at, line in enumerate(rows("events")):
        deliver(yard, f"events/{at}", [line])
    assert land_folder(yard.folder, yard.home).error() is None
    cut = content(yard)
    empty(yard)
    deliver(yard, "events/all", rows("events"))
    assert land_folder(yard.folder, yard.home, accepted=("events",)).landed == ROWS
    assert content(yard) == cut


def test_the_order_of_rows_files_and_columns_makes_no_difference(yard, tmp_path):
    lines = rows("events", 200)
    deliver(yard, "leads/all", rows("leads", 200))
    deliver(yard, "events/all", lines)
    land_folder(yard.folder, yard.home)
    before = content(yard)
    turned = [",".join(line.split(",")[::-1]) for line in [TABLES["events"][0], *lines[::-1]]]
    yard.put("events/turned.csv", "\n".join(turned) + "\n")
    assert land_folder(yard.folder, yard.home).landed == 200
    assert content(yard) == before


def test_replayed_renamed_and_copied_files_change_nothing_and_a_corrected_one_adds_its_rows(yard):
    deliver(yard, "leads/all", rows("leads", 50))
    path = deliver(yard, "events/all", rows("events", 50))
    land_folder(yard.folder, yard.home)
    before = content(yard)
    path.rename(path.with_name("renamed.csv"))
    deliver(yard, "events/copied", rows("events", 50))
    result = land_folder(yard.folder, yard.home)
    assert {file.status for file in result.files} == {"known"}
    assert content(yard) == before
    corrected = [*rows("events", 49), "e49,2026-02-01T11:00:00Z,view,L49"]
    deliver(yard, "events/copied", corrected)
    assert land_folder(yard.folder, yard.home).landed == 50
    assert len(content(yard)["events"]) == 51


@pytest.mark.parametrize("occurred_at", ["2026-02-01T10:00:01Z", "2025-02-01T10:00:00Z"])
def test_a_row_late_by_seconds_or_by_a_year_lands_as_any_other(yard, occurred_at):
    deliver(yard, "leads/all", rows("leads", 50))
    deliver(yard, "events/all", rows("events", 50))
    land_folder(yard.folder, yard.home)
    deliver(yard, "events/late", [f"late,{occurred_at},view,L1"])
    assert land_folder(yard.folder, yard.home).error() is None
    assert yard.ask("select count(*) from raw.events") == [(51,)]
