"""The engine's own reading of Parquet files and the reading batch by batch land the same rows."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.home import Home
from handoff.load import land_folder
from handoff.load.parquet_whole import Shapes

MOMENT = datetime.fromisoformat("2026-01-02T03:04:05.678901")
FAR = [datetime.fromisoformat(f"{year}-01-01") for year in (1969, 2300)]
NASTY = ["", " ", "\t\r\n", "x", " x ", "é\u200b", "null", "\x00", "=1+1", "\U0001f600", "a" * 300]
TIMES = ["2026-01-02", "2026-01-02T03:04:05+05:30", " 2026-01-02 ", "2026-02-30", "24:00", " ", ""]
NUMBERS = ["1", " 2.50 ", "1e3", "-1", "0x1F", "", " ", "NaN", "9" * 40]
FLAGS = ["true", "N", "0", "maybe", " yes ", ""]
OBJECTS = [
    *(
        '{"a": 1}',
        ' {"a": 1}',
        '{"a": "b", "c": "d"}',
        '{"a": 1, "a": 2}',
        '{"a": {"b": {}}}',
        "{}",
    ),
    *('{"a": NaN}', '{"a": "nan"}', '{"a": -Infinity}', '{"a": 1,}', "[1]", '"text"', "1", '{"a":'),
    *('{"a": "x:y:z"}', '{"a": "," }', '{"a": "Information"}', "", " ", "null"),
    *('{"a": ' * 70 + "1" + "}" * 70, '{"a": "' + "[" * 200 + '"}'),
]
BIG = 2**63 - 1


def column(kind, values):
    return st.just((kind, st.none() | st.sampled_from(values)))


TEXT = column(pa.string(), NASTY)
# Of each column of events and its like: the types and values a file may bring.
COLUMNS = {
    "event_id": TEXT | column(pa.large_string(), NASTY) | column(pa.int64(), [0, -7, BIG]),
    "occurred_at": column(pa.string(), TIMES)
    | column(pa.timestamp("us"), [MOMENT, *FAR])
    | column(pa.timestamp("us", "Europe/Berlin"), [MOMENT.replace(tzinfo=UTC)])
    | column(pa.timestamp("ms"), [MOMENT.replace(microsecond=0)])
    | column(pa.timestamp("ns"), [MOMENT])
    | column(pa.date32(), [date(2026, 1, 2), date(1950, 1, 1)]),
    "event_type": TEXT | column(pa.dictionary(pa.int32(), pa.string()), NASTY),
    "lead_id": TEXT | column(pa.dictionary(pa.int8(), pa.string()), NASTY) | column(pa.null(), []),
    "anonymous_id": TEXT | column(pa.float64(), [1.0, math.nan, math.inf]),
    "utm_term": TEXT | column(pa.bool_(), [True, False]),
    "value": column(pa.string(), NUMBERS)
    | column(pa.float32(), [1.5, math.nan, -math.inf])
    | column(pa.decimal128(38, 2), [Decimal("1.50"), Decimal("9" * 30)])
    | column(pa.uint64(), [0, 2**64 - 1]),
    "properties": column(pa.string(), OBJECTS) | column(pa.struct({"a": pa.int64()}), [{"a": 1}]),
}


@st.composite
def files(draw):
    """Draw the tables of some files, most of them of one shape."""
    kinds = {name: draw(kind) for name, kind in COLUMNS.items()}
    others = {name: draw(kind) for name, kind in COLUMNS.items()}
    found = []
    for shape in [kinds] * draw(st.integers(1, 3)) + [others]:
        rows = draw(st.integers(0, 12))
        columns = {
            name: pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), kind)
            if not pa.types.is_null(kind)
            else pa.nulls(rows)
            for name, (kind, values) in shape.items()
        }
        found.append(pa.table(columns))
    return found


def landed(folder, home):
    """Land a folder; returns what came of it, but for the time."""
    result = land_folder(folder, home, quarantine_limit=100)
    with_columns = {
        "events": "* exclude (_loaded_at)",
        "quarantine": "* exclude (loaded_at)",
        "load_files": "* exclude (loaded_at)",
    }
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        tables = {
            name: connection.execute(f"select {columns} from raw.{name} order by all").fetchall()
            for name, columns in with_columns.items()
        }
    return result.findings, tables


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=files(), group=st.sampled_from([3, 1_000]))
def test_both_ways_agree_on_any_file(tables, group, tmp_path_factory):
    folder = tmp_path_factory.mktemp("landing")
    (folder / "leads.csv").write_text("lead_id,created_at\nL1,2026-01-01\n")
    (folder / "events").mkdir()
    for number, table in enumerate(tables):
        pq.write_table(table, folder / "events" / f"{number}.parquet", row_group_size=group)
    whole = landed(folder, Home.at(tmp_path_factory.mktemp("whole")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Shapes, "whole_file", lambda *_: None)
        by_batch = landed(folder, Home.at(tmp_path_factory.mktemp("batches")))
    assert whole == by_batch
