"""Which text is which value, and why a row is refused (B04, B15-B18)."""

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from handoff.load.contract import TABLES, create_raw_tables
from handoff.load.limits import Limits
from handoff.load.typing_sql import typing

LOADED_AT = datetime.fromisoformat("2026-07-01T12:00:00")
ROW = {
    "leads": {"lead_id": "L1", "created_at": "2026-01-01"},
    "events": {
        "event_id": "e1",
        "occurred_at": "2026-01-01",
        "event_type": "page_view",
        "lead_id": "L1",
    },
    "opportunities": {"opportunity_id": "o1", "lead_id": "L1", "created_at": "2026-01-01"},
    "ad_spend": {"spend_date": "2026-01-01", "platform": "p", "spend": "1"},
}


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        create_raw_tables(connection)
        yield connection


@pytest.fixture
def take(connection):
    """Land one row; returns its values, or the code it is refused with."""

    def take_row(table, **values):
        row = ROW[table] | values
        arrays = {name: pa.array([value], pa.string()) for name, value in row.items()}
        incoming = pa.table({**arrays, "_line": [1]})
        sql = typing(table, incoming.schema, Limits(), LOADED_AT)
        connection.execute(f"delete from raw.{table}")
        connection.register("incoming", incoming)
        refused = connection.execute(sql.refused).fetchall()
        if not refused:
            connection.execute(sql.insert, {"file_id": 1, "batch": 1})
        connection.unregister("incoming")
        landed = connection.execute(f"select * from raw.{table}").fetchall()
        assert len(landed) + len(refused) == 1
        names = TABLES[table].names
        return (
            dict(zip(names, landed[0], strict=False)) if landed else sql.reasons[refused[0][1]][0]
        )

    return take_row


@pytest.mark.bad_input("B15")
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", "2026-01-02 00:00:00"),
        ("2026-01-02 03:04", "2026-01-02 03:04:00"),
        ("2026-01-02T03:04:05", "2026-01-02 03:04:05"),
        ("2026-01-02T03:04:05Z", "2026-01-02 03:04:05"),
        (" 2026-01-02T03:04:05Z ", "2026-01-02 03:04:05"),
        ("2026-01-02T03:04:05+05:30", "2026-01-01 21:34:05"),
        ("2026-01-02T03:04:05+0530", "2026-01-01 21:34:05"),
        ("2026-01-02 03:04:05-02", "2026-01-02 05:04:05"),
        ("2026-01-02T03:04+02:00", "2026-01-02 01:04:00"),
        ("2026-01-02T03:04:05.5", "2026-01-02 03:04:05.500000"),
        ("2026-01-02T03:04:05.999999999+00:00", "2026-01-02 03:04:05.999999"),
        ("2024-02-29", "2024-02-29 00:00:00"),
    ],
)
def test_iso_times_become_utc(take, text, moment):
    assert str(take("leads", created_at=text)["created_at"]) == moment


@pytest.mark.bad_input("B15")
@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "2026-01-02T24:00:00", "2026-01-02T23:59:60", "03/04/2026", "1767225600"),
        *("1767225600000", "2026-1-2", "20260102", "epoch", "infinity", "2026-01-02 10:00 CET"),
        *("2026-01-02T03:04:05+25:00", "2026-01-02T03:04:05+05:75", "2026-01-02T03", "-2026-01-01"),
        *("2026-01-02T03:04:05.1234567891", "2026-13-01", "now", "02026-01-01", "2026-01-02Z"),
    ],
)
def test_what_is_not_an_iso_time_is_refused(take, text):
    assert take("leads", created_at=text) == "bad_time"
    assert take("leads", updated_at=text) == "bad_time"


@pytest.mark.bad_input("B15")
@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "2201-01-01", "9999-12-31", "0001-01-01"])
def test_a_year_no_company_has_is_impossible(take, text):
    assert take("leads", created_at=text) == "impossible_value"


@pytest.mark.bad_input("B16")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-07-01T12:05:01Z", "future"),
        ("9999-01-01", "future"),
        ("1989-12-31", "ancient"),
        ("1900-01-01", "ancient"),
    ],
)
def test_an_event_out_of_its_time_is_refused(take, text, code):
    assert take("events", occurred_at=text) == code


@pytest.mark.bad_input("B16")
def test_a_source_clock_may_be_five_minutes_ahead(take):
    assert take("events", occurred_at="2026-07-01T12:05:00Z")["event_id"] == "e1"


@pytest.mark.bad_input("B17")
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.5", "1234.5"),
        ("-0", "0"),
        ("+5", "5"),
        (" 7 ", "7"),
        ("007.50", "7.5"),
        ("0.00005", "0.0001"),
        ("99999999999999.9999", "99999999999999.9999"),
    ],
)
def test_plain_decimals_are_taken(take, text, number):
    assert take("leads", annual_revenue=text)["annual_revenue"] == Decimal(number)


@pytest.mark.bad_input("B04", "B17")
@pytest.mark.parametrize(
    "text",
    [
        *("1,234.50", "1.234,50", "1e309", "1e3", "NaN", "inf", "0x1F", "29051_00040", "1_000"),
        *("9" * 40, "100000000000000", ".5", "5.", "11.0.1", "€5", "--1", "٣"),
    ],
)
def test_what_is_not_a_plain_decimal_is_refused(take, text):
    assert take("leads", annual_revenue=text) == "bad_number"


def test_a_value_keeps_eight_digits_after_the_point(take):
    assert take("events", value="0.123456785")["value"] == Decimal("0.12345679")


@pytest.mark.parametrize(("text", "number"), [("250", 250), ("250.0", 250), ("0", 0)])
def test_whole_numbers_are_taken(take, text, number):
    assert take("leads", employee_count=text)["employee_count"] == number


@pytest.mark.bad_input("B17")
@pytest.mark.parametrize("text", ["250.5", "ten", "99999999999999999999", "1e2"])
def test_what_is_not_a_whole_number_is_refused(take, text):
    assert take("leads", employee_count=text) == "bad_number"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("leads", "employee_count"),
        ("ad_spend", "impressions"),
        ("ad_spend", "clicks"),
        ("ad_spend", "spend"),
        ("opportunities", "amount"),
    ],
)
def test_what_is_never_negative_may_be_zero_only(take, table, column):
    assert take(table, **{column: "-1"}) == "impossible_value"
    assert take(table, **{column: "0"})[column] == 0


@pytest.mark.parametrize("text", ["true", "T", "1", "Yes", "y", " TRUE "])
def test_yes_has_many_forms(take, text):
    assert take("leads", is_deleted=text)["is_deleted"] is True


@pytest.mark.parametrize("text", ["false", "F", "0", "NO", "n"])
def test_no_has_many_forms(take, text):
    assert take("leads", is_deleted=text)["is_deleted"] is False


@pytest.mark.parametrize("text", ["ja", "2", "-", "null", "truefalse"])
def test_what_is_neither_yes_nor_no_is_refused(take, text):
    assert take("leads", is_deleted=text) == "bad_boolean"


@pytest.mark.parametrize(
    "text",
    [
        *("{}", ' {"a": 1} ', '{"a": {"b": [1, 2]}}', '{"a": "NaN, ]"}', '{"fin": "an inf,}"}'),
        *('{"A": 1, "a": 2}', '{"nan": null}', '{"a": "\\"inf"}'),
    ],
)
def test_a_json_object_keeps_its_text(take, text):
    assert take("leads", attributes=text)["attributes"] == text


@pytest.mark.parametrize(
    "text",
    [
        *("[1]", '"x"', "1", "null", "{", "{'a': 1}", "{a: 1}", '{"a": 1,}', '{"a": NaN}'),
        *('{"a": -Infinity}', '{"a": 1, "a": 2}', '{"a": 1} x', '{"a":' * 200 + "1" + "}" * 200),
    ],
)
def test_what_is_not_a_plain_json_object_is_refused(take, text):
    assert take("leads", attributes=text) == "bad_json"


@pytest.mark.bad_input("B18")
@pytest.mark.parametrize("blank", [None, "", " ", "\t \r\n"])
def test_blank_is_null_in_every_column(take, blank):
    optional = [column for column in TABLES["leads"].columns if not column.required]
    row = take("leads", **{column.name: blank for column in optional})
    assert [row[column.name] for column in optional] == [None] * len(optional)


@pytest.mark.bad_input("B18")
@pytest.mark.parametrize("text", ["null", "NULL", "N/A", " x ", "\u00a0", "\u200b", "e\u0301"])
def test_text_is_kept_exactly(take, text):
    assert take("leads", lead_id=text)["lead_id"] == text


@pytest.mark.parametrize("table", list(ROW))
def test_a_blank_required_value_is_named(take, table):
    for name in TABLES[table].required:
        assert take(table, **{name: " "}) == f"missing_{name}"


def test_an_event_of_nobody_is_refused(take):
    assert take("events", lead_id=" ", anonymous_id="") == "missing_id"
    assert take("events", lead_id="", anonymous_id="a")["anonymous_id"] == "a"


def test_a_decided_opportunity_has_a_closing_time(take):
    assert take("opportunities", is_won="false") == "impossible_value"
    assert take("opportunities", is_won="no", closed_at="2026-02-01")["is_won"] is False
    assert take("opportunities", closed_at="2026-02-01")["is_won"] is None


def test_a_spend_date_is_a_date(take):
    assert take("ad_spend", spend_date="2026-01-31")["spend_date"] == date(2026, 1, 31)
    assert take("ad_spend", spend_date="31.01.2026") == "bad_time"
