"""An Airflow DAG that refreshes the marts every hour by the one command, and acts on its code."""

import os
import subprocess
from datetime import UTC, datetime, timedelta

from airflow.exceptions import AirflowFailException, AirflowSkipException
from airflow.sdk import dag, task

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


def run_refresh() -> None:
    """Refresh once; what may pass by itself fails in a way that Airflow tries again."""
    command = [HANDOFF, "refresh", "--home", HOME, "--landing", LANDING]
    code = subprocess.run(command, check=False).returncode
    if code == BUSY:
        message = "another refresh is running"
        raise AirflowSkipException(message)
    if code in FOR_PEOPLE:
        message = f"handoff refresh ended with {code}: {FOR_PEOPLE[code]}"
        raise AirflowFailException(message)
    if code != 0:
        message = f"handoff refresh ended with {code}"
        raise RuntimeError(message)


@dag(
    dag_id="handoff_refresh",
    schedule="10 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    tags=["handoff"],
)
def handoff_refresh() -> None:
    """Load, build, audit and publish."""

    @task(retries=2, retry_delay=timedelta(minutes=5), execution_timeout=timedelta(hours=2))
    def refresh() -> None:
        run_refresh()

    refresh()


handoff_refresh()
