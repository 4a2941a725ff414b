"""Serves an earlier published version again: one link replaced, after its bytes were checked.

It builds nothing and removes nothing; the version that was served stays, and the next refresh
publishes as always. A version that is not what was published is refused.
"""

import time
from dataclasses import dataclass

import click

from handoff import runs, versions
from handoff.console import emit, home_option, json_option, say
from handoff.errors import EngineError, UsageError
from handoff.home import Home
from handoff.published import Version, faults, served, served_folder
from handoff.published import versions as kept_versions


@dataclass(frozen=True)
class RollbackResult:
    """Which version was served before, and which is now."""

    path: str
    replaced: str | None
    version: str
    as_of: str
    rows: dict[str, int]
    seconds: float
    switch_seconds: float


def rollback(home: Home, to: str | None = None) -> RollbackResult:
    """Serve the version named `to`, or the one before; EngineError if it is damaged."""
    began = time.monotonic()
    versions.mend(home)
    before = served_folder(home)
    target = _target(home, to)
    wrong = faults(target)
    if wrong:
        message = (
            f"The version {target.name} is not what was published: {' '.join(wrong)}"
            f" Nothing was changed. {_choice(home, without=target.name)}"
        )
        raise EngineError(
            message, details=[{"version": target.name, "fault": one} for one in wrong]
        )
    switch_seconds = versions.serve(home, target)
    return RollbackResult(
        path=str(home.published_db),
        replaced=before.name if before else None,
        version=target.name,
        as_of=target.publication.as_of,
        rows=target.publication.rows,
        seconds=round(time.monotonic() - began, 3),
        switch_seconds=round(switch_seconds, 6),
    )


def _target(home: Home, to: str | None) -> Version:
    """Find the version to go to; never the one that is served and whole."""
    kept = {version.name: version for version in kept_versions(home)}
    now = served(home)
    if to is not None:
        if to not in kept:
            message = f"There is no published version {to}. {_choice(home)}"
            raise UsageError(message)
        if now is not None and to == now.name:
            message = f"The version {to} is the one that is served. {_choice(home, without=to)}"
            raise UsageError(message)
        return kept[to]
    if now is None or now.publication is None:
        # Nobody can say what came before: the newest that says what it is.
        known = [one for one in kept.values() if one.publication and one != now]
        if known:
            return known[0]
    elif now.publication.replaces is not None:
        before = kept.get(now.publication.replaces)
        if before is not None:
            return before
    message = f"There is no version before the one that is served. {_choice(home)}"
    raise UsageError(message)


def _choice(home: Home, *, without: str | None = None) -> str:
    """Name the versions one can ask for."""
    now = served_folder(home)
    names = [one.name for one in kept_versions(home) if one.folder != now and one.name != without]
    if not names:
        return "No other version is kept; run `handoff refresh`."
    return f"Choose one with `handoff rollback --to RUN`: {', '.join(names)}."


def show(result: RollbackResult) -> None:
    """Tell people what is served now."""
    instead = f", in the place of {result.replaced}" if result.replaced else ""
    say(f"serving {result.version} again, as of {result.as_of}{instead}: {result.path}")
    say("The next refresh publishes as always.")


@click.command(name="rollback")
@click.option("--to", metavar="RUN", help="The version to serve. Default: the one before.")
@home_option
@json_option
def command(to: str | None, home: Home, *, as_json: bool) -> None:
    """Serve an earlier published version again, its checksums verified."""
    with runs.recorded(home, "rollback") as run:
        with run.step("rollback") as step:
            result = rollback(home, to)
            step.counts = {"switch_seconds": result.switch_seconds}
            run.facts |= {"published": result.version, "replaced": result.replaced}
        run.facts["as_of"] = result.as_of
    emit(result, as_json=as_json, show=show)
