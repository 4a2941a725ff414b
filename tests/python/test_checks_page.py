"""The page of what was checked: both borders, numbers only, nothing from outside, all escaped."""

import json
import re

import pytest

import tiny
from handoff import checks_page, gate, runs
from handoff.audit import audit_in_run
from handoff.cli import main
from handoff.errors import GateFailedError

EVIL = "<script>alert(1)</script>{{ 7*7 }}"


def finding(**changed):
    one = {"suite": "events", "check": "ExpectX", "columns": ["event_type"], "severity": "critical"}
    one |= {"sentence": "S.", "result": "failed", "numbers": "on 1 of 2 values", "reason": "R."}
    return one | changed


def page_of(folder, name="landing.json", **record):
    (folder / name).write_text(json.dumps(record))
    return checks_page.write(folder).read_text()


def test_every_text_is_escaped_and_none_is_a_template(tmp_path):
    evil = dict.fromkeys(("suite", "check", "severity", "numbers", "reason"), EVIL)
    page = page_of(tmp_path, findings=[finding(**evil, columns=[EVIL])], notes=[EVIL])
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}") == 7


def test_the_page_loads_nothing_from_outside(tmp_path):
    page = page_of(tmp_path, findings=[finding()])
    assert re.findall(r"(?:src|href|url)\s*[=(]|@import|https?:", page) == []
    assert "default-src 'none'" in page


def test_what_failed_stands_first_and_is_counted(tmp_path):
    findings = [
        finding(result="passed", check="ExpectA"),
        finding(result="not made", check="ExpectB"),
        finding(severity="warning", check="ExpectC"),
        finding(check="ExpectD"),
    ]
    page = page_of(tmp_path, findings=findings)
    order = re.findall("Expect[A-D]", page)
    assert order == ["ExpectD", "ExpectC", "ExpectA", "ExpectB"]
    assert "3 checks made" in page
    assert "1 critical failed" in page
    assert "1 warnings" in page


def test_a_run_that_reached_no_border_says_so(tmp_path):
    assert "No border was reached" in checks_page.write(tmp_path).read_text()


def test_a_load_leaves_its_page_whether_it_landed_or_was_stopped(tmp_path):
    (tmp_path / "landing").mkdir()
    home = tmp_path / "home"
    arguments = ["load", "--landing", str(tmp_path / "landing"), "--home", str(home)]
    (tmp_path / "landing" / "leads.csv").write_text("lead_id,created_at\nL1,2026-01-01\n")
    assert main(arguments) == 0
    spend = "spend_date,platform,spend\n2026-01-01,google,42000000\n"
    (tmp_path / "landing" / "ad_spend.csv").write_text(spend)
    assert main(arguments) == 3
    landed, stopped = (
        (run / "checks.html").read_text() for run in sorted((home / "runs").iterdir())
    )
    assert "Files in" in landed
    assert "0 critical failed" in landed
    assert "1 critical failed" in stopped
    assert "42000000" not in stopped


def test_an_audit_leaves_its_page_also_when_it_stops_the_publication(tmp_path):
    home = tiny.home_with_marts(tmp_path / "home", state=gate.BUILT)
    tiny.project(tmp_path / "project")
    with pytest.raises(GateFailedError), runs.recorded(home, "audit") as run:
        audit_in_run(home, run, suites=tmp_path / "project" / "suites")
    page = (run.folder / "checks.html").read_text()
    assert "Marts out" in page
    assert "across_marts" in page
