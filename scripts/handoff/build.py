"""Builds the marts: one `dbt build` in this process, its outcome returned as a value.

It does not load, and it does not publish: what it builds lies in the working database, where no
reader looks. dbt writes nothing into the project folder; the log goes to the run's folder, what it
keeps between runs to the home folder.
"""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import duckdb

from handoff import (
    addresses,
    dbt_call,
    due,
    fingerprints,
    gate,
    one_at_a_time,
    runs,
    standing,
    workspace,
)
from handoff.ahead import import_ahead
from handoff.as_of import (
    as_of_option,
    is_as_of_given,
    iso_text,
    now_not_before,
    sql_text,
)
from handoff.console import emit, home_option, json_option, say
from handoff.dbt_log import DbtLog
from handoff.dbt_outcome import PROBLEM_KINDS, Problem, problem_of
from handoff.definition import fingerprint, resolve, variables
from handoff.engine import open_to_look
from handoff.errors import EngineError, GateFailedError, HandoffError, UsageError
from handoff.home import PROJECT_DIR, SHIPPED_DEFINITION, Home
from handoff.progress import Progress

DUCKDB = "duckdb"
SLOWEST = 5
NAMED_CAUSES = 3


@dataclass(frozen=True)
class BuildRequest:
    """What is asked of one build; `definition` is a resolved folder, None the shipped one."""

    as_of: datetime
    definition: Path | None = None
    target: str = DUCKDB
    full_refresh: bool = False
    project: Path = PROJECT_DIR
    next_modules: tuple[str, ...] = ()
    """What the steps after it will import; begun while dbt runs."""

    @property
    def seeds(self) -> Path:
        """The folder of the definition's seeds."""
        return self.definition or self.project / workspace.DEFINITION


@dataclass(frozen=True)
class BuildResult:
    """What came out of one build."""

    as_of: str
    target: str
    seconds: float
    nodes: dict[str, int]
    marts: list[str]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    slowest: list[dict[str, Any]] = field(default_factory=list)
    one_at_a_time: int = 0
    """Nodes that memory was too short for at first, and those behind them."""
    engine_stopped: str | None = None
    """With which words the engine stopped itself at first; what it left was built once more."""


def build(
    home: Home,
    request: BuildRequest,
    *,
    log: Path,
    progress: Progress,
    more: Sequence[str] = (),
) -> BuildResult:
    """Run dbt, with `more` arguments; raises only when it could not come to a result at all."""
    if request.target == DUCKDB and not home.work_db.exists():
        message = f"There is no {home.work_db} yet; load files first: handoff load --landing DIR."
        raise UsageError(message)
    addresses.check(addresses.LEAST_MIB_TO_BUILD)
    _empty(home.temporary)
    began = datetime.now(UTC)
    arguments = [*_arguments(home, request, log), *more]
    results, stopped = _results(home, request, arguments, log=log, progress=progress)
    if again := one_at_a_time.left_by(results):
        with dbt_call.set_for_now(again.environment):
            second, stopped_again = _results(
                home, request, [*arguments, *again.arguments], log=log, progress=progress
            )
        results, stopped = again.merged(results, second), stopped or stopped_again
    seconds = (datetime.now(UTC) - began).total_seconds()
    result = _result(request, results, seconds)
    return replace(result, one_at_a_time=len(again.nodes), engine_stopped=stopped)


def now_loaded(home: Home) -> datetime:
    """Give the moment to build as of if none is asked for: now, the last load included.

    What says nothing of when it was changed counts from when it was loaded.
    """
    try:
        with open_to_look(home.work_db) as connection:
            (loaded_at,) = connection.execute(
                "select max(loaded_at) from raw.load_files"
            ).fetchone()
    except duckdb.Error:  # nothing was loaded yet, or by other means
        loaded_at = None
    return now_not_before(loaded_at.replace(tzinfo=UTC) if loaded_at else None)


def judge(result: BuildResult, log: Path) -> None:
    """Let a build pass, or raise what stops it from being audited and published."""
    if not result.marts and not result.problems:
        message = (
            "dbt built no mart: the project has no model in the schema marts. Nothing is published."
        )
        raise GateFailedError(message)
    if not result.problems:
        return
    causes = [problem for problem in result.problems if problem.kind != "skipped"]
    engine = any(problem.kind == "error" for problem in causes)
    kind = EngineError if engine else GateFailedError
    raise kind(_sentence(result, causes, log), details=[vars(one) for one in result.problems])


def build_in_run(home: Home, request: BuildRequest, run: runs.Run, fingerprint: str) -> BuildResult:
    """Build as a step of `run`, the state of the marts kept at the gate."""
    facts = {"run_id": run.run_id, "as_of": iso_text(request.as_of), "definition": fingerprint}
    code = fingerprints.code(
        request.project, home
    )  # before the build: what is changed meanwhile is new
    log = run.folder / "dbt.log"
    guarded = request.target == DUCKDB and home.work_db.exists()
    with run.step("build") as step:
        marker = standing.marker(code, request.seeds)
        more: list[str] = []
        if guarded:
            left_out = [] if request.full_refresh else standing.arguments(home, marker)
            threads = one_at_a_time.from_the_start(home.work_db, keeps_earlier=bool(left_out))
            more = [*left_out, *threads]
            gate.write(home, gate.Gate(state=gate.BUILDING, **facts))
        result = build(home, request, log=log, progress=run.progress, more=more)
        step.counts = {"nodes": result.nodes, "warnings": len(result.warnings)}
        if result.one_at_a_time:
            step.counts["one_at_a_time"] = result.one_at_a_time
        try:
            judge(result, log)
        except HandoffError:
            if guarded:
                gate.write(home, gate.Gate(state=gate.FAILED, **facts))
            raise
        if guarded:
            made_of = {
                "built_at": iso_text(datetime.now(UTC).replace(microsecond=0)),
                "warnings": len(result.warnings),
                "code": code,
                "standing": standing.fingerprint(home, marker),
                "input": fingerprints.landed(home.work_db),
                "next_due_at": due.next_due_at(home, request.as_of, request.project),
            }
            gate.write(home, gate.Gate(state=gate.BUILT, **made_of, **facts))
    if result.engine_stopped:
        run.log("built once more", level="warning", message=result.engine_stopped)
    for warning in result.warnings:
        run.log("warning", level="warning", node=warning.node, message=warning.sentence)
    return result


def _results(
    home: Home, request: BuildRequest, arguments: list[str], *, log: Path, progress: Progress
) -> tuple[list[Any], str | None]:
    environment = {
        "HANDOFF_HOME": str(home.path),
        "HANDOFF_AS_OF": sql_text(request.as_of),
        "HANDOFF_CODE_FINGERPRINT": _code_fingerprint(request.project),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    listening = DbtLog(log, progress, lambda: import_ahead(request.next_modules))
    progress.detail("reading the project")
    with dbt_call.set_for_now(environment):
        return dbt_call.results(arguments, listening, log)


def _arguments(home: Home, request: BuildRequest, log: Path) -> list[str]:
    arguments = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors", "build"]
    # Two seconds for files nobody reads: what came of each node is returned as a value.
    arguments += ["--no-write-json"]
    folder = str(workspace.prepare(home, request.definition, request.project))
    arguments += ["--project-dir", folder, "--profiles-dir", folder]
    arguments += ["--target", request.target, "--target-path", str(home.dbt / "target")]
    arguments += ["--log-path", str(log.parent)]
    # The same from run to run: dbt forgets what it has parsed when they change.
    if given := variables(request.definition or SHIPPED_DEFINITION):
        arguments += ["--vars", json.dumps(given, sort_keys=True)]
    # Unit tests prove the code, not the data: they belong to `make test`.
    arguments += ["--exclude-resource-type", "unit_test"]
    return arguments + (["--full-refresh"] if request.full_refresh else [])


def _code_fingerprint(project: Path) -> str:
    """Tell whether a macro has changed; what a model says, dbt can tell itself."""
    digest = hashlib.sha256()
    for path in sorted((project / "macros").rglob("*.sql")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _empty(folder: Path) -> None:
    """Throw away what an engine that was killed has spilled."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _result(request: BuildRequest, results: list, seconds: float) -> BuildResult:
    found = [problem for problem in map(problem_of, results) if problem is not None]
    marts = [
        one.node.name
        for one in results
        if one.node.resource_type == "model" and one.node.schema == "marts"
    ]
    by_time = sorted(results, key=lambda one: one.execution_time, reverse=True)
    return BuildResult(
        as_of=iso_text(request.as_of),
        target=request.target,
        seconds=round(seconds, 3),
        nodes=dict(Counter(str(one.status) for one in results)),
        marts=sorted(marts),
        problems=[problem for problem in found if problem.kind in PROBLEM_KINDS],
        warnings=[problem for problem in found if problem.kind not in PROBLEM_KINDS],
        slowest=[
            {"node": one.node.name, "seconds": round(one.execution_time, 3)}
            for one in by_time[:SLOWEST]
        ],
    )


def _sentence(result: BuildResult, causes: list[Problem], log: Path) -> str:
    """Say what failed: the first causes in full, the rest as a number."""
    named = " ".join(problem.sentence for problem in causes[:NAMED_CAUSES])
    more = f" And {len(causes) - NAMED_CAUSES} more." if len(causes) > NAMED_CAUSES else ""
    skipped = len(result.problems) - len(causes)
    behind = f" {skipped} models and tests behind them did not run." if skipped else ""
    return f"{named}{more}{behind} Nothing is published. The log is {log}."


def show(result: BuildResult) -> None:
    """Tell people what was built."""
    nodes = ", ".join(f"{count} {status}" for status, count in sorted(result.nodes.items()))
    say(f"built in {result.seconds:.1f} s as of {result.as_of}: {nodes}")
    if result.one_at_a_time:
        say(
            f"memory was short: {result.one_at_a_time} models and tests were built one at a time;"
            " HANDOFF_MEMORY_LIMIT gives more"
        )
    if result.engine_stopped:
        say(f"the engine had stopped itself, and all was built once more: {result.engine_stopped}")
    for warning in result.warnings:
        say(f"warning: {warning.sentence}")
    slow = ", ".join(f"{one['node']} {one['seconds']:.1f} s" for one in result.slowest)
    say(f"slowest: {slow}")


@click.command(name="build")
@click.option("--definition", metavar="DIR", type=Path, help="Another company's definition folder.")
@home_option
@as_of_option
@click.option("--target", metavar="NAME", default=DUCKDB, show_default=True, help="dbt target.")
@click.option("--full-refresh", is_flag=True, help="Build incremental models from nothing.")
@json_option
def command(
    definition: Path | None,
    home: Home,
    as_of: datetime,
    target: str,
    *,
    full_refresh: bool,
    as_json: bool,
) -> None:
    """Build the marts in the working database. Publishes nothing."""
    with runs.recorded(home, "build", as_of=iso_text(as_of), target=target) as run:
        folder = resolve(definition, home)
        run.facts["definition"] = fingerprint(folder)
        if target == DUCKDB and not is_as_of_given():
            as_of = now_loaded(home)
            run.facts["as_of"] = iso_text(as_of)
        request = BuildRequest(as_of, folder if definition else None, target, full_refresh)
        result = build_in_run(home, request, run, run.facts["definition"])
    emit(result, as_json=as_json, show=show)
