"""One JSON object a line; a line that is none is quarantined alone (B13)."""

import json

import pytest

GOOD = {"change_id": "c1", "lead_id": "L1", "changed_at": "2026-01-01", "status": "new"}


def lines(*objects):
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in objects)


def test_typed_values_reach_the_columns(yard):
    lead = {
        "Lead_ID": 17,
        "created_at": "2026-01-01T00:00:00Z",
        "employee_count": 250,
        "annual_revenue": 1e6,
        "is_deleted": False,
        "country": None,
        "attributes": {"team": "Ä", "size": [1, 2.50]},
    }
    yard.put("leads.ndjson", lines(lead))
    yard.load()
    row = yard.ask(
        "select lead_id, employee_count, annual_revenue::varchar, is_deleted, country, attributes"
        " from raw.leads"
    )
    assert row == [("17", 250, "1000000.0000", False, None, '{"team": "Ä", "size": [1, 2.5]}')]


def test_a_number_keeps_all_its_digits(yard):
    text = '{"lead_id": "L1", "created_at": "2026-01-01", "annual_revenue": 12345678901234.5678}\n'
    yard.put("leads.jsonl", text)
    yard.load()
    assert yard.ask("select annual_revenue::varchar from raw.leads") == [("12345678901234.5678",)]


@pytest.mark.bad_input("B13")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"change_id": "c1", ', "bad_json"),
        ("[" + json.dumps(GOOD) + "]", "bad_json"),
        ("7", "bad_json"),
        ('{"change_id": NaN}', "bad_json"),
        ('{"change_id": -Infinity}', "bad_json"),
        ('{"reason": 1e400}', "bad_json"),
        ('{"reason": ' + "9" * 5_000 + "}", "bad_json"),
        ('{"reason": ' + "[" * 200 + "]" * 200 + "}", "bad_json"),
        ('{"reason": ' + "[" * 100_000 + "}", "bad_json"),
        ('{"change_id": "a", "change_id": "b"}', "duplicate_key"),
        ('{"change_id": "a", "Change_ID ": "b"}', "duplicate_key"),
        ('{"reason": "\\u0000"}', "nul_byte"),
        ('{"reason": "\\ud800"}', "bad_json"),
        ('{"reason": "' + "x" * (1 << 20) + '!"}', "too_long"),
        ('{"change_id": "c2"}', "missing_lead_id"),
    ],
)
def test_a_line_that_cannot_be_taken_is_quarantined_alone(yard_with_leads, line, code):
    yard_with_leads.put("stage_changes.ndjson", lines(GOOD, line, GOOD | {"change_id": "c3"}))
    result = yard_with_leads.load()
    assert (result.landed, yard_with_leads.quarantine()) == (3, [(2, code)])


@pytest.mark.bad_input("B13")
def test_invalid_utf8_is_quarantined_alone(yard_with_leads):
    data = lines(GOOD).encode() + b'{"change_id": "\xff"}\n' + lines(GOOD).encode()
    yard_with_leads.put("stage_changes.ndjson", data)
    assert yard_with_leads.load().landed == 3
    assert yard_with_leads.quarantine() == [(2, "not_utf8")]


def test_blank_lines_and_line_ends_do_not_matter(yard_with_leads):
    text = lines(GOOD, "", GOOD).replace("\n", "\r\n") + json.dumps(GOOD)
    yard_with_leads.put("stage_changes.ndjson.gz", text)
    result = yard_with_leads.load()
    file = result.files[-1]
    assert (file.lines_read, file.landed, file.blank) == (4, 3, 1)
    assert yard_with_leads.ask("select _line from raw.stage_changes") == [(1,), (3,), (4,)]


def test_a_key_no_line_has_is_a_missing_column(yard_with_leads):
    without = {key: value for key, value in GOOD.items() if key != "status"} | {"state": "new"}
    yard_with_leads.put("stage_changes.ndjson", lines(without, without))
    message = str(yard_with_leads.load().error())
    assert "required column status missing" in message
    assert yard_with_leads.ask("select count(*) from raw.stage_changes") == [(0,)]


def test_unknown_keys_are_noted_once(yard_with_leads):
    yard_with_leads.put("stage_changes.ndjson", lines(GOOD | {"shoe": 1}, GOOD | {"shoe": 2}))
    note = yard_with_leads.load().files[-1].note
    assert note == "columns not of the contract, not loaded: shoe"
