"""Alerts: each crossing reaches the webhook once, nothing reaches it that must not.

The webhook is a real server on this machine; the homes hold a few rows written by hand.
"""

import hashlib
import hmac
import itertools
import json
import os
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from handoff import cli, lock
from handoff.alerts import command, contacts, delivery, message, webhook
from handoff.alerts import send as sending
from handoff.alerts.memory import memory_file
from handoff.errors import UsageError
from handoff.home import PROJECT_DIR, Home

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
SECRET = "only the receiver knows"  # a test's own, of no use anywhere
QUICK = delivery.Pace(tries=3, first_wait=0.01, longest_wait=2.0, answer_within=5.0)
SCORES = "45.00, 62.50, 0.00, 'B', '2'"


# --- the receiver ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """What the receiver says: a status, headers, and what it does before it answers."""

    status: int = 200
    headers: dict = field(default_factory=dict)
    before: object = lambda: None


@dataclass
class Receiver:
    """A webhook that keeps what it got, and answers as it is told: in turn, then always 200."""

    url: str = ""
    got: list = field(default_factory=list)
    replies: list = field(default_factory=list)
    otherwise: object = field(default_factory=lambda: lambda _body: Reply())

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for _, headers, _ in self.got]

    @property
    def bodies(self) -> list[dict]:
        return [json.loads(body) for _, _, body in self.got]

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.got.append((handler.path, dict(handler.headers), body))
        reply = self.replies.pop(0) if self.replies else self.otherwise(body)
        reply.before()
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.end_headers()


def served(receiver: Receiver, *, certificate: Path | None = None):
    """Serve `receiver` on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            receiver.take(self)

        def do_GET(self):
            receiver.got.append((self.path, dict(self.headers), b"{}"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    receiver.url = f"{scheme}://localhost:{server.server_port}/hooks/T0KEN"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    return server


@pytest.fixture
def receiver(monkeypatch):
    found = Receiver()
    server = served(found)
    monkeypatch.setenv("HANDOFF_ALERTS_URL", found.url)
    yield found
    server.shutdown()
    server.server_close()


# --- the home -------------------------------------------------------------------------------------


def publish(home: Home, crossings: dict, *, reason: str = "Asked for a demo", as_of=AS_OF) -> Home:
    """Publish alerts: `lead: crossed_at`, or `(lead, cycle, stage): crossed_at`."""
    home.create()
    temporary = home.published_db.with_suffix(".new")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{temporary}' as new (storage_version 'v1.4.0')")
        connection.execute("create schema new.marts")
        connection.execute("create table new.marts.fct_lead_scores (as_of timestamp)")
        connection.execute(
            "insert into new.marts.fct_lead_scores values (?)", [as_of.replace(tzinfo=None)]
        )
        connection.execute(
            "create table new.marts.fct_alerts (alert_key text, lead_id text, cycle integer,"
            " stage text, crossed_at timestamp, definition_id text, criterion_id text, reason text,"
            " fit_score decimal(18, 2), intent_score decimal(18, 2), product_score decimal(18, 2),"
            " fit_grade text, intent_grade text, evidence text, due_at timestamp)"
        )
        for name, crossed_at in crossings.items():
            lead, cycle, stage = name if isinstance(name, tuple) else (name, 1, "mql")
            moment = crossed_at.replace(tzinfo=None)
            connection.execute(
                "insert into new.marts.fct_alerts values"
                f" (?, ?, ?, ?, ?, 'two_axis', 'hand_raise', ?, {SCORES},"
                " 'demo_request 50, title_vp 20', ?)",
                [
                    f"{lead}|{cycle}|{stage}",
                    lead,
                    cycle,
                    stage,
                    moment,
                    reason,
                    moment + timedelta(minutes=5),
                ],
            )
    temporary.replace(home.published_db)
    return home


def ago(hours: float) -> datetime:
    return AS_OF - timedelta(hours=hours)


@pytest.fixture(scope="module")
def five_crossings(tmp_path_factory) -> Path:
    """Publish three crossings of the last day, one just older, one of years ago."""
    crossings = {"L-3": 1, "L-2": 5, "L-1": 24, "older": 24.01, "old": 20_000}
    home = Home.at(tmp_path_factory.mktemp("published"))
    return publish(home, {lead: ago(hours) for lead, hours in crossings.items()}).published_db


@pytest.fixture
def home(tmp_path, five_crossings) -> Home:
    """Make a home where the five crossings are published."""
    found = Home.at(tmp_path / "home").create()
    shutil.copy(five_crossings, found.published_db)
    return found


@pytest.fixture
def run(home, capsys, monkeypatch):
    """Call the command the way a shell does; returns exit code, stdout, stderr."""
    monkeypatch.setitem(cli.COMMANDS, "alerts", "handoff.alerts")
    monkeypatch.setattr(sending, "PACE", QUICK)

    def called(*arguments):
        code = cli.main(["alerts", "send", "--home", str(home.path), *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


def result(printed: tuple) -> dict:
    return json.loads(printed[1])


def nothing_listens() -> str:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


# --- once -----------------------------------------------------------------------------------------


def test_every_new_crossing_is_delivered_once_the_earliest_first(run, receiver):
    assert run()[0] == 0
    assert receiver.keys == ["L-1|1|mql", "L-2|1|mql", "L-3|1|mql"]


def test_a_second_run_sends_nothing(run, receiver):
    run()
    receiver.got.clear()
    code, out, _ = run("--json")
    assert (code, json.loads(out)["alerts"], receiver.got) == (0, [], [])


def test_only_what_crossed_since_is_sent_by_a_later_run(run, receiver, home):
    run()
    receiver.got.clear()
    publish(home, {"L-3": ago(1), ("L-3", 2, "mql"): ago(0.5), ("L-3", 1, "pql"): ago(0.25)})
    assert run()[0] == 0
    assert receiver.keys == ["L-3|2|mql", "L-3|1|pql"]


def test_a_rebuild_that_moves_a_crossing_does_not_send_it_again(run, receiver, home):
    run()
    receiver.got.clear()
    publish(home, {"L-3": ago(0.5), "L-2": ago(4), "L-1": ago(3)})
    assert (run()[0], receiver.got) == (0, [])


# --- the first run does not flood -----------------------------------------------------------------


def test_the_first_run_records_what_crossed_more_than_a_day_before_as_of_and_never_sends_it(
    run, receiver, home
):
    found = result(run("--json"))
    assert (found["is_first_run"], found["before_alerts_began"]) == (True, 2)
    assert found["began_at"] == "2026-06-30T00:00:00Z"
    assert remembered(home)["old|1|mql"] == "before alerts began"


def test_since_changes_nothing_once_alerts_have_begun(run, receiver, home):
    run()
    publish(home, {"L-3": ago(1), "late": ago(100)})
    found = result(run("--json", "--since", "9000d"))
    assert (found["is_first_run"], found["began_at"]) == (False, "2026-06-30T00:00:00Z")
    assert (found["before_alerts_began"], found["alerts"]) == (1, [])


@pytest.mark.parametrize(
    ("since", "sent"),
    [("90m", 1), ("25h", 4), ("900d", 5), ("2026-06-30T19:00:00Z", 2), ("2026-08-01", 0)],
)
def test_since_says_how_far_the_first_run_looks_back(run, receiver, since, sent):
    assert run("--since", since)[0] == 0
    assert len(receiver.got) == sent


def test_a_crossing_from_before_the_beginning_that_is_loaded_later_is_not_sent(run, receiver, home):
    run()
    receiver.got.clear()
    publish(home, {"late": ago(200), "L-3": ago(1)})
    assert result(run("--json"))["before_alerts_began"] == 1
    assert receiver.got == []


def test_a_first_run_that_reaches_nobody_still_fixes_the_beginning(run, monkeypatch, home):
    monkeypatch.setenv("HANDOFF_ALERTS_URL", nothing_listens())
    assert run()[0] == 5
    found = Receiver()
    server = served(found)
    monkeypatch.setenv("HANDOFF_ALERTS_URL", found.url)
    try:
        publish(home, {"L-3": ago(1), "L-2": ago(5), "L-1": ago(24)}, as_of=AS_OF + timedelta(9))
        assert run()[0] == 0
    finally:
        server.shutdown()
        server.server_close()
    assert sorted(found.keys) == ["L-1|1|mql", "L-2|1|mql", "L-3|1|mql"]


# --- again, when it helps -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_webhook_that_is_busy_or_broken_is_asked_again(run, receiver, status):
    receiver.replies = [Reply(status), Reply(status)]
    assert run()[0] == 0
    assert receiver.keys == ["L-1|1|mql"] * 3 + ["L-2|1|mql", "L-3|1|mql"]
    assert len({body for _, _, body in receiver.got[:3]}) == 1


def test_a_connection_that_breaks_is_made_again(run, receiver):
    receiver.replies = [Reply(before=lambda: (_ for _ in ()).throw(ConnectionResetError()))]
    assert run()[0] == 0
    assert receiver.keys[:2] == ["L-1|1|mql"] * 2


def test_pauses_grow_and_a_webhook_that_says_how_long_is_obeyed():
    waits = []
    clock = delivery.Clock(ends_at=1000, now=lambda: 0, sleep=waits.append)
    answers = iter(
        [
            delivery.Answer(problem="no connection"),
            delivery.Answer(status=500, problem="HTTP 500"),
            delivery.Answer(status=429, problem="HTTP 429", retry_after=7.0),
            delivery.Answer(status=503, problem="HTTP 503", retry_after=0.0),
            delivery.Answer(status=200),
        ]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "ask", lambda *_: next(answers))
        done = delivery.deliver(None, None, clock, delivery.Pace())
    assert done.is_delivered
    assert waits == [0.5, 1.0, 7.0, 4.0]


def test_retry_after_is_read_as_seconds_and_as_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    past = "Wed, 01 Jan 2020 00:00:00 GMT"
    assert 80 < delivery._seconds(soon) <= 90
    assert [delivery._seconds(text) for text in ("12", past, "9" * 5000, "soon", "-1", None)] == [
        12,
        0,
        delivery.LONGEST_RETRY_AFTER,
        None,
        None,
        None,
    ]


def test_retry_after_of_a_real_answer_is_waited_for(run, receiver):
    receiver.replies = [Reply(429, {"Retry-After": "1"})]
    began = time.monotonic()
    assert run()[0] == 0
    assert time.monotonic() - began >= 1


def test_a_webhook_that_asks_for_a_long_pause_is_left_alone_until_the_next_run(run, receiver):
    receiver.replies = [Reply(429, {"Retry-After": "3600"})]
    code, _, err = run()
    assert code == 5
    assert "HTTP 429, asks to wait 3600 s" in err
    assert len(receiver.got) == 1
    assert run()[0] == 0
    assert sorted(receiver.keys[1:]) == ["L-1|1|mql", "L-2|1|mql", "L-3|1|mql"]


@pytest.mark.parametrize("status", [400, 422])
def test_an_alert_that_is_refused_is_not_asked_again_and_holds_up_no_other(run, receiver, status):
    receiver.replies = [Reply(status)]
    code, _, err = run()
    assert code == 5
    assert f"L-1|1|mql (HTTP {status})" in err
    assert receiver.keys == ["L-1|1|mql", "L-2|1|mql", "L-3|1|mql"]


def test_an_alert_that_always_fails_is_tried_after_the_new_ones(run, receiver, home):
    receiver.otherwise = lambda body: Reply(500 if b"L-1|" in body else 200)
    assert run()[0] == 5
    receiver.got.clear()
    publish(home, {"L-1": ago(24), "new": ago(0.5)})
    assert run()[0] == 5
    assert receiver.keys == ["new|1|mql"] + ["L-1|1|mql"] * QUICK.tries


@pytest.mark.parametrize("status", [302, 307, 401, 404])
def test_a_wrong_address_ends_the_run_at_once(run, receiver, status):
    receiver.otherwise = lambda _body: Reply(status, {"Location": receiver.url + "/elsewhere"})
    code, _, err = run()
    assert (code, len(receiver.got)) == (5, 1)
    assert "3 of 3 alerts could not be delivered" in err


def test_a_webhook_that_is_away_is_given_up_after_three_alerts(run, receiver, home):
    publish(home, {f"L-{number}": ago(number) for number in range(1, 10)})
    receiver.otherwise = lambda _body: Reply(503)
    code, _, err = run()
    assert (code, len(receiver.got)) == (5, 3 * QUICK.tries)
    assert "9 of 9" in err


def test_what_failed_is_said_in_json_and_sent_by_the_next_run(run, receiver):
    receiver.replies = [Reply(400)]
    code, out, _ = run("--json")
    found = json.loads(out)
    assert (code, found["exit_code"]) == (5, 5)
    assert [(one["alert_key"], one["is_delivered"]) for one in found["details"]] == [
        ("L-1|1|mql", False),
        ("L-2|1|mql", True),
        ("L-3|1|mql", True),
    ]
    receiver.got.clear()
    assert run()[0] == 0
    assert receiver.keys == ["L-1|1|mql"]


# --- never longer than allowed --------------------------------------------------------------------


def test_the_time_limit_holds_however_slowly_an_answer_drips(home):
    """Every byte comes in time, so a socket's own limit is never met."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        is_over = threading.Event()

        def drip():
            with closing(server.accept()[0]) as connection:
                while not is_over.wait(0.1):
                    connection.sendall(b"H")

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        receiver = webhook.from_environment({"HANDOFF_ALERTS_URL": url})
        began = time.monotonic()
        done = sending.send(home, receiver, sending.Asked(kind="json", time_limit=1.0))
        took = time.monotonic() - began
        is_over.set()
        thread.join()
    assert 0.9 < took < 3
    assert [one.is_delivered for one in done.alerts] == [False] * 3


def test_a_pause_that_does_not_fit_into_the_time_limit_is_not_begun():
    clock = delivery.Clock(ends_at=5, now=lambda: 0, sleep=lambda _seconds: pytest.fail("slept"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            delivery, "ask", lambda *_: delivery.Answer(status=429, problem="x", retry_after=6.0)
        )
        done = delivery.deliver(None, None, clock, delivery.Pace())
    assert (done.is_delivered, done.ends_run, done.tries) == (False, True, 1)


# --- killed ---------------------------------------------------------------------------------------


def shell(home: Home) -> subprocess.Popen:
    """Start the command as a process of its own."""
    program = (
        "import sys; from handoff import cli; cli.COMMANDS['alerts'] = 'handoff.alerts';"
        " sys.exit(cli.main(sys.argv[1:]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, "alerts", "send", "--home", str(home.path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_between_delivery_and_record_it_sends_that_one_again_under_the_same_key(
    home, receiver, run
):
    started = threading.Event()

    def kill():
        if len(receiver.got) == 2:
            started.wait(10)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

    receiver.otherwise = lambda _body: Reply(before=kill)
    process = shell(home)
    started.set()
    assert process.wait(30) == -signal.SIGKILL
    process.stderr.close()
    assert receiver.keys == ["L-1|1|mql", "L-2|1|mql"]
    assert run()[0] == 0
    assert receiver.keys == ["L-1|1|mql", "L-2|1|mql", "L-2|1|mql", "L-3|1|mql"]
    assert receiver.got[1][2] == receiver.got[2][2]


def test_one_that_is_sending_turns_a_second_one_away(home, receiver, run):
    is_asked, may_answer = threading.Event(), threading.Event()

    def wait():
        is_asked.set()
        may_answer.wait(20)

    receiver.replies = [Reply(before=wait)]
    process = shell(home)
    try:
        assert is_asked.wait(20)
        for arguments in ((), ("--dry-run",)):
            code, _, err = run(*arguments)
            assert code == 4
            assert "Another `handoff alerts send`" in err
    finally:
        may_answer.set()
    assert process.wait(30) == 0
    process.stderr.close()
    assert receiver.keys == ["L-1|1|mql", "L-2|1|mql", "L-3|1|mql"]


def test_it_runs_beside_a_refresh_and_does_not_touch_its_lock(home, receiver, run):
    with lock.hold(home, command="refresh", run_id="run-1"):
        assert run()[0] == 0
    assert len(receiver.got) == 3


def test_a_memory_that_cannot_be_read_sends_nothing(home, receiver, run):
    memory_file(home).write_bytes(b"not a database" * 100)
    code, _, err = run()
    assert (code, receiver.got) == (5, [])
    assert "alerts.sqlite" in err


# --- what goes out --------------------------------------------------------------------------------


def test_the_plain_body_is_the_row_of_the_mart(run, receiver):
    run("--since", "90m")
    assert receiver.bodies == [
        {
            "alert_key": "L-3|1|mql",
            "lead_id": "L-3",
            "cycle": 1,
            "stage": "mql",
            "crossed_at": "2026-06-30T23:00:00Z",
            "due_at": "2026-06-30T23:05:00Z",
            "definition_id": "two_axis",
            "criterion_id": "hand_raise",
            "reason": "Asked for a demo",
            "fit_score": 45.0,
            "intent_score": 62.5,
            "product_score": 0.0,
            "fit_grade": "B",
            "intent_grade": "2",
            "evidence": "demo_request 50, title_vp 20",
        }
    ]


def test_the_slack_body_is_a_text_a_person_reads(run, receiver, monkeypatch):
    monkeypatch.setenv("HANDOFF_ALERTS_KIND", "slack")
    run("--since", "90m")
    assert receiver.bodies == [
        {
            "text": "*MQL* L-3 (cycle 1), due 2026-06-30 23:05 UTC\n"
            "Asked for a demo (hand_raise)\n"
            "Fit 45 (B), intent 62.5 (2), product 0, crossed 2026-06-30 23:00 UTC\n"
            "Evidence: demo_request 50, title_vp 20"
        }
    ]


def test_the_signature_proves_the_body(run, receiver, monkeypatch):
    monkeypatch.setenv("HANDOFF_ALERTS_SECRET", SECRET)
    run()
    for _, headers, body in receiver.got:
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Handoff-Signature"] == f"sha256={digest}"


def test_without_a_secret_nothing_is_signed(run, receiver, monkeypatch):
    monkeypatch.delenv("HANDOFF_ALERTS_SECRET", raising=False)
    run()
    assert all("X-Handoff-Signature" not in headers for _, headers, _ in receiver.got)


def test_an_id_cannot_smuggle_in_a_header_nor_make_two_keys_one(run, receiver, home):
    names = ["a\r\nX-Evil: 1", "a%0D%0AX-Evil: 1", "Zoë", "<!channel>"]
    publish(home, dict.fromkeys(names, ago(1)))
    assert run()[0] == 0
    assert len(set(receiver.keys)) == len(names)
    assert all("X-Evil" not in headers for _, headers, _ in receiver.got)
    assert {body["lead_id"] for body in receiver.bodies} == set(names)


def test_data_rings_nobody_and_links_nowhere_in_slack(run, receiver, home):
    publish(home, {"<!channel>\n*x*": ago(1)}, reason="@here <https://evil.example|click> & go")
    run("--kind", "slack")
    (text,) = (body["text"] for body in receiver.bodies)
    assert "<" not in text
    assert "@here" not in text
    assert "&lt;!channel&gt; *x* (cycle 1)" in text


# --- who it is ------------------------------------------------------------------------------------


def know(home: Home, *rows: tuple) -> None:
    """Load leads: (lead_id, email, full_name, updated_at, is_deleted)."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.work_db}' as work (storage_version 'v1.4.0')")
        connection.execute("create schema work.raw")
        connection.execute(
            "create table work.raw.leads (lead_id text, email text, full_name text,"
            " updated_at timestamp, is_deleted boolean, _loaded_at timestamp)"
        )
        for row in rows:
            connection.execute(
                "insert into work.raw.leads values (?, ?, ?, ?, ?, timestamp '2026-11-01')", row
            )


KNOWN = (
    ("L-1", "first@example.com", "Only Version", None, None),
    ("L-2", "before@example.com", "Old Name", "2026-01-01", None),
    ("L-2", "now@example.com", "New Name", "2026-06-01", None),
    ("L-2", "future@example.com", "Next Name", "2026-08-01", None),
    ("L-3", "gone@example.com", "Asked To Go", "2026-01-01", None),
    ("L-3", None, None, "2026-08-01", True),
)


@pytest.mark.parametrize("kind", ["json", "slack"])
def test_no_address_and_no_name_leaves_the_house_unless_asked_for(run, receiver, home, kind):
    know(home, *KNOWN)
    run("--kind", kind)
    everything = b" ".join(body for _, _, body in receiver.got)
    assert b"@" not in everything
    assert b"Name" not in everything
    assert b"contact" not in everything.lower()


def test_with_contact_the_version_that_holds_at_as_of_is_named_and_nobody_deleted(
    run, receiver, home
):
    know(home, *KNOWN)
    assert run("--with-contact")[0] == 0
    assert {body["lead_id"]: body.get("contact") for body in receiver.bodies} == {
        "L-1": {"email": "first@example.com", "full_name": "Only Version"},
        "L-2": {"email": "now@example.com", "full_name": "New Name"},
        "L-3": None,
    }


def test_with_contact_slack_reads_name_and_address(run, receiver, home):
    know(home, ("L-3", "a@example.com", "<!here> Bob", None, None))
    run("--with-contact", "--kind", "slack", "--since", "90m")
    assert receiver.bodies[0]["text"].endswith("\nContact: &lt;!here&gt; Bob, a@example.com")


def test_with_contact_it_gives_way_to_a_refresh_and_loses_nothing(run, receiver, home):
    know(home, *KNOWN)
    with lock.hold(home, command="refresh", run_id="run-1"):
        code, _, err = run("--with-contact")
    assert (code, receiver.got) == (4, [])
    assert "A refresh is writing" in err
    assert run("--with-contact")[0] == 0
    assert len(receiver.got) == 3


def test_a_refresh_that_begins_while_contacts_are_read_is_not_turned_away(home):
    know(home, *KNOWN)
    began = threading.Event()

    def read():
        with contacts._while_no_refresh_runs(home):
            began.set()
            time.sleep(0.02)

    thread = threading.Thread(target=read)
    thread.start()
    began.wait(5)
    with lock.hold(home, command="refresh", run_id="run-1"):
        pass
    thread.join()


def test_what_is_said_and_remembered_holds_no_secret_and_no_person(
    run, receiver, home, monkeypatch
):
    know(home, *KNOWN)
    monkeypatch.setenv("HANDOFF_ALERTS_SECRET", SECRET)
    receiver.replies = [Reply(400), Reply(200), Reply(403)]
    said = "".join(map(str, run("--with-contact") + run("--with-contact", "--json")))
    kept = memory_file(home).read_bytes().decode("latin-1")
    for text in (said, kept, repr(webhook.from_environment(os.environ))):
        for hidden in (SECRET, "T0KEN", "example.com", "Only Version"):
            assert hidden not in text


# --- where it may go ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/T0KEN",
        "https://example.com:8443/a?b=c",
        "http://localhost:8080/",
        "http://127.8.9.1/",
        "http://[::1]:9/x",
    ],
)
def test_https_goes_anywhere_and_http_to_this_machine(url):
    assert webhook.from_environment({"HANDOFF_ALERTS_URL": url}).url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.com/T0KEN",
        "http://10.0.0.1/T0KEN",
        "http://localhost.example.com/T0KEN",
        "http://127.0.0.1@example.com/T0KEN",
        "https://user:T0KEN@example.com/",
        "http://0x7f.1/T0KEN",
        "http://127.0.0.1\\@example.com/T0KEN",
        "ftp://localhost/T0KEN",
        "file:///T0KEN",
        "hooks.example.com/T0KEN",
        "https:///T0KEN",
        "https://example.com:x/T0KEN",
        "https://example.com/T0KEN\r\nX-Evil: 1",
        "https://exämple.com/T0KEN",
    ],
)
def test_any_other_address_is_refused_without_quoting_it(url):
    with pytest.raises(UsageError, match="HANDOFF_ALERTS_URL") as refusal:
        webhook.from_environment({"HANDOFF_ALERTS_URL": url})
    assert "T0KEN" not in str(refusal.value)


def test_an_address_that_is_refused_begins_nothing(run, monkeypatch, home):
    monkeypatch.setenv("HANDOFF_ALERTS_URL", "http://example.com/T0KEN")
    code, _, err = run()
    assert code == 2
    assert "T0KEN" not in err
    assert not memory_file(home).exists()


def test_a_redirect_is_not_followed(run, receiver):
    elsewhere = Receiver()
    server = served(elsewhere)
    receiver.otherwise = lambda _body: Reply(307, {"Location": elsewhere.url})
    try:
        assert run()[0] == 5
    finally:
        server.shutdown()
        server.server_close()
    assert elsewhere.got == []


@pytest.fixture
def certificate(tmp_path) -> Path:
    """Make a certificate for localhost that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.mark.parametrize("is_trusted", [False, True])
def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    run, certificate, monkeypatch, is_trusted
):
    secure = Receiver()
    server = served(secure, certificate=certificate)
    monkeypatch.setenv("HANDOFF_ALERTS_URL", secure.url)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    try:
        code, _, err = run()
    finally:
        server.shutdown()
        server.server_close()
    assert (code, len(secure.got)) == ((0, 3) if is_trusted else (5, 0))
    assert is_trusted or "its certificate is not accepted" in err


def test_a_proxy_of_the_environment_is_not_told_what_stays_on_this_machine(
    run, receiver, monkeypatch
):
    monkeypatch.setenv("http_proxy", nothing_listens())
    assert run()[0] == 0


# --- the command ----------------------------------------------------------------------------------


def remembered(home: Home) -> dict[str, str]:
    with closing(sqlite3.connect(memory_file(home))) as connection:
        return dict(connection.execute("select alert_key, outcome from alerts").fetchall())


@pytest.mark.parametrize("is_first_run", [True, False])
def test_a_dry_run_shows_what_would_go_and_sends_and_remembers_nothing(
    run, receiver, home, monkeypatch, is_first_run
):
    if not is_first_run:
        run("--since", "90m")
        publish(home, {"L-3": ago(1), "new": ago(0.5)})
        receiver.got.clear()
    before = memory_file(home).read_bytes() if not is_first_run else None
    url = os.environ["HANDOFF_ALERTS_URL"]
    monkeypatch.delenv("HANDOFF_ALERTS_URL")
    code, out, _ = run("--dry-run", "--json")
    found = json.loads(out)
    shown = [one["alert_key"] for one in found["would_send"]]
    assert (code, receiver.got, found["is_first_run"]) == (0, [], is_first_run)
    assert (memory_file(home).read_bytes() if not is_first_run else None) == before
    assert memory_file(home).exists() is not is_first_run
    monkeypatch.setenv("HANDOFF_ALERTS_URL", url)
    run()
    assert receiver.keys == shown
    assert [body.decode() for _, _, body in receiver.got] == [
        one["body"] for one in found["would_send"]
    ]


def test_a_dry_run_speaks_to_people_too(run):
    code, out, err = run("--dry-run")
    assert (code, out) == (0, "")
    assert "3 alerts would be sent" in err
    assert '"alert_key": "L-3|1|mql"' in err


def test_nothing_published_is_a_usage_error(run, receiver, home):
    home.published_db.unlink()
    code, _, err = run()
    assert code == 2
    assert "run `handoff refresh` first" in err


def test_marts_without_alerts_are_a_usage_error(run, receiver, home):
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.published_db}' as old")
        connection.execute("drop table old.marts.fct_alerts")
    code, _, err = run()
    assert code == 2
    assert "fct_alerts" in err


def test_marts_of_no_lead_send_nothing_and_begin_nothing(run, receiver, home):
    publish(home, {})
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.published_db}' as old")
        connection.execute("delete from old.marts.fct_lead_scores")
    code, out, _ = run("--json")
    assert (code, json.loads(out)["began_at"]) == (0, None)
    publish(home, {"L-1": ago(1)})
    assert result(run("--json"))["is_first_run"] is True


@pytest.mark.parametrize(
    "arguments", [("--since", "yesterday"), ("--kind", "mail"), ("--time-limit", "0")]
)
def test_an_option_that_cannot_be_is_a_usage_error(run, receiver, home, arguments):
    assert run(*arguments)[0] == 2
    assert not memory_file(home).exists()


def test_the_command_and_each_of_its_options_has_help():
    for called in (command, command.commands["send"]):
        answer = CliRunner().invoke(called, ["--help"])
        assert answer.exit_code == 0
        assert called.help.strip()
        assert [one.name for one in called.params if not getattr(one, "help", True)] == []


def test_the_page_lists_every_option_variable_and_field():
    page = (PROJECT_DIR / "docs" / "alerts.md").read_text(encoding="utf-8")
    options = itertools.chain.from_iterable(one.opts for one in command.commands["send"].params)
    variables = (webhook.URL_VARIABLE, webhook.SECRET_VARIABLE, webhook.KIND_VARIABLE)
    fields = message.Alert.__dataclass_fields__
    missing = [name for name in (*options, *variables, *fields) if name not in page]
    assert missing == []
