"""Columns are matched by name; what is missing is named, with what came near (B03)."""

import pytest

from handoff.load.batch import RefusedError
from handoff.load.contract import TABLES
from handoff.load.header import map_header


def mapped(*names, table="leads"):
    return map_header(list(names), TABLES[table], limit=50)


def refusal(*names, table="leads"):
    with pytest.raises(RefusedError) as error:
        mapped(*names, table=table)
    return str(error.value)


@pytest.mark.bad_input("B03")
def test_order_case_spaces_and_byte_order_mark_do_not_matter():
    header = mapped("\ufeffCREATED_AT ", " Email", "Lead_Id")
    assert header.mapped == {"created_at": 0, "email": 1, "lead_id": 2}


@pytest.mark.bad_input("B03")
def test_a_missing_column_is_named_with_what_was_got_and_the_nearest_name():
    message = refusal("leadid", "created_at", "email")
    assert "required column lead_id missing" in message
    assert "expected lead_id, created_at" in message
    assert "got leadid, created_at, email" in message
    assert "nearest name: leadid for lead_id" in message


@pytest.mark.bad_input("B03")
def test_a_file_without_header_does_not_show_its_first_row():
    message = refusal("Jane Doe", "jane@example.com")
    assert "got 2 names, none of the contract (no header line?)" in message
    assert "ane" not in message


@pytest.mark.bad_input("B03")
def test_a_file_separated_by_semicolons_is_told_so():
    assert "separated by semicolons" in refusal("lead_id;created_at")


@pytest.mark.bad_input("B03")
def test_a_name_twice_is_refused():
    assert "names email twice" in refusal("lead_id", "created_at", "email", "EMAIL ")


@pytest.mark.bad_input("B10")
def test_too_many_columns_are_refused():
    assert "at most 50" in refusal(*(f"c{number}" for number in range(100_000)))


def test_unknown_columns_are_noted_once_and_kept_out(yard):
    yard.put("leads.csv", "shoe_size,lead_id,created_at\n" + "44,L1,2026-01-01\n" * 5)
    result = yard.load()
    assert result.files[0].note == "columns not of the contract, not loaded: shoe_size"
    assert yard.ask("select distinct lead_id from raw.leads") == [("L1",)]


@pytest.mark.bad_input("B03")
def test_a_reordered_header_lands_the_same_rows(yard):
    yard.put("leads/a.csv", "lead_id,created_at,email,country\nL1,2026-01-01,a,DE\n")
    yard.put("leads/b.csv", "\ufeffCountry, EMAIL ,created_at,Lead_ID\nDE,a,2026-01-01,L1\n")
    yard.load()
    assert yard.ask(
        "select count(*) from (select distinct lead_id, email, country from raw.leads)"
    ) == [(1,)]


@pytest.mark.bad_input("B03")
def test_a_missing_column_stops_its_file_only(yard):
    yard.put("leads.csv", "lead_id,created_at\nL1,2026-01-01\n")
    yard.put("events.csv", "event_id,occured_at,event_type,lead_id\ne1,2026-01-01,x,L1\n")
    result = yard.load()
    assert "events.csv, line 1: required column occurred_at missing" in str(result.error())
    assert "nearest name: occured_at for occurred_at" in str(result.error())
    assert result.error().exit_code == 3
    assert yard.ask("select count(*) from raw.leads") == [(1,)]
