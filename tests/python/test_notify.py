"""A refresh that fails tells of it once a run, and the first that works again tells of that."""

import json
import time

import pytest

from handoff import notify, runs
from handoff.cli import main
from handoff.errors import GateFailedError
from handoff.home import Home
from test_alerts import Receiver, Reply, served

QUICK = notify.Pace(tries=2, first_wait=0.01, longest_wait=0.05, answer_within=0.3)


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path / "home").create()


@pytest.fixture
def receiver(monkeypatch):
    found = Receiver()
    server = served(found)
    monkeypatch.setenv("HANDOFF_NOTIFY_URL", found.url)
    monkeypatch.setattr(notify, "PACE", QUICK)
    yield found
    server.shutdown()
    server.server_close()


def fail(home, message="The test x found 2 rows. Ask a.b@corp.example.", command="refresh"):
    with pytest.raises(GateFailedError), runs.recorded(home, command) as run:
        raise GateFailedError(message)
    return run.run_id


def succeed(home, command="refresh"):
    with runs.recorded(home, command) as run:
        pass
    return run.run_id


def test_a_failure_is_told_with_run_cause_code_and_what_is_served(home, receiver):
    run_id = fail(home)
    (body,) = receiver.bodies
    assert body["event"] == "failed"
    assert (body["run_id"], body["command"], body["exit_code"]) == (run_id, "handoff refresh", 1)
    assert body["what_failed"] == "The test x found 2 rows. Ask <e-mail>"
    assert body["still_served"] is None


def test_recovery_is_told_once_with_since_when_it_had_failed(home, receiver):
    first = fail(home)
    fail(home)
    succeed(home)
    succeed(home)
    assert [body["event"] for body in receiver.bodies] == ["failed", "failed", "recovered"]
    record = json.loads((home.runs / first / "run.json").read_text())
    assert receiver.bodies[2]["failing_since"] == record["ended_at"]
    assert receiver.bodies[2]["failures"] == 2
    assert len(set(receiver.keys)) == 3


def test_a_refresh_that_works_tells_nothing_nor_do_other_commands(home, receiver):
    succeed(home)
    fail(home, command="build")
    assert receiver.got == []
    assert not (home.path / "notify.json").exists()


def test_a_recovery_nobody_took_is_told_by_the_next_run(home, receiver):
    fail(home)
    receiver.replies = [Reply(status=503), Reply(status=503)]
    succeed(home)
    succeed(home)
    assert [body["event"] for body in receiver.bodies] == ["failed", *["recovered"] * 3]
    succeed(home)
    assert len(receiver.bodies) == 4


def test_a_receiver_that_hangs_delays_by_a_bound_and_fails_nothing(home, receiver, monkeypatch):
    monkeypatch.setattr(notify, "LONGEST", 0.5)
    fail(home)
    receiver.otherwise = lambda _body: Reply(before=lambda: time.sleep(2))
    began = time.monotonic()
    run_id = succeed(home)
    assert time.monotonic() - began < 1.5
    assert json.loads((home.runs / run_id / "run.json").read_text())["exit_code"] == 0


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "ftp://example.org", "https://user:pw@example.org/x"]
)
def test_a_wrong_address_is_a_warning_that_does_not_quote_it(home, monkeypatch, capsys, url):
    monkeypatch.setenv("HANDOFF_NOTIFY_URL", url)
    fail(home)
    said = capsys.readouterr().err
    assert "HANDOFF_NOTIFY_URL" in said
    assert "example.org" not in said


def test_without_an_address_nothing_is_asked_and_the_failure_is_remembered(home, monkeypatch):
    monkeypatch.delenv("HANDOFF_NOTIFY_URL", raising=False)
    fail(home)
    assert json.loads((home.path / "notify.json").read_text())["failures"] == 1


def test_slack_gets_one_text_and_a_secret_signs(home, receiver, monkeypatch):
    monkeypatch.setenv("HANDOFF_NOTIFY_KIND", "slack")
    monkeypatch.setenv("HANDOFF_NOTIFY_SECRET", "only the receiver knows")
    fail(home, "The model <a> failed.")
    assert list(receiver.bodies[0]) == ["text"]
    assert "&lt;a&gt;" in receiver.bodies[0]["text"]
    assert receiver.got[0][1]["X-Handoff-Signature"].startswith("sha256=")


def test_a_refresh_without_its_landing_folder_is_told_of(tmp_path, receiver):
    home = tmp_path / "home"
    asked = ["refresh", "--landing", str(tmp_path / "nowhere"), "--home", str(home)]
    assert main(asked) == 2
    assert receiver.bodies[0]["exit_code"] == 2
