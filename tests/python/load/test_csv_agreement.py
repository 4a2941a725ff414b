"""The fast way through a CSV block and the careful one give the same rows, or fast says no."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.load import csv_careful, csv_fast
from handoff.load.contract import TABLES
from handoff.load.header import map_header
from handoff.load.limits import Limits

TABLE = TABLES["stage_changes"]
LIMITS = Limits(field_bytes=200)
NAMES = ["change_id", "lead_id", "changed_at", "status"]
FILE = csv_careful.Csv(TABLE, map_header(NAMES, TABLE, limit=10), LIMITS)

PIECES = ["a", "é", " ", ",", "\n", "\r\n", "\r", '"', '""', '"a,b"', '"x\ny"', "\0", "1,2,3,4\n"]
anything = st.lists(st.sampled_from([*PIECES, "a,b,c,d\n"]), max_size=30).map("".join)

value = st.text(st.sampled_from('ab ,\n"\réü'), max_size=6)
quoted = value.map(lambda text: '"' + text.replace('"', '""') + '"')
plain = st.text(st.sampled_from("abé .-"), max_size=6)
row = st.lists(quoted | plain, min_size=4, max_size=4).map(lambda fields: ",".join(fields) + "\n")
ragged = st.sampled_from(["a,b\n", '"a,b",c\n', "a,b,c,d,e\r\n", "\0,b,c,d\n", "  \n", "x\n"])
regular = st.lists(row | st.just("\n") | ragged, max_size=8).map("".join)


def outcome(block):
    batch, rest, line = block
    return {
        "rows": batch.rows.to_pylist(),
        "texts": [batch.raw_text(at).strip("\r\n") for at in batch.rows["_line"].to_pylist()],
        "records": batch.records,
        "blank": batch.blank,
        "problems": batch.problems,
        "rest": rest,
        "line": line,
    }


def check_agreement(text, *, is_last):
    data = text.encode()
    cut = len(data) if is_last else data.rfind(b"\n") + 1
    if not data[:cut]:
        return None
    fast = csv_fast.read_block(data[:cut], 7, FILE, is_last=is_last)
    if fast is not None:
        careful = csv_careful.read_block(data[:cut], 7, FILE, is_last=is_last)
        assert outcome(fast) == outcome(careful)
    return fast


@settings(max_examples=300, deadline=None)
@given(anything | regular, st.booleans())
def test_both_ways_agree_on_any_text(text, is_last):
    check_agreement(text, is_last=is_last)


@settings(max_examples=300, deadline=None)
@given(st.lists(row | ragged, min_size=1, max_size=8).map("".join))
def test_the_fast_way_takes_whatever_is_regular(text):
    bare_cr = text.count("\r") != text.count("\r\n")
    assert bare_cr or check_agreement(text + "a,b,c,d\n", is_last=True) is not None


THREADS_OF_A_BLOCK = """
import os, sys
from handoff.load import csv_careful, csv_fast
from handoff.load.contract import TABLES
from handoff.load.header import map_header
from handoff.load.limits import Limits
table = TABLES["stage_changes"]
names = ["change_id", "lead_id", "changed_at", "status"]
file = csv_careful.Csv(table, map_header(names, table, limit=10), Limits())
before = len(os.listdir("/proc/self/task"))
assert csv_fast.read_block(b"c1,L1,2026-01-01,new\\n" * int(sys.argv[1]), 2, file, is_last=True)
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted where Linux lists them")
@pytest.mark.parametrize(("rows", "some"), [(100, False), (500_000, True)])
def test_a_small_block_is_read_without_threads_of_its_own(rows, some):
    """Each takes addresses; one that gets no memory for what is its own ends the process."""
    command = [sys.executable, "-c", THREADS_OF_A_BLOCK, str(rows)]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    # One reads ahead, and has mostly ended by then.
    assert (int(made.stdout) > 1) is some
