"""Dagster definitions that refresh the marts every hour by the one command, and act on its code."""

import os
import subprocess

import dagster as dg

HANDOFF = os.environ.get("HANDOFF_BIN", "/opt/handoff/.venv/bin/handoff")
HOME = os.environ.get("HANDOFF_HOME", "/var/lib/handoff")
LANDING = os.environ.get("HANDOFF_LANDING", f"{HOME}/landing")
# Trying again changes nothing about these: somebody has to look.
FOR_PEOPLE = {
    1: "a gate failed; what was published before is still served",
    2: "wrong options, settings or definition",
    3: "too many bad rows in the input",
}
BUSY = 4


def run_refresh() -> str:
    """Refresh once; returns what happened, or raises what Dagster shall (not) try again."""
    command = [HANDOFF, "refresh", "--home", HOME, "--landing", LANDING]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        return "published"
    if code == BUSY:
        return "another refresh is running"
    if code in FOR_PEOPLE:
        message = f"handoff refresh ended with {code}: {FOR_PEOPLE[code]}"
        raise dg.Failure(message, allow_retries=False)
    message = f"handoff refresh ended with {code}"
    raise dg.RetryRequested(max_retries=2, seconds_to_wait=300) from RuntimeError(message)


@dg.op
def refresh_marts(context) -> None:
    """Load, build, audit and publish."""
    context.log.info(run_refresh())


@dg.job(tags={"dagster/max_runtime": "7200"})
def handoff_refresh() -> None:
    """Hold the one command, so that it can be scheduled."""
    refresh_marts()


hourly = dg.ScheduleDefinition(
    job=handoff_refresh, cron_schedule="10 * * * *", execution_timezone="Etc/UTC"
)
defs = dg.Definitions(jobs=[handoff_refresh], schedules=[hourly])
