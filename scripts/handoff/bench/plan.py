"""The benchmark itself: generate, refresh, refresh again with news, each beside its floor."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from handoff.as_of import iso_text
from handoff.bench.measure import Measured, measured
from handoff.bench.skew import Skew, add_skew
from handoff.engine import open_file
from handoff.home import Home

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)  # the day after the demo company's last
EVENTS_PER_LEAD = 50
NEWS_PERCENT = (0, 0.1, 1, 10)


@dataclass(frozen=True)
class Size:
    """One company, what was measured of it in order, and how many rows that was about."""

    events: int
    leads: int
    ledger_rows: int
    steps: list[Measured]

    def step(self, name: str) -> Measured:
        """Give one step by its name."""
        return next(one for one in self.steps if one.step == name)


def run(
    events: int,
    folder: Path,
    environment: dict[str, str],
    tell: Callable[[Measured], None],
    skew: Skew | None = None,
) -> Size:
    """Measure everything for one number of events; `folder` is emptied before and after."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    home = Home.at(folder / "home")
    leads = max(events // EVENTS_PER_LEAD, 20)
    landing = folder / "landing"
    steps = []
    for step in _steps(home, landing, folder, (events, leads), environment, skew):
        steps.append(step)
        tell(step)
    with open_file(home.work_db, read_only=True) as connection:
        ledger = "select count(*) from intermediate.fct_score_ledger"
        ledger_rows = connection.execute(ledger).fetchall()[0][0]
    shutil.rmtree(folder)
    return Size(events, leads, ledger_rows, steps)


def _steps(
    home: Home,
    landing: Path,
    folder: Path,
    size: tuple[int, int],
    environment: dict[str, str],
    skew: Skew | None,
) -> Iterator[Measured]:
    events, leads = size
    this = [sys.executable, "-m", "handoff.cli"]
    floor = [sys.executable, "-m", "handoff.bench.floor"]
    at_home, scratch = ["--home", str(home.path), "--json"], str(folder / "floor.duckdb")

    def handoff(step: str, *arguments: str) -> Measured:
        return measured(step, [*this, *arguments, *at_home], environment)

    made = ["generate", "--out", str(landing), "--leads", str(leads), "--events", str(events)]
    made += ["--format", "parquet"] if skew else []  # as the files that are added are
    yield measured("generate", [*this, *made, "--json"], environment)
    if skew:
        add_skew(landing, skew)
    yield handoff("load", "load", "--landing", str(landing))
    yield measured("floor: plain load", [*floor, "load", str(landing), scratch], environment)
    yield handoff("build", "build", "--as-of", iso_text(AS_OF))
    work = str(home.work_db)
    asked = [*floor, "scores", work, iso_text(AS_OF).removesuffix("Z"), scratch]
    if not skew:  # the script joins what the models count: fast, but for a company like most
        yield measured("floor: plain scores", asked, environment)
    yield measured("floor: window sum", [*floor, "window", work, scratch], environment)
    yield handoff("audit", "audit")
    yield handoff("publish", "publish")
    for number, percent in enumerate(NEWS_PERCENT):
        now = AS_OF + timedelta(hours=number + 1)
        brought = landing
        if percent:
            brought = folder / f"news_{number}"
            since, until = (now - timedelta(hours=1)).isoformat(), now.isoformat()
            count = str(max(int(events * percent / 100), 1))
            made = [sys.executable, "-m", "handoff.bench.news", work, str(brought), count]
            measured("news", [*made, since, until], environment)
        step = handoff(
            f"refresh, {percent} % new",
            *("refresh", "--landing", str(brought), "--as-of", iso_text(now)),
            # Far fewer rows than before, under the same name: here that is the point.
            *("--accept", "leads", "--accept", "events"),
        )
        yield replace(step, facts=step.facts | {"leads_recomputed": _recomputed(home)})


def _recomputed(home: Home) -> int:
    with open_file(home.work_db, read_only=True) as connection:
        return connection.execute(
            "select leads_recomputed from control.refresh_log order by started_at desc limit 1"
        ).fetchall()[0][0]
