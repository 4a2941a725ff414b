"""The one command a scheduler calls: check, load, build, audit, publish; then say what came out.

Each step raises if it fails, and nothing after it runs: what is published changes at the very end
or not at all. Running it again is always safe. It holds the lock of the home folder throughout.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from handoff import funnel, runs
from handoff.as_of import as_of_option, iso_text
from handoff.audit import AuditResult, audit_in_run
from handoff.build import DUCKDB, BuildRequest, BuildResult, build_in_run
from handoff.console import emit, home_option, json_option, say
from handoff.definition import fingerprint, resolve
from handoff.errors import UsageError
from handoff.expectations import SUITES
from handoff.home import PROJECT_DIR, Home
from handoff.load import LoadResult, load_landing, quarantine_limit_option
from handoff.publish import PublishResult, publish_in_run


@dataclass(frozen=True)
class RefreshRequest:
    """What is asked of one refresh; `definition` None is the shipped one."""

    landing: Path
    as_of: datetime
    definition: Path | None = None
    full_refresh: bool = False
    quarantine_limit: float | None = None
    project: Path = PROJECT_DIR
    suites: Path = SUITES


@dataclass(frozen=True)
class RefreshResult:
    """What every step of one refresh gave."""

    run_id: str
    as_of: str
    definition: str
    load: LoadResult
    build: BuildResult
    audit: AuditResult
    publish: PublishResult
    summary: funnel.Summary
    seconds: dict[str, float]


def refresh(home: Home, request: RefreshRequest, run: runs.Run) -> RefreshResult:
    """Take every step in turn as part of `run`."""
    with run.step("check"):
        seeds = resolve(request.definition, home)
        run.facts["definition"] = fingerprint(seeds)
    with run.step("load") as step:
        loaded = load_landing(request.landing, home, quarantine_limit=request.quarantine_limit)
        step.counts = loaded.counts()
    asked = BuildRequest(
        as_of=request.as_of,
        definition=seeds if request.definition else None,
        full_refresh=request.full_refresh,
        project=request.project,
    )
    built = build_in_run(home, asked, run, run.facts["definition"])
    audited = audit_in_run(home, run, suites=request.suites)
    published = publish_in_run(home, run)
    # The report comes here, when there is one: from what was just published.
    with run.step("summary"):
        summary = funnel.read_summary(home)
    return RefreshResult(
        run_id=run.run_id,
        as_of=iso_text(request.as_of),
        definition=run.facts["definition"],
        load=loaded,
        build=built,
        audit=audited,
        publish=published,
        summary=summary,
        seconds={step.name: step.seconds for step in run.steps},
    )


def landing_of(home: Home, landing: Path | None) -> Path:
    """Choose the landing folder: the one given, else `landing/` of the home folder."""
    chosen = landing or home.path / "landing"
    if not chosen.is_dir():
        why = "is not a folder" if chosen.exists() else "does not exist"
        message = f"The landing folder {chosen} {why}; give one with --landing DIR."
        raise UsageError(message)
    return chosen


def show(result: RefreshResult) -> None:
    """Print the funnel and the sources, and where the marts lie."""
    funnel.show(result.summary)
    warnings = len(result.build.warnings) + len(result.audit.warnings)
    for warning in [*result.build.warnings, *result.audit.warnings]:
        say(f"warning: {warning.sentence}")
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.seconds.items())
    say(f"run {result.run_id}: {steps}; {warnings} warnings")
    say(f"published as of {result.as_of}: {result.publish.path}")


@click.command(name="refresh")
@click.option("--landing", metavar="DIR", type=Path, help="Folder of files. Default: HOME/landing.")
@click.option("--definition", metavar="DIR", type=Path, help="Another company's definition folder.")
@home_option
@as_of_option
@click.option("--target", metavar="NAME", default=DUCKDB, show_default=True, help="dbt target.")
@click.option("--full-refresh", is_flag=True, help="Build incremental models from nothing.")
@quarantine_limit_option
@json_option
def command(
    landing: Path | None,
    definition: Path | None,
    home: Home,
    as_of: datetime,
    *,
    target: str,
    full_refresh: bool,
    quarantine_limit: float | None,
    as_json: bool,
) -> None:
    """Load, build, audit and publish: the one command a scheduler calls."""
    if target != DUCKDB:
        message = (
            "`handoff refresh` lands and publishes files with DuckDB only; on another target other"
            f" tools load the raw tables, and `handoff build --target {target}` builds the marts."
        )
        raise UsageError(message)
    with runs.recorded(home, "refresh", as_of=iso_text(as_of)) as run:
        request = RefreshRequest(
            landing_of(home, landing), as_of, definition, full_refresh, quarantine_limit
        )
        result = refresh(home, request, run)
    emit(result, as_json=as_json, show=show)
