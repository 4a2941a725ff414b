"""The project as a whole, on the demo company: its claims hold, and only facts move a figure.

`HANDOFF_ALL_HOSTS=1` tries every thread count under every time zone; without it, two far corners.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

import demo
from handoff import standing, workspace
from handoff.cli import main
from handoff.home import PROJECT_DIR, Home
from handoff.load.contract import TABLES
from handoff.load.csv_records import split_records
from handoff.standing import LEFT_OUT

HOSTS = (
    list(product((1, 2, 8), ("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia")))
    if os.environ.get("HANDOFF_ALL_HOSTS")
    else [(1, "Pacific/Apia"), (8, "America/New_York")]
)


@pytest.fixture(scope="module")
def landing(tmp_path_factory) -> Path:
    return demo.generate(tmp_path_factory.mktemp("demo") / "landing")


@pytest.fixture(scope="module")
def home(landing, tmp_path_factory) -> Home:
    """A refresh publishes only if every data test and audit holds: a home is the proof."""
    folder = tmp_path_factory.mktemp("home")
    demo.refresh(landing, folder)
    return Home.at(folder)


def _dbt(home: Home, *arguments: str) -> subprocess.CompletedProcess:
    folder = str(workspace.prepare(home, None))
    where = ["--project-dir", folder, "--profiles-dir", folder]
    where += ["--target-path", str(home.dbt / "target"), "--log-path", str(home.path / "logs")]
    command = [str(Path(sys.executable).parent / "dbt"), "--no-use-colors", *arguments, *where]
    environment = {**os.environ, "HANDOFF_HOME": str(home.path), "HANDOFF_AS_OF": demo.AS_OF}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_every_unit_test_of_the_models_passes(home):
    done = _dbt(home, "--quiet", "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout[-20_000:]


def test_what_a_build_may_leave_out_hangs_on_seeds_and_code_alone(home, tmp_path):
    """Left out are rooms made of seeds only, and views that tell no run from another."""
    mine = Home.at(tmp_path)
    shutil.copytree(home.dbt, mine.dbt, symlinks=True)
    shutil.copy(home.work_db, mine.work_db)
    before = standing.fingerprint(mine, "")
    with patch.object(demo, "AS_OF", "2026-05-01"):
        kinds = [f"--exclude-resource-type={kind}" for kind in ("unit_test", "test")]
        done = _dbt(mine, "build", *kinds, "--select", *LEFT_OUT)
    assert done.returncode == 0, done.stdout[-20_000:]
    assert standing.fingerprint(mine, "") == before
    nodes = json.loads((mine.dbt / "target" / "manifest.json").read_text())["nodes"]
    rooms = tuple(one.removeprefix("path:") for one in LEFT_OUT if one.startswith("path:"))
    made_of_seeds = {
        name
        for name, node in nodes.items()
        if node["resource_type"] == "seed" or node["original_file_path"].startswith(rooms)
    }
    needed = {one for name in made_of_seeds for one in nodes[name]["depends_on"].get("nodes", [])}
    assert len(made_of_seeds) > 24
    assert needed - made_of_seeds == set()


def test_marts_are_published_with_rows_in_each(home):
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.published_db}' as published (read_only)")
        tables = connection.execute(
            "select table_name from information_schema.tables"
            " where table_catalog = 'published' and table_schema = 'marts'"
        ).fetchall()
        rows = {
            table: connection.execute(f"select count(*) from published.marts.{table}").fetchall()
            for (table,) in tables
        }
    assert {"dim_leads", "fct_lead_scores", "fct_lead_stages", "fct_score_reasons"} <= set(rows)
    assert {"mart_funnel_conversion", "mart_lead_source_quality"} <= set(rows)
    assert [table for table, found in rows.items() if found == [(0,)]] == []


@pytest.mark.parametrize(("threads", "zone"), HOSTS)
def test_threads_and_time_zone_of_the_host_move_no_figure(home, landing, tmp_path, threads, zone):
    demo.refresh(landing, tmp_path, TZ=zone, HANDOFF_THREADS=str(threads))
    assert demo.fingerprints(Home.at(tmp_path)) == demo.fingerprints(home)


def test_a_second_refresh_recomputes_no_lead_and_changes_no_row(home, landing):
    before = demo.fingerprints(home)
    demo.refresh(landing, home.path, "--force")
    with duckdb.connect(str(home.work_db), read_only=True) as connection:
        (recomputed,) = connection.execute(
            "select leads_recomputed from control.refresh_log order by started_at desc limit 1"
        ).fetchall()[0]
    assert recomputed == 0
    assert demo.fingerprints(home) == before


def test_dbt_alone_builds_an_empty_warehouse_and_then_takes_in_the_first_load(tmp_path):
    """Only raw tables are needed, and those that nobody loads are made empty."""
    home = Home.at(tmp_path / "home").create()
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "leads.csv").write_text("lead_id,created_at\nL1,2026-01-01\n")
    for leads in (0, 1):
        done = _dbt(home, "build", "--exclude-resource-type", "unit_test")
        assert done.returncode == 0, done.stdout[-20_000:]
        with duckdb.connect(str(home.work_db), read_only=True) as connection:
            found = connection.execute("select count(*) from marts.dim_leads").fetchall()
        assert found == [(leads,)]
        assert main(["load", "--landing", str(tmp_path / "landing"), "--home", str(home.path)]) == 0


def test_no_file_of_the_project_is_large():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    assert len(names) > 100
    assert [name for name in names if (PROJECT_DIR / name).stat().st_size > 1_000_000] == []


def _cut(landing: Path, folder: Path) -> dict[str, list[Path]]:
    """Cut the demo company's files into loads: early ones, and what came after ten dead days.

    Late are the last ten days, and one row in twenty of all the time before: some by seconds, some
    by more than a year. Within a load rows and files lie in no order, some of them twice.
    """
    chance = random.Random(5)
    loads: dict[str, list[Path]] = {"early": [], "late": []}
    last_days = [str(date.fromisoformat(demo.AS_OF) - timedelta(days=at)) for at in range(1, 11)]
    for path in sorted(landing.rglob("*.csv")):
        if "_truth" in path.parts:
            continue
        table = path.parent.name if path.parent != landing else path.stem
        records = list(split_records(path.read_text(encoding="utf-8"), 1))
        header, rows = records[0].raw, [record.raw for record in records[1:]]
        chance.shuffle(rows)
        hands: dict[tuple[str, int], list[str]] = {}
        for row in rows:
            is_late = chance.random() < 0.05 or any(day in row for day in last_days)
            hand = ("late", 3 + chance.randrange(4)) if is_late else ("early", chance.randrange(3))
            hands.setdefault(hand, []).append(row)
            if chance.random() < 0.02:
                hands.setdefault(("late", 6), []).append(row)
        for (phase, number), hand in hands.items():
            name = f"{table}/{path.stem}-{number}.csv"
            part = folder / f"{number}" / name
            part.parent.mkdir(parents=True, exist_ok=True)
            ended = [row if row.endswith("\n") else row + "\n" for row in hand]
            part.write_text(header + "".join(ended), encoding="utf-8")
            if folder / f"{number}" not in loads[phase]:
                loads[phase].append(folder / f"{number}")
    return loads


def test_late_and_torn_arrivals_end_in_the_same_marts_as_one_load(home, landing, tmp_path):
    """Three loads and a build, ten days without any, four more loads and a build."""
    loads = _cut(landing, tmp_path / "cut")
    mine = Home.at(tmp_path / "home")
    options = ["--home", str(mine.path), "--quarantine-limit", "100"]
    for table in TABLES:
        options += ["--accept", table]
    assert (len(loads["early"]), len(loads["late"])) == (3, 4)
    for phase, as_of in (("early", "2026-06-20"), ("late", demo.AS_OF)):
        for folder in sorted(loads[phase], reverse=True):
            assert main(["load", "--landing", str(folder), *options]) == 0
        with patch.dict(os.environ, DBT_EXCLUDE_RESOURCE_TYPES="unit_test"):
            assert main(["build", "--as-of", as_of, "--home", str(mine.path)]) == 0
    assert demo.fingerprints(mine) == demo.fingerprints(home)
