"""A company whose nightly refresh is struck: where, by what, and whether the next one heals it.

A refresh runs in a process of its own, as a scheduler starts it, so that it can be killed. The
processes are forked from a server that has imported everything: no strike waits for an import.
"""

import functools
import importlib
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

import demo
import tiny
from handoff import lock, published, refresh, runs
from handoff.cli import main
from handoff.engine import open_file, open_files
from handoff.expectations import SUITES
from handoff.home import PROJECT_DIR, Home
from handoff.status import status

PRELOADED = (
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "handoff.gx_session",
    "handoff.refresh",
    "night",
)
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(list(PRELOADED))
LATE = ("events/2026-06.csv", "events/2026-07-late.csv")  # these come the night of the fault
LEADS = 100
BALLAST = "ballast"
SEED = 20260701

# What each step is in the middle of when it is struck: a function, and which of its calls.
MIDDLE = {
    "check": ("handoff.fingerprints:landed", 1),
    "load": ("handoff.load.store:Writer.record", 2),
    "build": ("handoff.dbt_log:DbtLog.hear", 60),
    "audit": ("handoff.audit:_run_suite", 2),
    "prepare": ("handoff.publish:_copy_table", 2),
    "report": ("handoff.publish:_draw_report", 1),
    "publish": ("handoff.versions:_link", 1),
    "summary": ("handoff.funnel:read_summary", 1),
}
STEPS = tuple(MIDDLE)

# A ledger that only grows, as the real one, and what is told of it: enough for every step to be
# taken for real, and little enough to take it often.
LEDGER = """
{{ config(materialized='incremental', schema='intermediate', incremental_strategy='append') }}
select distinct event_id, lead_id, occurred_at, cast(1 as decimal(18, 2)) as points
from raw.events
where event_id is not null
{% if is_incremental() %} and event_id not in (select event_id from {{ this }}) {% endif %}
"""
HISTORY = """
{{ config(materialized='incremental', schema='intermediate', incremental_strategy='append') }}
select event_id, lead_id, occurred_at,
    sum(points) over (partition by lead_id order by occurred_at, event_id) as total_score
from {{ ref('fct_score_ledger') }}
{% if is_incremental() %} where event_id not in (select event_id from {{ this }}) {% endif %}
"""
DIM_LEADS = """
select leads.lead_id, coalesce(max(leads.utm_medium), 'none') as channel,
    cast('{{ env_var("HANDOFF_AS_OF") }}' as timestamp) as as_of,
    cast(count(distinct ledger.event_id) as decimal(18, 2)) as total_score
from raw.leads as leads
left join {{ ref('fct_score_ledger') }} as ledger on ledger.lead_id = leads.lead_id
left join {{ ref('int_score_history') }} as history on history.event_id = ledger.event_id
group by leads.lead_id
"""
SMALL = {"fct_score_ledger": LEDGER, "int_score_history": HISTORY, "dim_leads": DIM_LEADS}


@dataclass(frozen=True)
class Strike:
    """What happens to a refresh just before a function is called for the so-manieth time.

    `given`: only calls with that argument count.
    """

    where: str
    call: int
    act: Callable[[], None]
    given: str | None = None


def signalled(number: int) -> Callable[[], None]:
    """Make an act of a signal to the process itself."""
    return functools.partial(_signal_me, number)


def _signal_me(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(0.2)  # a signal comes to the main thread, wherever this is


KILL = signalled(signal.SIGKILL)


def signalled_in_a_query(number: int) -> Callable[[], None]:
    """Make an act of a signal that comes while the engine runs a query that takes for ever."""
    return functools.partial(_signal_me_in_a_query, number)


def _signal_me_in_a_query(number: int) -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), number)).start()
    with open_files() as connection:
        connection.execute("select count(*) from range(100000) a, range(1000000) b").fetchall()


def in_the_middle(step: str, act: Callable[[], None]) -> Strike:
    """Strike while a step is at work."""
    return Strike(*MIDDLE[step], act)


def when_it_begins(step: str, act: Callable[[], None]) -> Strike:
    """Strike at the boundary before a step."""
    return Strike("handoff.runs:Run.step", 1, act, given=step)


def when_all_is_done(act: Callable[[], None]) -> Strike:
    """Strike after the last step, before the run's end is on record."""
    return Strike("handoff.runs:_close", 1, act)


def fill(folder: Path, spare: int = 0) -> None:
    """Fill the disk a folder lies on, but for so many bytes."""
    with suppress_full(), (folder / BALLAST).open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress_full():
                while True:
                    file.write(b"\0" * size)
    if spare:
        with (folder / BALLAST).open("r+b") as file:
            file.truncate(max(0, file.seek(0, os.SEEK_END) - spare))


@contextmanager
def suppress_full() -> Iterator[None]:
    """Go on when nothing fits any more."""
    try:
        yield
    except OSError as error:
        assert error.errno == 28, error


@dataclass(frozen=True)
class Ended:
    """How a refresh ended, and what it said."""

    code: int
    said: str

    @property
    def errors(self) -> list[str]:
        """The sentences for people; there must be one at most."""
        return [line for line in self.said.splitlines() if line.startswith("error: ")]


@dataclass
class Company:
    """A home that serves yesterday's marts, a landing folder with today's files, and the truth."""

    folder: Path
    project: Path = PROJECT_DIR
    suites: Path = SUITES
    home: Home = None
    expected: dict[str, str] = field(default_factory=dict)
    served_before: str = ""
    seconds: float = 0.0

    @property
    def landing(self) -> Path:
        """Where the files are."""
        return self.folder / "landing"

    def set_up(self) -> "Company":
        """Refresh twice, undisturbed: keep the home in between, and what came out."""
        self.home = Home.at(self.folder / "home")
        demo.generate(self.landing, leads=LEADS)
        for name in LATE:
            (self.landing / name).rename(self.folder / Path(name).name)
        assert self.refresh().code == 0
        for name in LATE:
            (self.folder / Path(name).name).rename(self.landing / name)
        shutil.copytree(self.home.path, self.folder / "yesterday", symlinks=True)
        self.served_before = self.served()
        began = time.monotonic()
        assert self.refresh().code == 0
        self.seconds = time.monotonic() - began
        self.expected = self.fingerprints()
        assert set(LEDGERS) <= set(self.expected)
        return self

    def as_yesterday(self) -> "Company":
        """Put the home back to where the files of today have not been looked at."""
        if self.home.path.exists():
            shutil.rmtree(self.home.path)
        shutil.copytree(self.folder / "yesterday", self.home.path, symlinks=True)
        return self

    def moved(self, folder: Path) -> "Company":
        """Have the same company with its home on another disk."""
        place = Home.at(folder / "home")
        shutil.copytree(self.folder / "yesterday", place.path, symlinks=True)
        return replace(self, home=place)

    def start(
        self, *more: str, strike: Strike | None = None, limits: dict | None = None, **environment
    ) -> tuple[Any, Path]:
        """Start a refresh; returns its process and the file of what it says."""
        out = self.folder / f"said {time.monotonic_ns()}"
        arguments = ["refresh", "--landing", str(self.landing), "--home", str(self.home.path)]
        arguments += ["--as-of", demo.AS_OF, *more]
        asked = (arguments, out, self.project, self.suites, strike, limits or {}, environment)
        process = PROCESSES.Process(target=_refresh, args=asked)
        process.start()
        return process, out

    def refresh(self, *more: str, **asked: Any) -> Ended:
        """Run a refresh to its end."""
        return self.end(*self.start(*more, **asked))

    def end(self, process: Any, out: Path, seconds: float = 180) -> Ended:
        """Wait for a refresh; one that does not end is a failure."""
        process.join(seconds)
        assert process.exitcode is not None, f"it did not end: {out.read_text()}"
        return Ended(process.exitcode, out.read_text() if out.exists() else "")

    def served(self) -> str:
        """Name the run readers read, which must be whole."""
        with published.open_published(self.home) as connection:
            query = "select run_id from published.marts.publication"
            return connection.execute(query).fetchall()[0][0]

    def fingerprints(self) -> dict[str, str]:
        """Give the fingerprints of what was built; what is served must be the same rows."""
        built = demo.fingerprints(self.home)
        marts_file = published.served(self.home).marts_file
        with open_file(marts_file, read_only=True) as connection:
            for table in [name for name in built if name.startswith("marts.")]:
                rows = connection.execute(
                    f"select t::varchar from marts.{table} as t order by 1"
                ).fetchall()
                assert demo.digest(rows) == built[table], table
        return built

    def last(self) -> dict:
        """Read the record of the last run."""
        return runs.recent(self.home, 1)[0]

    def serves_yesterday(self) -> None:
        """Hold that readers read what they read before, whole, and nobody holds the home."""
        assert self.served() == self.served_before
        assert status(self.home).trouble is None
        assert lock.holder(self.home) is None

    def heals(self) -> None:
        """Hold that the next plain refresh gives what an undisturbed one gave, to the last row."""
        ended = self.refresh()
        assert ended.code == 0, ended.said
        assert status(self.home).trouble is None
        assert self.fingerprints() == self.expected
        names = [path.name for path in self.home.published.iterdir()]
        assert not [name for name in names if name.startswith(".")], names
        assert lock.holder(self.home) is None
        again = self.refresh()
        assert (again.code, "nothing new" in again.said) == (0, True), again.said


LEDGERS = ("intermediate.fct_score_ledger", "intermediate.int_score_history")


def small(folder: Path) -> Company:
    """Make the company of a few models: every step is taken, in a second or two."""
    project = tiny.project(folder / "project", **SMALL)
    return Company(folder, project, project / "suites").set_up()


def whole(folder: Path) -> Company:
    """Make the company of the real project."""
    return Company(folder).set_up()


def killed_at_random(company: Company, number: int) -> None:
    """Kill a refresh somewhere between its start and its end; it may have ended just before."""
    moment = random.Random(SEED + number).uniform(0, company.seconds)
    process, out = company.start()
    time.sleep(moment)
    process.kill()
    assert company.end(process, out).code in (0, -signal.SIGKILL)
    assert status(company.home).trouble is None


@contextmanager
def reader(company: Company) -> Iterator[Callable[[], str]]:
    """Hold what is published open, as a BI tool does; ask it for all its rows at any time."""
    query = "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
    with duckdb.connect(str(company.home.published_db), read_only=True) as connection:
        tables = [name for (name,) in connection.execute(query).fetchall()]
        yield lambda: demo.digest(
            [
                connection.execute(
                    f"select t::varchar from marts.marts.{name} as t order by 1"
                ).fetchall()
                for name in tables
            ]
        )


def _refresh(
    arguments: list[str],
    out: Path,
    project: Path,
    suites: Path,
    strike: Strike | None,
    limits: dict[int, int],
    environment: dict[str, str],
) -> None:
    """Be the process of one refresh."""
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.update(environment)
    kind = refresh.RefreshRequest
    refresh.RefreshRequest = functools.partial(kind, project=project, suites=suites)
    if strike is not None:
        _arm(strike)
    for which, limit in limits.items():
        resource.setrlimit(which, (_used() + limit, resource.RLIM_INFINITY))
    sys.exit(main(arguments))


def _arm(strike: Strike) -> None:
    """Let the function that is struck call the act first."""
    module, _, name = strike.where.partition(":")
    owner = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    original = getattr(owner, last)
    calls = []

    def struck(*arguments: Any, **named: Any) -> Any:
        if strike.given is None or strike.given in arguments:
            calls.append(1)
            if len(calls) == strike.call:
                strike.act()
        return original(*arguments, **named)

    setattr(owner, last, struck)


def _used() -> int:
    """Say how many bytes of addresses the process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
