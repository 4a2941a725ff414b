"""Parquet keeps its types; a file that is damaged or of another shape is refused alone (B14)."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handoff.load import together

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)


def parquet(columns, **options):
    file = BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def leads(rows=1, **columns):
    ids = pa.array([f"L{number}" for number in range(rows)])
    return {"lead_id": ids, "created_at": pa.array([MOMENT] * rows, pa.timestamp("us", "UTC"))} | {
        name: pa.array([value] * rows) if not isinstance(value, pa.Array) else value
        for name, value in columns.items()
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (pa.timestamp("us", "UTC"), "2026-01-02 03:04:05.678901"),
        (pa.timestamp("us", "America/New_York"), "2026-01-02 03:04:05.678901"),
        (pa.timestamp("ns"), "2026-01-02 03:04:05.678901"),
        (pa.timestamp("ms"), "2026-01-02 03:04:05.678"),
        (pa.date32(), "2026-01-02 00:00:00"),
    ],
)
def test_native_times_become_utc(yard, kind, expected):
    moment = MOMENT if getattr(kind, "tz", None) else MOMENT.replace(tzinfo=None)
    values = pa.array([moment], pa.timestamp("us", getattr(kind, "tz", None))).cast(
        kind, safe=False
    )
    yard.put("leads.parquet", parquet({"Lead_ID": ["L1"], "created_at": values}))
    yard.load()
    assert yard.ask("select lead_id, created_at::varchar from raw.leads") == [("L1", expected)]


def test_native_values_reach_the_columns(yard):
    columns = leads(
        employee_count=pa.array([250.0]),
        annual_revenue=pa.array([Decimal("10.50")]),
        is_deleted=True,
        region=pa.array([7], pa.int32()),
        country=pa.array(["DE"]).dictionary_encode(),
        industry=pa.nulls(1),
        attributes={"size": 3},
    )
    yard.put("leads.parquet", parquet(columns))
    yard.load()
    row = yard.ask(
        "select employee_count, annual_revenue::varchar, is_deleted, region, country, industry,"
        " attributes, _line from raw.leads"
    )
    assert row == [(250, "10.5000", True, "7", "DE", None, '{"size":3}', 1)]


def test_text_columns_follow_the_rules_of_text(yard):
    columns = {
        "lead_id": ["L1", "L2", " "],
        "created_at": ["2026-01-01T02:00:00+02:00", "2026-02-30", "2026-01-01"],
        "is_deleted": ["no", "no", "no"],
    }
    yard.put("leads.parquet", parquet(columns))
    yard.load()
    assert yard.ask("select created_at::varchar, is_deleted from raw.leads") == [
        ("2026-01-01 00:00:00", False)
    ]
    assert yard.quarantine() == [(2, "bad_time"), (3, "missing_lead_id")]


@pytest.mark.bad_input("B14")
@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("employee_count", 250.5, "bad_number"),
        ("employee_count", -1, "impossible_value"),
        ("annual_revenue", float("nan"), "bad_number"),
        ("annual_revenue", float("inf"), "bad_number"),
        ("annual_revenue", 1e30, "bad_number"),
        ("is_deleted", 2, "bad_boolean"),
    ],
)
def test_a_value_out_of_range_is_quarantined_with_its_row(yard, column, value, code):
    yard.put("leads/bad.parquet", parquet(leads(**{column: value})))
    yard.put("leads/good.parquet", parquet(leads()))
    yard.load()
    assert yard.ask(
        'select line, reason_code, raw_text like \'{"lead_id": "L0"%\' from raw.quarantine'
    ) == [(1, code, True)]


@pytest.mark.bad_input("B14")
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (leads(email=pa.array([["a", "b"]])), "column email holds list"),
        (leads(email=pa.array([b"a"])), "column email holds binary"),
        (
            leads(updated_at=pa.array([1_767_225_600])),
            "column updated_at holds int64; expected a time",
        ),
        ({"lead_id": ["L1"]}, "required column created_at missing"),
    ],
)
def test_a_column_of_another_shape_refuses_its_file_only(yard_with_leads, columns, said):
    yard_with_leads.put("leads/other.parquet", parquet(columns))
    result = yard_with_leads.load()
    assert said in str(result.error())
    assert yard_with_leads.ask("select lead_id from raw.leads") == [("L1",)]


@pytest.mark.bad_input("B14")
def test_a_truncated_file_is_refused_and_the_others_land(yard_with_leads):
    whole = parquet(leads(5_000))
    yard_with_leads.put("leads/cut.parquet", whole[: len(whole) // 2])
    yard_with_leads.put("leads/whole.parquet", whole)
    result = yard_with_leads.load()
    assert "leads/cut.parquet: cannot be read as parquet" in str(result.error())
    assert yard_with_leads.ask("select count(*) from raw.leads") == [(5_001,)]


@pytest.mark.bad_input("B14")
def test_damaged_pages_leave_no_row_behind(yard_with_leads, monkeypatch):
    monkeypatch.setattr("handoff.load.parquet_file.BATCH_ROWS", 1_000)
    whole = bytearray(parquet(leads(9_000), row_group_size=1_000, compression="zstd"))
    start = pq.ParquetFile(BytesIO(bytes(whole))).metadata.row_group(8).column(0).data_page_offset
    whole[start : start + 400] = b"\x00" * 400
    yard_with_leads.put("leads/damaged.parquet", bytes(whole))
    result = yard_with_leads.load()
    assert "cannot be read as parquet" in str(result.error())
    assert yard_with_leads.ask("select lead_id from raw.leads") == [("L1",)]


def test_rows_are_numbered_through_all_parts(yard, monkeypatch):
    monkeypatch.setattr("handoff.load.parquet_file.BATCH_ROWS", 100)
    yard.put("leads.parquet", parquet(leads(1_050), row_group_size=300))
    yard.load()
    query = "select min(_line), max(_line), count(distinct _line) from raw.leads"
    assert yard.ask(query) == [(1, 1_050, 1_050)]


def test_a_name_is_no_pattern(yard):
    for name in ("leads/[ab]*.parquet", "leads/a.parquet", 'leads/it\'s, "b".parquet'):
        yard.put(name, parquet({**leads(), "region": [name]}))
    yard.load()
    query = (
        "select region = path, count(*) from raw.leads join raw.load_files on _file_id = file_id"
    )
    assert yard.ask(f"{query} group by all") == [(True, 3)]


def test_columns_may_be_called_what_the_engine_calls_its_own(yard):
    for number, name in enumerate(("file_row_number", "file_index", "_line", "incoming")):
        yard.put(f"leads/{number}.parquet", parquet(leads(email=name, **{name: 7})))
    result = yard.load()
    assert result.landed == 4
    assert yard.ask("select distinct _line from raw.leads") == [(1,)]


@pytest.mark.bad_input("B14")
@pytest.mark.parametrize("replace", [True, False], ids=["replaced", "cut"])
def test_a_file_that_changes_between_the_two_passes_is_refused_alone(
    yard_with_leads, monkeypatch, replace
):
    yard_with_leads.put("leads/good.parquet", parquet(leads(3)))
    bad = yard_with_leads.put("leads/other.parquet", parquet(leads(9, region="x")))
    find, calls = together._put_aside, []

    def find_and_change(*given):
        found = find(*given)
        if not calls and replace:
            new = bad.with_name("_new")
            new.write_bytes(parquet(leads(9, region="y")))
            new.replace(bad)
        elif not calls:
            bad.write_bytes(bad.read_bytes()[:200])
        calls.append(1)
        return found

    monkeypatch.setattr(together, "_put_aside", find_and_change)
    assert "leads/other.parquet" in str(yard_with_leads.load().error())
    assert yard_with_leads.ask("select count(*) from raw.leads") == [(4,)]
