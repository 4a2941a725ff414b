"""Erasing a person: nothing of them is in any file afterwards, and nothing brings them back."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

import canaries
import demo
from handoff import lock
from handoff.alerts.memory import memory_file, open_memory
from handoff.engine import open_file, open_files
from handoff.erase import files as erasing
from handoff.erase import run as erase_run
from handoff.hash_key import EMAIL, HashKey, hash_key, known_key
from handoff.home import Home
from tiny import fill

MAIL = canaries.WORDS["leads.email"]
# Everything that is the person's: what names them, what they did, under which ids.
MARKS = ("zqmail", "zqfirst", "zqphone", "zqreason", "zqlead", "zqcookie", "zqchange")
OLD_RUN = "20260101T000000Z-0001"
# A boundary in the middle, and the last: killed there, only the note that all is done is missing.
PLACES = ("published", "work")
if os.environ.get("HANDOFF_ALL_KILLS"):
    PLACES = ("published", "texts", "memory", "work", "finish")


@pytest.fixture(autouse=True)
def plain_files(monkeypatch):
    monkeypatch.setenv("HANDOFF_COMPRESSION", "uncompressed")
    monkeypatch.delenv("HANDOFF_HASH_KEY", raising=False)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A landing folder and a home refreshed from it; tests work on copies."""
    folder = tmp_path_factory.mktemp("erase")
    canaries.land(folder / "landing")
    # Somebody else wrote down the address, and a row that cannot be taken holds the person.
    landing = folder / "landing"
    canaries.add(
        landing / "stage_changes.csv",
        change_id="other",
        lead_id="L-00000001",
        changed_at="2026-06-01",
        status="Contacted",
        reason=f"asked {MAIL.upper()} for it",
    )
    canaries.add(landing / "stage_changes.csv", change_id="bad", lead_id=canaries.PERSON)
    with pytest.MonkeyPatch.context() as patch, demo.models_only():
        patch.setenv("HANDOFF_COMPRESSION", "uncompressed")
        home = Home.at(folder / "home")
        done = canaries.run(*refresh_of(home, landing))
        assert done.code == 0, done
    # As a later version of the published folder has it, and what a careless log would hold.
    version = home.published_db.parent / OLD_RUN
    version.mkdir()
    shutil.copy(home.published_db, version / "marts.duckdb")
    (version / "report.html").write_text(f"<td>{canaries.PERSON}</td> <b>{MAIL}</b>")
    files = {name: fingerprint(version / name) for name in ("marts.duckdb", "report.html")}
    manifest = {"run_id": OLD_RUN, "rows": marts_of(version / "marts.duckdb"), "files": files}
    (version / "manifest.json").write_text(json.dumps(manifest))
    log = next(home.runs.iterdir()) / "dbt.log"
    log.write_text(log.read_text() + f"\nlead {canaries.PERSON}: {MAIL}\n")
    with open_memory(home) as memory:
        memory._connection.executemany(
            "insert into alerts values (?, 'delivered', '2026-06-20', '2026-06-20', 1, null)",
            [(f"{canaries.PERSON}|1|mql",), ("L-00000001|1|mql",)],
        )
    return folder


@pytest.fixture
def copy(company, tmp_path):
    shutil.copytree(company, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy"


@pytest.fixture
def home(copy):
    return Home.at(copy / "home")


def refresh_of(home: Home, landing: Path) -> list[str]:
    where = ["--landing", str(landing), "--home", str(home.path)]
    return ["refresh", *where, "--as-of", canaries.AS_OF, "--quarantine-limit", "50"]


def erase(home: Home, who: str = MAIL, *more: str) -> canaries.Ran:
    landing = home.path.parent / "landing"
    return canaries.run("erase", who, "--landing", str(landing), "--home", str(home.path), *more)


def fingerprint(path: Path) -> dict:
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def marts_of(path: Path) -> dict[str, int]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as found (read_only)")
        names = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'found' order by 1"
        ).fetchall()
        return {
            name: connection.execute(f"select count(*) from found.marts.{name}").fetchone()[0]
            for (name,) in names
        }


def ask(home: Home, query: str) -> list[tuple]:
    with open_file(home.work_db, read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_no_byte_is_left_and_nothing_brings_them_back(home, copy):
    held = canaries.files_holding(home.path, *MARKS)
    served = home.published_db.resolve().relative_to(home.path).as_posix()
    assert {"work.duckdb", served, f"published/{OLD_RUN}/marts.duckdb", "alerts.sqlite"} <= set(
        held
    )
    before = marts_of(home.published_db)
    done = erase(home)
    assert done.code == 0, done
    assert not canaries.files_holding(home.path, *MARKS), "the person is still in these"
    assert "zqmail" not in done.lower()
    assert "zqlead" not in done.lower()
    # Gone from the marts at once, row by row; the totals wait for the next refresh.
    after = marts_of(home.published_db)
    assert before["dim_leads"] - after["dim_leads"] == 1
    assert before["mart_funnel_conversion"] == after["mart_funnel_conversion"]
    # Files of the landing folder are named, and are as they were.
    assert "leads.csv" in done
    assert "events/zq.csv" in done
    assert MAIL in (copy / "landing" / "leads.csv").read_text()
    # The old file under other bytes is another file: it must not bring them back.
    for name in ("leads.csv", "stage_changes.csv", "events/zq.csv"):
        with (copy / "landing" / name).open("a") as file:
            file.write("\n")
    with demo.models_only():
        again = canaries.run(*refresh_of(home, copy / "landing"))
    assert again.code == 0, again
    left = canaries.files_holding(home.path, *(m for m in MARKS if m != "zqmail"))
    assert not left, "a replayed file brought the person back"
    assert ask(home, "select sum(suppressed) from raw.load_files where batch = 2")[0][0] == 7
    open_files_ = ask(
        home,
        "select path from raw.load_files where lines_read"
        " <> landed + quarantined + blank + suppressed",
    )
    assert not open_files_
    assert marts_of(home.published_db)["dim_leads"] == after["dim_leads"]


def test_counts_of_every_file_close_after_an_erasure(home):
    query = (
        "select path, lines_read, landed, quarantined, blank, suppressed,"
        " (select count(*) from raw.quarantine as bad where bad.file_id = files.file_id)"
        " from raw.load_files as files where status = 'landed'"
    )
    assert erase(home).code == 0
    rows = ask(home, query)
    assert all(read == sum(parts) for _, read, *parts, _ in rows)
    assert all(quarantined == found for _, _, _, quarantined, _, _, found in rows)
    assert sum(row[5] for row in rows) == 7  # 2 leads, 3 events, 1 status, 1 bad row


def test_published_versions_match_their_manifests_after_it(home):
    assert erase(home).code == 0
    version = home.published_db.parent / OLD_RUN
    manifest = json.loads((version / "manifest.json").read_text())
    assert manifest["files"] == {
        name: fingerprint(version / name) for name in ("marts.duckdb", "report.html")
    }
    assert manifest["rows"] == marts_of(version / "marts.duckdb")
    assert (version / "report.html").read_text() == "<td>(erased)</td> <b>(erased)</b>"
    status = json.loads(canaries.run("status", "--json", "--home", str(home.path)))
    assert status["published"]["is_noted"]


def test_others_keep_their_rows_and_lose_the_mention(home):
    before = ask(home, "select count(*) from raw.stage_changes")[0][0]
    alerts = "select alert_key from alerts"
    assert erase(home).code == 0
    assert ask(home, "select count(*) from raw.stage_changes")[0][0] == before - 1
    reason = ask(home, "select reason from raw.stage_changes where change_id = 'other'")
    assert reason == [("asked (erased) for it",)]
    with closing(sqlite3.connect(memory_file(home))) as memory:
        assert memory.execute(alerts).fetchall() == [("L-00000001|1|mql",)]


def test_publishing_what_is_built_still_works_after_it(home):
    assert erase(home).code == 0
    assert canaries.run("publish", "--home", str(home.path)).code == 0
    assert not canaries.files_holding(home.path, *MARKS)


def test_a_dry_run_counts_and_changes_nothing(home):
    def state():
        files = [path for path in home.path.rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in files if path.name != "refresh.lock"}

    before = state()
    done = erase(home, canaries.PERSON, "--dry-run", "--json")
    assert done.code == 0, done
    found = json.loads(done)
    assert found["rows"]["raw.leads"] == 2
    assert found["rows"]["raw.events"] == 3, "what they did before anybody knew them included"
    assert "leads.csv" in found["landing_files"]
    assert state() == before


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_boundary_the_next_call_finishes_it(home, copy, place):
    names = {
        "published": "files.rewrite_published",
        "texts": "files.scrub_texts",
        "memory": "memory.forget",
        "work": "files._copy",
        "finish": "rows.finish",
    }
    kill = (
        "import os, signal, sys\n"
        "from handoff.cli import main\n"
        "from handoff.erase import run\n"
        f"target, name = run.{names[place].rpartition('.')[0]}, {names[place].split('.')[-1]!r}\n"
        "kept = getattr(target, name)\n"
        "def die(*arguments, **named):\n"
        f"    {'kept(*arguments, **named)' if place in ('published', 'work') else 'pass'}\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "setattr(target, name, die)\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    where = ["--landing", str(copy / "landing"), "--home", str(home.path)]
    done = subprocess.run(
        [sys.executable, "-c", kill, "erase", MAIL, *where],
        env={**os.environ, "HANDOFF_COMPRESSION": "uncompressed"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert erase_run.unfinished(home)
    again = erase(home)
    assert again.code == 0, again
    assert erase_run.unfinished(home) is None
    assert not canaries.files_holding(home.path, *MARKS)
    assert erase(home).code == 0, "once more changes nothing and is no error"


def test_nobody_of_that_name_is_a_usage_error_that_does_not_repeat_it(home):
    done = erase(home, "nobody@nowhere.example")
    assert done.code == 2
    assert "nowhere" not in done
    assert "nowhere" not in (max(home.runs.iterdir()) / "run.json").read_text()


@pytest.mark.parametrize("who", ["'; drop table raw.leads; --", "{{ 7*7 }}", "%", "_", ""])
def test_hostile_ids_find_nobody_and_change_nothing(home, who):
    before = ask(home, "select count(*) from raw.leads")
    assert erase(home, who).code == 2
    assert ask(home, "select count(*) from raw.leads") == before


def test_it_waits_for_no_refresh(home):
    with lock.hold(home, command="refresh", run_id="r"):
        assert erase(home).code == 4
        assert erase(home, MAIL, "--dry-run").code == 4


def test_an_id_erases_that_lead_alone_and_tells_of_others_with_its_address(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDOFF_HASH_KEY", "a key of some length")
    landing, home = tmp_path / "landing", Home.at(tmp_path / "home")
    landing.mkdir()
    (landing / "leads.csv").write_text(
        "lead_id,created_at,email\n7,2026-01-01,Both@x.example\n8,2026-01-01,both@x.example\n"
    )
    assert canaries.run("load", "--landing", str(landing), "--home", str(home.path)).code == 0
    # What people read follows what programs read.
    found, _ = json.JSONDecoder().raw_decode(erase(home, "7", "--json"))
    assert (found["leads"], found["leads_with_same_address"]) == (1, ["8"])
    assert ask(home, "select lead_id, email from raw.leads") == [("8", "both@x.example")]
    (landing / "leads.csv").write_text(
        "lead_id,created_at,email\n7,2026-01-02,both@x.example\n8,2026-01-02,both@x.example\n"
    )
    assert canaries.run("load", "--landing", str(landing), "--home", str(home.path)).code == 0
    assert ask(home, "select distinct lead_id from raw.leads") == [("8",)]


def test_a_file_of_nobody_but_the_erased_may_come_again_and_is_not_taken_for_emptied(tmp_path):
    landing, home = tmp_path / "landing", Home.at(tmp_path / "home")
    landing.mkdir()
    (landing / "leads.csv").write_text("lead_id,created_at\nL-7,2026-01-01\n")
    load = ("load", "--landing", str(landing), "--home", str(home.path))
    assert canaries.run(*load).code == 0
    assert erase(home, "L-7").code == 0
    (landing / "leads.csv").write_text("lead_id,created_at\nL-7,2026-01-02\n")
    again = canaries.run(*load)
    assert again.code == 0, again
    assert ask(home, "select count(*) from raw.leads") == [(0,)]


def test_another_key_is_refused_rather_than_letting_the_erased_back_in(home, copy, monkeypatch):
    assert erase(home).code == 0
    monkeypatch.setenv("HANDOFF_HASH_KEY", "another key, long enough")
    with (copy / "landing" / "leads.csv").open("a") as file:
        file.write("\n")
    done = canaries.run("load", "--landing", str(copy / "landing"), "--home", str(home.path))
    assert done.code == 2
    assert "HANDOFF_HASH_KEY" in done


def test_a_key_is_made_once_for_the_owner_alone_with_one_warning(tmp_path, capsys):
    home = Home.at(tmp_path).create()
    first, second = hash_key(home), hash_key(home)
    assert first == second == known_key(home)
    assert (home.path / "hash.key").stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().err.count("warning") == 1


def test_hashes_need_the_key_and_compare_addresses_without_case():
    one, other = HashKey(b"one key of some length"), HashKey(b"another of some length")
    assert one.of(EMAIL, " Ann@Corp.example") == one.of(EMAIL, "ann@corp.EXAMPLE ")
    assert one.of(EMAIL, "ann@corp.example") != other.of(EMAIL, "ann@corp.example")
    assert one.of("lead_id", "a") != one.of("lead_id", "A")


def test_comments_and_other_leads_survive_a_rewrite(tmp_path):
    home = Home.at(tmp_path / "home").create()
    with open_files(home.work_db):
        pass
    with duckdb.connect(str(home.work_db)):
        pass
    fill(home, leads=10)
    erasing.rewrite_work(home)
    comments = ask(home, "select comment from duckdb_tables() where table_name = 'dim_leads'")
    assert comments == [("One row per lead.",)]
    assert ask(home, "select count(*) from marts.dim_leads") == [(10,)]
