"""CSV as it comes: every row lands or is quarantined with its line, none is lost (B01-B10)."""

import pytest

from handoff.load import csv_fast
from handoff.load.limits import Limits

HEAD = "change_id,lead_id,changed_at,status\n"
GOOD = "c{0},L{0},2026-01-01,new\n"


def body(rows):
    return HEAD + "".join(GOOD.format(number) for number in range(rows))


def the_file(result, table="stage_changes"):
    return next(file for file in result.files if file.table == table)


@pytest.mark.bad_input("B01")
def test_a_semicolon_inside_a_value_costs_no_row(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", HEAD + "c1,L1,2026-01-01,a;b\nc2,L2,2026-01-01,x\n")
    assert the_file(yard_with_leads.load()).landed == 2


@pytest.mark.bad_input("B02")
@pytest.mark.parametrize("at", [2, 1_000, 2_047, 30_000])
def test_a_row_of_another_width_is_the_only_one_quarantined(yard_with_leads, at):
    lines = body(30_100).splitlines(keepends=True)
    lines[at - 1] = "c,L,2026-01-01,new,too,many\n"
    yard_with_leads.put("stage_changes.csv", "".join(lines))
    assert the_file(yard_with_leads.load()).landed == 30_099
    assert yard_with_leads.quarantine() == [(at, "ragged")]


@pytest.mark.bad_input("B02")
def test_a_row_with_too_few_fields_keeps_its_text(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", body(2) + "c9,L9\n")
    yard_with_leads.load()
    rows = yard_with_leads.ask("select line, raw_text, reason_code from raw.quarantine")
    assert rows == [(4, "c9,L9", "ragged")]


@pytest.mark.bad_input("B05")
def test_a_last_line_cut_in_the_middle_is_quarantined_and_noted(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", body(3) + "c9,L9,2026")
    result = the_file(yard_with_leads.load())
    assert (result.landed, result.quarantined) == (3, 1)
    assert "cut off" in result.note


@pytest.mark.bad_input("B09")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_gives_the_same_rows(yard_with_leads, end):
    yard_with_leads.put("stage_changes.csv", body(5).replace("\n", end))
    yard_with_leads.load()
    rows = yard_with_leads.ask("select change_id, status, _line from raw.stage_changes order by 1")
    assert rows == [(f"c{number}", "new", number + 2) for number in range(5)]


@pytest.mark.bad_input("B09")
def test_mixed_line_ends_give_the_same_rows(yard_with_leads):
    text = body(4).replace("\nc1", "\r\nc1").replace("\nc2", "\rc2")
    yard_with_leads.put("stage_changes.csv", text)
    yard_with_leads.load()
    rows = yard_with_leads.ask("select change_id, status, _line from raw.stage_changes order by 1")
    assert rows == [(f"c{number}", "new", number + 2) for number in range(4)]


@pytest.mark.bad_input("B08")
def test_quoted_newlines_quotes_and_commas_are_part_of_the_value(yard_with_leads):
    value = '"two\nlines, and ""quotes"""'
    text = HEAD + f"c1,L1,2026-01-01,{value}\nc2,L2,2026-01-01,back\\slash\n"
    yard_with_leads.put("stage_changes.csv", text)
    yard_with_leads.load()
    rows = yard_with_leads.ask("select _line, status from raw.stage_changes order by _line")
    assert rows == [(2, 'two\nlines, and "quotes"'), (4, "back\\slash")]


@pytest.mark.bad_input("B08")
def test_the_line_of_a_bad_row_after_quoted_newlines_is_the_physical_one(yard_with_leads):
    text = HEAD + 'c1,L1,2026-01-01,"a\nb\nc"\n\nc2,L2,not a time,x\n'
    yard_with_leads.put("stage_changes.csv", text)
    result = the_file(yard_with_leads.load())
    assert yard_with_leads.quarantine() == [(6, "bad_time")]
    assert (result.lines_read, result.landed, result.quarantined, result.blank) == (3, 1, 1, 1)


@pytest.mark.bad_input("B08")
def test_an_unterminated_quote_refuses_the_file_naming_the_opening_line(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", body(3) + 'c9,L9,2026-01-01,"open\n' + "x\n" * 9)
    result = yard_with_leads.load()
    assert the_file(result).status == "refused"
    assert the_file(result).first_line == 5
    assert "stage_changes.csv, line 5: the quote" in str(result.error())
    assert yard_with_leads.ask("select count(*) from raw.stage_changes") == [(0,)]


@pytest.mark.bad_input("B08")
def test_text_after_a_closing_quote_is_quarantined_alone(yard_with_leads):
    yard_with_leads.put(
        "stage_changes.csv", body(1) + 'c8,L8,2026-01-01,"a"b\n' + "c9,L9,2026-01-01,x\n"
    )
    assert the_file(yard_with_leads.load()).landed == 2
    assert yard_with_leads.quarantine() == [(3, "bad_quote")]


@pytest.mark.bad_input("B10")
def test_nul_and_invalid_utf8_and_huge_values_are_quarantined_alone(yard_with_leads):
    huge = b"c3,L3,2026-01-01," + b"x" * (1 << 20) + b"y\n"
    rows = [b"c1,L1,2026-01-01,a\0b\n", b"c2,L2,2026-01-01,caf\xe9\n", huge]
    data = HEAD.encode() + b"".join(rows) + b"c4,L4,2026-01-01,\xc3\xa9\n"
    yard_with_leads.put("stage_changes.csv", data)
    yard_with_leads.load()
    assert yard_with_leads.quarantine() == [(2, "nul_byte"), (3, "not_utf8"), (4, "too_long")]
    assert yard_with_leads.ask("select change_id, status from raw.stage_changes") == [("c4", "é")]


@pytest.mark.bad_input("B10")
def test_utf16_is_refused(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", body(2).encode("utf-16"))
    assert "UTF-16" in str(yard_with_leads.load().error())


@pytest.mark.bad_input("B07")
def test_blank_lines_are_counted_as_blank(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", "\n" + body(2) + "\n  \n")
    result = the_file(yard_with_leads.load())
    assert (result.lines_read, result.landed, result.blank) == (5, 2, 3)


@pytest.mark.bad_input("B03")
def test_a_repeated_header_is_quarantined_in_any_case(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", body(2) + HEAD + body(1).upper())
    yard_with_leads.load()
    assert yard_with_leads.quarantine() == [(4, "repeated_header"), (5, "repeated_header")]


@pytest.mark.bad_input("B03")
def test_a_second_header_in_another_order_refuses_the_file(yard_with_leads):
    other = "lead_id,change_id,changed_at,status\nL1,c1,2026-01-01,new\n"
    yard_with_leads.put("stage_changes.csv", body(2) + other)
    assert "second header" in str(yard_with_leads.load().error())


@pytest.mark.bad_input("B07")
@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_a_file_with_nothing_in_it_is_skipped_with_a_note(yard_with_leads, content):
    yard_with_leads.put("stage_changes.csv", content)
    result = the_file(yard_with_leads.load())
    assert (result.status, result.landed) == ("skipped", 0)
    assert "empty" in result.note


@pytest.mark.bad_input("B07")
def test_a_header_alone_lands_no_row_and_is_no_error(yard_with_leads):
    yard_with_leads.put("stage_changes.csv", HEAD)
    result = yard_with_leads.load()
    assert (the_file(result).status, result.error()) == ("landed", None)


def test_the_gzip_file_gives_the_same_rows(yard_with_leads):
    yard_with_leads.put("stage_changes.csv.gz", body(1_000))
    assert the_file(yard_with_leads.load()).landed == 1_000


@pytest.mark.bad_input("B12")
def test_a_truncated_gzip_is_refused_and_leaves_no_row(yard_with_leads):
    path = yard_with_leads.put("stage_changes.csv.gz", body(5_000))
    path.write_bytes(path.read_bytes()[:-200])
    result = yard_with_leads.load()
    assert "gzip file ends in the middle" in str(result.error())
    assert yard_with_leads.ask("select count(*) from raw.stage_changes") == [(0,)]
    assert yard_with_leads.ask("select count(*) from raw.leads") == [(1,)]


@pytest.mark.bad_input("B12")
def test_gzip_under_a_plain_name_is_refused(yard_with_leads):
    path = yard_with_leads.put("stage_changes.csv.gz", body(5))
    path.rename(path.with_name("stage_changes.csv"))
    assert "holds gzip data" in str(yard_with_leads.load().error())


@pytest.mark.bad_input("B12")
def test_what_a_file_unpacks_to_is_bounded(yard_with_leads, monkeypatch):
    monkeypatch.setenv("HANDOFF_MAX_UNPACKED_BYTES", "1000")
    yard_with_leads.put("stage_changes.csv.gz", body(5_000))
    assert "unpacks to more than 1,000 bytes" in str(yard_with_leads.load().error())


@pytest.mark.bad_input("B20", "B21")
def test_hostile_text_is_stored_as_it_is(yard_with_leads):
    values = ["=cmd | ' /C calc'!A0", "'; drop table leads; --", "{{ 7*7 }}", "\x1b[31mred", "null"]
    rows = "".join(f'c{at},L1,2026-01-01,"{value}"\n' for at, value in enumerate(values))
    yard_with_leads.put("stage_changes.csv", HEAD + rows)
    yard_with_leads.load()
    stored = yard_with_leads.ask("select status from raw.stage_changes order by change_id")
    assert [status for (status,) in stored] == values


def test_ids_keep_their_zeros_spaces_and_case(yard_with_leads):
    yard_with_leads.put(
        "stage_changes.csv", HEAD + "007,L1 ,2026-01-01,N/A\nNULL,l1,2026-01-01,x\n"
    )
    yard_with_leads.load()
    stored = yard_with_leads.ask("select change_id, lead_id, status from raw.stage_changes")
    assert stored == [("007", "L1 ", "N/A"), ("NULL", "l1", "x")]


def test_a_file_of_many_blocks_keeps_every_row_and_line(yard_with_leads, monkeypatch):
    monkeypatch.setattr("handoff.load.source.BLOCK_BYTES", 64)
    rows = "".join(
        f'c{at},L1,2026-01-01,"a ""b""\n{"c" * (at % 50)}"\n'
        if at % 3
        else f"c{at},L1,2026-01-01,x\n"
        for at in range(300)
    )
    yard_with_leads.put("stage_changes.csv", HEAD + rows + 'c,L1,2026-01-01,"odd"one\n')
    assert the_file(yard_with_leads.load()).landed == 300
    lines = yard_with_leads.ask("select _line from raw.stage_changes order by _line")
    expected, line = [], 2
    for at in range(300):
        expected.append((line,))
        line += 2 if at % 3 else 1
    assert lines == expected
    assert yard_with_leads.quarantine() == [(line, "bad_quote")]


def test_a_plain_file_goes_the_fast_way(yard_with_leads, monkeypatch):
    taken = []
    fast = csv_fast.read_block

    def watched(*arguments, **named):
        taken.append(fast(*arguments, **named))
        return taken[-1]

    monkeypatch.setattr(csv_fast, "read_block", watched)
    yard_with_leads.put("stage_changes.csv", body(10) + 'c,L,2026-01-01,"a\nb"\n\n')
    yard_with_leads.load()
    assert len(taken) == 2
    assert None not in taken


@pytest.mark.bad_input("B10")
def test_the_field_limit_is_configurable(monkeypatch):
    monkeypatch.setenv("HANDOFF_MAX_FIELD_BYTES", "10")
    assert Limits.from_environment().field_bytes == 10
