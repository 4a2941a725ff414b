"""Counts close, known files change nothing, too many bad rows refuse the files they are in."""

import json
import os
from dataclasses import replace

import duckdb
import pytest
from click.testing import CliRunner

from handoff.cli import handoff, main
from handoff.errors import EngineError, InputError, UsageError
from handoff.load import csv_careful, csv_fast, load_landing
from handoff.load.run import _Call

HEAD = "touch_id,lead_id,touched_at\n"


def touches(good, bad=0, start=0):
    rows = [f"t{start + number},L1,2026-01-01\n" for number in range(good)]
    return HEAD + "".join(rows) + "t,L1,yesterday\n" * bad


def contents(yard):
    return [
        yard.ask(f"select * from raw.{table} order by all")
        for table in ("leads", "sales_touches", "load_files", "quarantine")
    ]


def test_counts_close_for_every_file(yard_with_leads):
    yard_with_leads.put("sales_touches/a.csv", touches(50, 2) + "\n\n" + "x,y\n")
    yard_with_leads.put("sales_touches/b.ndjson", "{}\n\n[]\n")
    yard_with_leads.load()
    rows = yard_with_leads.ask(
        "select path, lines_read, landed, quarantined, blank from raw.load_files"
        " where table_name = 'sales_touches' order by path"
    )
    assert rows == [("sales_touches/a.csv", 55, 50, 3, 2), ("sales_touches/b.ndjson", 3, 0, 2, 1)]
    open_files = yard_with_leads.ask(
        "select count(*) from raw.load_files where lines_read <> landed + quarantined + blank"
    )
    assert open_files == [(0,)]


def test_a_second_load_changes_nothing(yard_with_leads):
    yard_with_leads.put("sales_touches.csv", touches(500, 1))
    first = yard_with_leads.load()
    before = contents(yard_with_leads)
    second = yard_with_leads.load()
    assert contents(yard_with_leads) == before
    assert (first.batch, second.batch, second.landed) == (1, 1, 0)
    assert [file.status for file in second.files] == ["known", "known"]


def test_a_renamed_or_copied_file_is_known(yard_with_leads):
    path = yard_with_leads.put("sales_touches/a.csv", touches(5))
    yard_with_leads.put("sales_touches/copy.csv", touches(5))
    assert yard_with_leads.load().landed == 6
    path.rename(path.with_name("z.csv"))
    assert yard_with_leads.load().landed == 0


def test_a_corrected_file_is_new_and_gets_the_next_batch(yard_with_leads):
    yard_with_leads.put("sales_touches.csv", touches(5))
    yard_with_leads.load()
    yard_with_leads.put("sales_touches.csv", touches(6, start=1))
    assert yard_with_leads.load().batch == 2
    batches = yard_with_leads.ask(
        "select _batch, count(*), count(distinct _loaded_at) from raw.sales_touches"
        " group by _batch order by _batch"
    )
    assert batches == [(1, 5, 1), (2, 6, 1)]


def test_bad_rows_up_to_the_limit_are_quarantined_and_the_rest_lands(yard_with_leads):
    yard_with_leads.put("sales_touches.csv", touches(99, 1))
    assert yard_with_leads.load(limit=1).error() is None
    assert yard_with_leads.ask("select count(*) from raw.sales_touches") == [(99,)]


def test_beyond_the_limit_only_files_with_bad_rows_are_refused(yard_with_leads):
    yard_with_leads.put("sales_touches/bad.csv", touches(97, 3))
    yard_with_leads.put("sales_touches/good.csv", touches(100, start=1_000))
    result = yard_with_leads.load(limit=1)
    assert yard_with_leads.ask("select count(*) from raw.sales_touches") == [(100,)]
    assert yard_with_leads.ask("select count(*) from raw.leads") == [(1,)]
    assert yard_with_leads.quarantine() == [(line, "bad_time") for line in (99, 100, 101)]
    row = yard_with_leads.ask(
        "select status, lines_read, landed, quarantined from raw.load_files where path like '%bad%'"
    )
    assert row == [("refused", 100, 0, 100)]
    message = str(result.error())
    assert message.startswith("sales_touches/bad.csv, line 99: touched_at is not an ISO 8601 time")
    assert "3 of 200 rows of sales_touches (1.5 %)" in message
    assert "--quarantine-limit" in message


def test_a_refused_file_is_tried_again_and_its_quarantine_replaced(yard_with_leads):
    yard_with_leads.put("sales_touches.csv", touches(9, 1))
    yard_with_leads.load(limit=1)
    yard_with_leads.load(limit=1)
    assert yard_with_leads.quarantine() == [(11, "bad_time")]
    assert yard_with_leads.load(limit=10).error() is None
    assert yard_with_leads.ask("select count(*) from raw.sales_touches") == [(9,)]
    assert yard_with_leads.quarantine() == [(11, "bad_time")]
    files = yard_with_leads.ask("select file_id, status from raw.load_files order by 1")
    assert files == [(1, "landed"), (2, "landed")]


def test_the_limit_may_come_from_the_environment(yard_with_leads, monkeypatch):
    yard_with_leads.put("sales_touches.csv", touches(9, 1))
    monkeypatch.setenv("HANDOFF_QUARANTINE_LIMIT", "10")
    assert yard_with_leads.load(limit=None).error() is None


@pytest.mark.parametrize("limit", [-1, 101, float("nan")])
def test_a_limit_that_is_no_percentage_is_a_usage_error(yard_with_leads, limit):
    with pytest.raises(UsageError, match="expected a percentage"):
        yard_with_leads.load(limit=limit)


def test_a_count_that_does_not_close_lands_nothing_of_the_file(yard_with_leads, monkeypatch):
    def loses_a_row(*arguments, **named):
        batch, rest, line = csv_careful.read_block(*arguments, **named)
        return replace(batch, rows=batch.rows.slice(batch.records // 5)), rest, line

    monkeypatch.setattr(csv_fast, "read_block", loses_a_row)
    yard_with_leads.put("sales_touches.csv", touches(5))
    message = str(yard_with_leads.load().error())
    assert "5 records were counted, but 4 landed" in message
    assert yard_with_leads.ask("select count(*) from raw.sales_touches") == [(0,)]


@pytest.mark.bad_input("B07")
def test_a_file_that_grows_while_it_is_read_is_refused(yard_with_leads, monkeypatch):
    path = yard_with_leads.put("sales_touches.csv", touches(5))
    land = _Call._land_batches

    def slow(self, one):
        land(self, one)
        if one.file.table == "sales_touches":
            with path.open("a") as growing:
                growing.write("t9,L1,2026-01-01\n")
                growing.flush()
                os.fsync(growing.fileno())

    with monkeypatch.context() as patch:
        patch.setattr(_Call, "_land_batches", slow)
        assert "changed while it was read" in str(yard_with_leads.load().error())
    assert yard_with_leads.ask("select count(*) from raw.sales_touches") == [(0,)]
    assert yard_with_leads.load().landed == 6


def test_a_load_that_is_stopped_leaves_whole_tables_and_goes_on_next_time(
    yard_with_leads, monkeypatch
):
    yard_with_leads.put("sales_touches/a.csv", touches(5))
    yard_with_leads.put("sales_touches/b.csv", touches(6, start=9))
    take = _Call._take

    def stopped(self, one, *rest):
        if one.file.relative.endswith("b.csv"):
            raise KeyboardInterrupt
        take(self, one, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(_Call, "_take", stopped)
        with pytest.raises(KeyboardInterrupt):
            yard_with_leads.load()
    assert yard_with_leads.ask("select count(*) from raw.sales_touches") == [(0,)]
    assert yard_with_leads.load().landed == 11


def test_load_landing_raises_what_the_command_ends_with(yard_with_leads):
    yard_with_leads.put("sales_touches.csv", "touch_id\n")
    with pytest.raises(InputError) as error:
        load_landing(yard_with_leads.folder, yard_with_leads.home)
    assert error.value.details[-1]["status"] == "refused"


def test_a_database_in_use_is_an_engine_error(yard_with_leads):
    yard_with_leads.home.create()
    yard_with_leads.home.work_db.write_bytes(b"not a database, but long enough to look" * 500)
    with pytest.raises(EngineError, match=r"cannot open work\.duckdb"):
        yard_with_leads.load()


def test_the_database_is_of_the_format_others_can_read(yard_with_leads):
    yard_with_leads.load()
    query = "select tags['storage_version'] from duckdb_databases() where database_name = 'work'"
    with duckdb.connect(str(yard_with_leads.home.work_db), read_only=True) as connection:
        assert "v1.4.0" in connection.execute(query).fetchall()[0][0]


def test_the_command_prints_its_result_as_json(yard_with_leads):
    arguments = ["load", "--landing", str(yard_with_leads.folder), "--json"]
    arguments += ["--home", str(yard_with_leads.home.path)]
    outcome = CliRunner().invoke(handoff, arguments)
    assert json.loads(outcome.stdout)["landed"] == 1


@pytest.mark.bad_input("B21")
def test_the_command_ends_with_3_and_names_no_person(yard_with_leads, capsys):
    yard_with_leads.put("leads/b.csv", "jane@example.com,Jane Doe\nx,y\n")
    yard_with_leads.put("leads/c.csv", "lead_id,created_at,email\nL1,jane@example.com,Jane Doe\n")
    arguments = ["load", "--landing", str(yard_with_leads.folder), "--json"]
    assert main([*arguments, "--home", str(yard_with_leads.home.path)]) == 3
    written = capsys.readouterr()
    assert json.loads(written.out)["exit_code"] == 3
    assert "leads/b.csv, line 1: required column" in written.err
    assert "ane" not in written.out + written.err
