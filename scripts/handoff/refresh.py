"""The one command a scheduler calls: check, load, build, audit, draw, publish; then say what came.

Each step raises if it fails, and nothing after it runs: what is published changes at the very end
or not at all. Running it again is always safe; where nothing is new and nothing due it ends at
once, without dbt. It holds the lock of the home folder throughout.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from handoff import funnel, quiet, runs
from handoff.as_of import as_of_option, is_as_of_given, iso_text
from handoff.audit import AuditResult, audit_in_run
from handoff.build import DUCKDB, BuildRequest, BuildResult, build_in_run, now_loaded
from handoff.console import emit, home_option, json_option, say
from handoff.definition import fingerprint, resolve
from handoff.errors import UsageError
from handoff.expectations import SUITES
from handoff.home import PROJECT_DIR, Home
from handoff.load import LoadResult, Tolerance, load_landing, tolerance_options
from handoff.publish import PublishResult, prepared_in_run, show_report, switch_in_run
from handoff.published import Publication, report_path
from handoff.settings import read_settings

SLOW_TO_IMPORT = ("handoff.gx_session", "handoff.report.write")  # by audit and report


@dataclass(frozen=True)
class RefreshRequest:
    """What is asked of one refresh; `definition` None is the shipped one.

    An as-of that was not given is when the run began: it decides whether anything is due. The marts
    are then built as of the end of the load, so that what it landed counts.
    """

    landing: Path
    as_of: datetime
    definition: Path | None = None
    full_refresh: bool = False
    tolerance: Tolerance = field(default_factory=Tolerance)
    project: Path = PROJECT_DIR
    suites: Path = SUITES
    is_as_of_given: bool = True
    force: bool = False


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
    reason: str
    outcome: str = "published"


@dataclass(frozen=True)
class Unchanged:
    """What a refresh gave that had nothing to do: what is served stays as it is."""

    run_id: str
    as_of: str
    definition: str
    published: Publication
    path: str
    report: str | None
    checked_at: str
    summary: funnel.Summary
    seconds: dict[str, float]
    outcome: str = runs.UNCHANGED


def refresh(home: Home, request: RefreshRequest, run: runs.Run) -> RefreshResult | Unchanged:
    """Take every step in turn as part of `run`; only the first if it finds nothing to do."""
    with run.step("check"):
        seeds = resolve(request.definition, home)
        run.facts["definition"] = fingerprint(seeds)
        reason, served = _reason(home, request, run.facts["definition"])
        if reason is None:
            run.facts |= {"outcome": runs.UNCHANGED, "checked": served.run_id}
        run.facts["reason"] = reason
        run.log("decided", reason=reason or "nothing new, nothing due")
    if reason is None:
        checked_at = datetime.now(UTC).replace(microsecond=0)
        with run.step("summary"):
            summary = funnel.read_summary(home)
        return Unchanged(
            run_id=run.run_id,
            as_of=served.as_of,
            definition=served.definition,
            published=served,
            path=str(home.published_db),
            report=report_path(home),
            checked_at=iso_text(checked_at),
            summary=summary,
            seconds={step.name: step.seconds for step in run.steps},
        )
    with run.step("load") as step:
        if request.tolerance.accepted:
            run.facts["accepted"] = list(request.tolerance.accepted)
        loaded = load_landing(
            request.landing,
            home,
            quarantine_limit=request.tolerance.quarantine_limit,
            accepted=request.tolerance.accepted,
            record=run.folder,
        )
        step.counts = loaded.counts()
    as_of = request.as_of if request.is_as_of_given else now_loaded(home)
    run.facts["as_of"] = iso_text(as_of)
    asked = BuildRequest(
        as_of=as_of,
        definition=seeds if request.definition else None,
        full_refresh=request.full_refresh,
        project=request.project,
        next_modules=SLOW_TO_IMPORT,
    )
    built = build_in_run(home, asked, run, run.facts["definition"])
    audited = audit_in_run(home, run, suites=request.suites)
    with prepared_in_run(home, run) as version:
        published = switch_in_run(home, version, run)
    with run.step("summary"):
        summary = funnel.read_summary(home)
    return RefreshResult(
        run_id=run.run_id,
        as_of=iso_text(as_of),
        definition=run.facts["definition"],
        load=loaded,
        build=built,
        audit=audited,
        publish=published,
        summary=summary,
        seconds={step.name: step.seconds for step in run.steps},
        reason=reason,
    )


def _reason(
    home: Home, request: RefreshRequest, definition: str
) -> tuple[str | None, Publication | None]:
    """Say why there is something to do; None: there is nothing, and that is what is served."""
    limits = read_settings(home).refresh
    if request.force or request.full_refresh:
        return "it was asked for", None
    asked = quiet.Asked(
        landing=request.landing,
        as_of=request.as_of,
        is_as_of_given=request.is_as_of_given,
        project=request.project,
        definition=definition,
        max_quiet_hours=limits.max_quiet_hours,
    )
    return quiet.reason_to_build(home, asked)


def landing_of(home: Home, landing: Path | None) -> Path:
    """Choose the landing folder: the one given, else `landing/` of the home folder."""
    chosen = landing or home.path / "landing"
    if not chosen.is_dir():
        why = "is not a folder" if chosen.exists() else "does not exist"
        message = f"The landing folder {chosen} {why}; give one with --landing DIR."
        raise UsageError(message)
    return chosen


def show(result: RefreshResult | Unchanged) -> None:
    """Print the funnel, the sources and where the marts lie; or that there was nothing to do."""
    funnel.show(result.summary)
    if isinstance(result, Unchanged):
        say(quiet.words(result.published, checked_at=datetime.fromisoformat(result.checked_at)))
        say(f"published as of {result.as_of}: {result.path}")
        show_report(result.report)
        return
    warnings = [*result.load.warnings, *result.build.warnings, *result.audit.warnings]
    for warning in warnings:
        say(f"warning: {warning.sentence}")
    if result.publish.report_warning:
        say(f"warning: {result.publish.report_warning}")
    count = len(warnings) + (result.publish.report_warning is not None)
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.seconds.items())
    say(f"run {result.run_id}: {steps}; {count} warnings; built because {result.reason}")
    say(f"published as of {result.as_of}: {result.publish.path}")
    show_report(result.publish.report)


@click.command(name="refresh")
@click.option("--landing", metavar="DIR", type=Path, help="Folder of files. Default: HOME/landing.")
@click.option("--definition", metavar="DIR", type=Path, help="Another company's definition folder.")
@home_option
@as_of_option
@click.option("--target", metavar="NAME", default=DUCKDB, show_default=True, help="dbt target.")
@click.option("--full-refresh", is_flag=True, help="Build incremental models from nothing.")
@click.option("--force", is_flag=True, help="Build even if nothing is new and nothing is due.")
@tolerance_options
@json_option
def command(
    landing: Path | None,
    definition: Path | None,
    home: Home,
    as_of: datetime,
    *,
    target: str,
    full_refresh: bool,
    force: bool,
    tolerance: Tolerance,
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
            landing_of(home, landing),
            as_of,
            definition,
            full_refresh,
            tolerance,
            is_as_of_given=is_as_of_given(),
            force=force,
        )
        result = refresh(home, request, run)
    emit(result, as_json=as_json, show=show)
