"""The border marts -> published: what is not a clear yes publishes nothing."""

import json

import duckdb
import pytest

import tiny
from handoff import gate, runs
from handoff.audit import audit, audit_in_run
from handoff.errors import GateFailedError
from handoff.expectations import (
    SUITES,
    MartShape,
    SuiteError,
    read_across,
    read_suite,
    suite_names,
)
from handoff.publish import publish

BETWEEN = "- {type: ExpectColumnValuesToBeBetween, column: score, min_value: 0, max_value: 9}"

TOO_MANY = "- {type: ExpectColumnValuesToBeBetween, query: select 3 as x, column: x, max_value: 2}"


@pytest.fixture
def home(tmp_path):
    return tiny.home_with_marts(tmp_path / "home", state=gate.BUILT)


@pytest.fixture
def suites(tmp_path):
    folder = tmp_path / "suites"
    folder.mkdir()
    for name in ("dim_leads.yml", "across_marts.yml"):
        (folder / name).write_text(tiny.FILES[f"suites/{name}"])
    return folder


def _audit(home, suites):
    return audit(home, as_of=tiny.AS_OF_TEXT, suites=suites)


def _change(home, statement):
    with duckdb.connect(str(home.work_db)) as connection:
        connection.execute(statement)


def _sentences(findings):
    return " ".join(finding.sentence for finding in findings)


def test_marts_that_pass_open_the_gate_and_leave_a_result_to_read(home, suites):
    with runs.recorded(home, "audit") as run:
        audit_in_run(home, run, suites=suites)
    assert (gate.read(home).state, gate.read(home).rows) == (gate.AUDITED, {"dim_leads": 10})
    found = json.loads((run.folder / "audit.json").read_text())
    # Two text columns, one count of rows, one question over all marts; with nothing published
    # there is neither a volume nor a number of leads to compare.
    assert (found["checks"], found["failures"], found["warnings"]) == (4, [], [])
    results = [(one["suite"], one["result"]) for one in found["findings"]]
    assert results.count(("across_marts", "not made")) == 1


@pytest.mark.parametrize("state", [None, gate.BUILDING, gate.FAILED])
def test_marts_of_a_build_that_did_not_pass_are_not_audited(tmp_path, suites, state):
    home = tiny.home_with_marts(tmp_path, state=state) if state else tiny.empty_home(tmp_path)
    with pytest.raises(GateFailedError, match="handoff build"), runs.recorded(home, "audit") as run:
        audit_in_run(home, run, suites=suites)


def test_an_email_in_any_text_column_stops_the_publication_and_is_not_repeated(home, suites):
    _change(home, "update marts.dim_leads set channel = 'by j@b.com!' where lead_id = 'lead 3'")
    with pytest.raises(GateFailedError) as failed, runs.recorded(home, "audit") as run:
        audit_in_run(home, run, suites=suites)
    assert "dim_leads.channel failed on 1 of 2 values. Marts carry no e-mail" in str(failed.value)
    assert gate.read(home).state == gate.FAILED
    for path in run.folder.iterdir():
        assert "j@b.com" not in path.read_text()
    with pytest.raises(GateFailedError):
        publish(home)


def test_of_columns_asked_the_same_only_the_one_that_fails_is_named_and_counted(home, suites):
    _change(home, "update marts.dim_leads set channel = null where lead_id > 'lead 6'")
    _change(home, "update marts.dim_leads set lead_id = lead_id || '@b.c' where lead_id < 'lead 3'")
    found = _audit(home, suites)
    assert [one.numbers for one in found.failures] == ["3 of 10 values"]
    assert "dim_leads.lead_id failed on 3 of 10 values" in _sentences(found.failures)
    channel = [one for one in found.findings if one.columns == ["channel"]]
    assert [(one.result, one.numbers) for one in channel] == [("passed", "0 of 2 values")]


def test_only_values_that_hold_what_an_address_needs_are_held_against_it(home, suites):
    _change(home, "update marts.dim_leads set channel = '@ fair' where lead_id = 'lead 3'")
    found = _audit(home, suites)
    texts = [one for one in found.findings if one.check == "ExpectColumnValuesToNotMatchRegex"]
    assert {(one.result, one.numbers) for one in texts} == {
        ("passed", "0 of 1 values with '@' of 2 columns")
    }


@pytest.mark.parametrize(
    ("values", "failing"),
    [
        ("'0', '4.5', '9'", None),
        ("null, null", None),
        ("'nan', '5', null", None),
        ("'nan', '10', '9'", "1 of 3 values"),
        ("'-1', '10', '5', '5'", "2 of 3 values"),
        ("'inf', '5'", "1 of 2 values"),
        ("'-inf', '-inf', '5'", "1 of 2 values"),
    ],
)
def test_a_range_holds_for_every_value_and_counts_those_outside(home, suites, values, failing):
    (suites / "dim_leads.yml").write_text(BETWEEN)
    for type_ in ("double", "float"):
        rows = f"select unnest([{values}]::{type_}[]) as score"
        _change(home, f"create or replace table marts.dim_leads as {rows}")
        found = _audit(home, suites)
        assert [one.numbers for one in found.failures] == ([failing] if failing else [])
        assert [one.result for one in found.findings if one.suite == "dim_leads"] == [
            "failed" if failing else "passed"
        ]


@pytest.mark.parametrize(
    ("type_", "inside", "outside"),
    [
        ("decimal(38, 10)", "9.0", "9.0000000001"),
        ("hugeint", "9", "10"),
        ("smallint", "0", "-1"),
        ("timestamp", "2020-01-01", "1969-12-31"),
        ("date", "2020-01-01", "1969-12-31"),
    ],
)
def test_a_range_is_held_against_every_type_a_mart_has(home, suites, type_, inside, outside):
    bounds = "min_value: 0, max_value: 9"
    if "-" in inside:
        bounds = "min_value: 1970-01-01 00:00:00, max_value: 2200-01-01 00:00:00"
    check = f"- {{type: ExpectColumnValuesToBeBetween, column: score, {bounds}}}"
    (suites / "dim_leads.yml").write_text(check)
    for last, failures in ((inside, 0), (outside, 1)):
        rows = f"select unnest(['{inside}', null, '{last}']::{type_}[]) as score"
        _change(home, f"create or replace table marts.dim_leads as {rows}")
        assert len(_audit(home, suites).failures) == failures


def test_an_empty_mart_fails_its_row_count(home, suites):
    _change(home, "delete from marts.dim_leads")
    assert "ExpectTableRowCountToBeBetween on dim_leads failed with 0" in _sentences(
        _audit(home, suites).failures
    )


def test_a_warning_is_on_record_and_lets_the_marts_pass(home, suites):
    tiny.fill(home, leads=100)
    publish(home)
    tiny.fill(home, leads=10, state=gate.BUILT, run_id="run-2")
    with runs.recorded(home, "audit") as run:
        audit_in_run(home, run, suites=suites)
    assert (gate.read(home).state, gate.read(home).audit_warnings) == (gate.AUDITED, 2)
    told = [json.loads(line) for line in (run.folder / "log.jsonl").read_text().splitlines()]
    warned = [(one["suite"], one["message"]) for one in told if one["level"] == "warning"]
    assert [suite for suite, _ in warned] == ["dim_leads", "across_marts"]
    assert "Half gone is seldom news." in warned[0][1]


def test_a_volume_far_from_the_last_publication_is_a_warning(home, suites):
    tiny.fill(home, leads=100)
    publish(home)
    tiny.fill(home, leads=10, state=gate.BUILT, run_id="run-2")
    found = _audit(home, suites)
    assert found.failures == []
    assert "failed with 10. Half gone is seldom news." in _sentences(found.warnings)
    assert "moved failed on 1 of 1 values. Leads do not come by the fifty." in _sentences(
        found.warnings
    )
    earlier = audit(home, as_of="2026-01-01T00:00:00Z", suites=suites)
    assert earlier.warnings == []


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        ("", "holds no check"),
        ("[]", "holds no check"),
        ("a: [", "cannot be read as YAML"),
        ("- {type: ExpectX, severity: critical, severity: warning}", "names a key twice"),
        ("- just words", "expected a mapping with a `type`"),
        ("- {type: ExpectTheBest}", "not a check Great Expectations can make"),
        ("- {type: ExpectColumnValuesToBeBetween, min_value: 0}", "not a check"),
        (BETWEEN, "could not be made"),
        ("- {type: ExpectColumnValuesToBeBetween, column: no, min_value: 0}", "in quotes"),
        ("- {type: ExpectTableRowCountToEqual, value: 10, severity: shrug}", "critical or warning"),
        ("- {type: ExpectTableRowCountToBeBetween, min_share_of_published: 1}", "leaves no check"),
    ],
)
def test_a_suite_that_checks_nothing_or_makes_no_sense_is_a_failure(home, suites, suite, said):
    (suites / "dim_leads.yml").write_text(suite)
    found = _audit(home, suites)
    assert said in _sentences(found.failures)


def test_a_mart_without_a_suite_and_a_suite_without_its_mart_are_failures(home, suites):
    (suites / "dim_leads.yml").rename(suites / "dim_accounts.yml")
    found = _sentences(_audit(home, suites).failures)
    assert "dim_accounts has a suite but was not built" in found
    assert "dim_leads has no suite" in found


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        (None, "The border has no suite"),
        ("[]", "holds no check"),
        ("- {type: ExpectColumnValuesToBeBetween, column: no, min_value: 0}", "in quotes"),
        ("- {type: ExpectColumnValuesToBeBetween, column: x, min_value: 0}", "expected a `query`"),
        ("- {type: ExpectColumnToExist, query: select 1 as x, against: us}", "expected published"),
        ("- {type: ExpectColumnToExist, query: select x from nowhere, column: x}", "cannot be run"),
        (
            f"{TOO_MANY[:-1]}, reason: Two is company.}}",
            "failed on 1 of 1 values. Two is company.",
        ),
    ],
)
def test_what_must_hold_across_marts_is_asked_or_stops_the_publication(home, suites, suite, said):
    (suites / "across_marts.yml").unlink()
    if suite is not None:
        (suites / "across_marts.yml").write_text(suite)
    assert said in _sentences(_audit(home, suites).failures)


def test_what_is_published_may_be_too_old_to_be_compared_with(home, suites):
    tiny.fill(home, leads=10)
    publish(home)
    query = "select new_column from published.marts.dim_leads"
    entry = f"- {{type: ExpectColumnToExist, query: {query}, column: x, against: published"
    for severity in ("warning", "critical"):
        (suites / "across_marts.yml").write_text(f"{entry}, severity: {severity}}}")
        found = _audit(home, suites)
        told = found.warnings if severity == "warning" else found.failures
        assert "The query of check 1 cannot be run" in _sentences(told)


def test_the_shipped_questions_across_marts_can_be_read_and_say_why():
    checks = read_across(SUITES, has_published=True)
    assert len(checks) >= 6
    assert all(check.reason and check.query and not check.lacks for check in checks)
    assert [check.severity for check in checks if "published." in check.query] == ["warning"] * 3
    without = read_across(SUITES, has_published=False)
    assert sum(bool(check.lacks) for check in without) == 3


def test_the_shipped_suites_can_be_read_and_guard_every_mart_against_emails():
    for name in suite_names(SUITES):
        shape = MartShape(name, {"words": "VARCHAR", "number": "BIGINT"}, published_rows=100)
        checks = read_suite(SUITES, shape)
        assert all(check.reason for check in checks)
        on_words = [check for check in checks if check.arguments.get("column") == "words"]
        assert ["@" in check.arguments["regex"] for check in on_words] == [True]
    assert len(suite_names(SUITES)) >= 6


def test_bounds_are_shares_of_what_is_published(suites):
    shape = MartShape("dim_leads", {}, published_rows=80)
    bounds = [check.arguments for check in read_suite(suites, shape)]
    assert {"min_value": 40, "max_value": 4000} in bounds


def test_an_unreadable_suite_names_its_file(suites):
    with pytest.raises(SuiteError, match=r"mart_x\.yml"):
        read_suite(suites, MartShape("mart_x", {}))
