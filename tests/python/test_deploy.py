"""What schedulers are given can be used as it is: it parses, and knows the exit codes."""

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import pytest
import yaml

from handoff.home import PROJECT_DIR

DEPLOY = PROJECT_DIR / "deploy"
CODES = (0, 1, 2, 3, 4, 5, 130, 143)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A `handoff` that keeps how it was called and ends as it is told."""
    path = tmp_path / "handoff"
    path.write_text('#!/bin/sh\necho "$@" > "$CALLED"\nexit "$CODE"\n')
    path.chmod(0o755)
    for name, value in {"HANDOFF_BIN": path, "CALLED": tmp_path / "called", "CODE": 0}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path))
    monkeypatch.setenv("HANDOFF_LANDING", str(tmp_path / "landing"))
    return tmp_path / "called"


def load(path, monkeypatch, **stubs):
    for name, module in stubs.items():
        monkeypatch.setitem(sys.modules, name.replace("__", "."), module)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stub(**attributes):
    module = ModuleType("stub")
    vars(module).update(attributes)
    return module


# --- cron -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_the_cron_script_ends_as_the_refresh_did_and_busy_is_no_failure(program, monkeypatch, code):
    monkeypatch.setenv("CODE", str(code))
    script = DEPLOY / "cron" / "refresh.sh"
    assert script.stat().st_mode & stat.S_IXUSR
    done = subprocess.run([script], capture_output=True, text=True, check=False)
    assert done.returncode == (0 if code == 4 else code)
    assert done.stdout.startswith("handoff: ")
    assert program.read_text().split()[:2] == ["refresh", "--landing"]


def test_the_crontab_is_one_line_under_flock_that_calls_the_script():
    lines = (DEPLOY / "cron" / "handoff.cron").read_text().splitlines()
    jobs = [line for line in lines if line and line[0].isdigit()]
    assert len(jobs) == 1
    assert jobs[0].split()[5] == "handoff", "the user"
    assert "flock --nonblock" in jobs[0]
    assert "deploy/cron/refresh.sh" in jobs[0]
    assert "%" not in jobs[0], "a line end to cron"


# --- systemd --------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_takes_the_units(tmp_path):
    text = (DEPLOY / "systemd" / "handoff.service").read_text()
    program = "/opt/handoff/.venv/bin/handoff"
    assert program in text
    # The program need not be installed on the machine that checks.
    (tmp_path / "handoff.service").write_text(text.replace(program, "/bin/true"))
    shutil.copy(DEPLOY / "systemd" / "handoff.timer", tmp_path)
    units = [str(tmp_path / name) for name in ("handoff.service", "handoff.timer")]
    command = ["systemd-analyze", "verify", *units]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_tries_again_only_what_may_pass_by_itself():
    text = (DEPLOY / "systemd" / "handoff.service").read_text()
    settings = dict(line.split("=", 1) for line in text.splitlines() if "=" in line[1:])
    assert settings["SuccessExitStatus"] == "4"
    assert settings["RestartPreventExitStatus"] == "1 2 3"
    assert " refresh " in settings["ExecStart"]
    hardened = ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictSUIDSGID")
    assert all(settings[name] == "yes" for name in hardened)
    assert (settings["ProtectSystem"], settings["UMask"]) == ("strict", "0027")


# --- Kubernetes -----------------------------------------------------------------------------------


def test_the_cronjob_runs_one_at_a_time_with_few_rights_on_a_volume_that_stays():
    text = (DEPLOY / "kubernetes" / "cronjob.yml").read_text()
    claim, job = yaml.safe_load_all(text)
    spec = job["spec"]["jobTemplate"]["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert spec["podFailurePolicy"]["rules"][0]["onExitCodes"] == {
        "containerName": container["name"],
        "operator": "In",
        "values": [1, 2, 3],
    }
    assert pod["restartPolicy"] == "Never", "a pod failure policy asks for it"
    assert pod["securityContext"]["runAsNonRoot"] is True
    rights = container["securityContext"]
    assert (rights["allowPrivilegeEscalation"], rights["readOnlyRootFilesystem"]) == (False, True)
    assert rights["capabilities"] == {"drop": ["ALL"]}
    assert set(container["resources"]) == {"requests", "limits"}
    assert container["command"] == ["/opt/handoff/deploy/cron/refresh.sh"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert volumes["home"]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)


# --- Airflow, Dagster -----------------------------------------------------------------------------


class SkippedError(Exception):
    pass


class FailedError(Exception):
    pass


@pytest.mark.parametrize("code", CODES)
def test_airflow_acts_on_the_exit_code(program, monkeypatch, code):
    tasks, dags = [], []

    def task(**options):
        return lambda body: lambda: tasks.append((options, body))

    def dag(**options):
        dags.append(options)
        return lambda body: body

    exceptions = stub(AirflowFailException=FailedError, AirflowSkipException=SkippedError)
    modules = {"airflow": stub(), "airflow__exceptions": exceptions}
    modules["airflow__sdk"] = stub(dag=dag, task=task)
    load(DEPLOY / "airflow" / "handoff_dag.py", monkeypatch, **modules)
    assert (dags[0]["max_active_runs"], dags[0]["catchup"]) == (1, False)
    ((options, body),) = tasks
    assert options["retries"] > 0
    monkeypatch.setenv("CODE", str(code))
    special = {0: None, 4: SkippedError, **dict.fromkeys((1, 2, 3), FailedError)}
    expected = special.get(code, RuntimeError)
    if expected is None:
        body()
    else:
        with pytest.raises(expected):
            body()
    assert program.read_text().startswith("refresh --home")


class DagsterError(Exception):
    def __init__(self, message, *, allow_retries):
        super().__init__(message)
        assert not allow_retries


class RetryError(Exception):
    def __init__(self, *, max_retries, seconds_to_wait):
        super().__init__(max_retries, seconds_to_wait)


@pytest.mark.parametrize("code", CODES)
def test_dagster_acts_on_the_exit_code(program, monkeypatch, code):
    made = {}
    dagster = stub(
        Failure=DagsterError,
        RetryRequested=RetryError,
        op=lambda body: body,
        job=lambda **_options: lambda body: body,
        ScheduleDefinition=SimpleNamespace,
        Definitions=lambda **options: made.update(options),
    )
    module = load(DEPLOY / "dagster" / "handoff_definitions.py", monkeypatch, dagster=dagster)
    assert made["schedules"][0].job is module.handoff_refresh
    monkeypatch.setenv("CODE", str(code))
    said = []
    context = SimpleNamespace(log=SimpleNamespace(info=said.append))
    expected = {0: None, 4: None, **dict.fromkeys((1, 2, 3), DagsterError)}.get(code, RetryError)
    if expected is None:
        module.refresh_marts(context)
        assert said
    else:
        with pytest.raises(expected):
            module.refresh_marts(context)
    assert program.read_text().startswith("refresh --home")


# --- GitHub ---------------------------------------------------------------------------------------


def test_the_workflow_lints_builds_and_tests_with_no_more_than_reading_rights(tmp_path):
    text = (DEPLOY / "github" / "handoff.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    said = "\n".join(steps)
    for command in ("make lint", "handoff refresh", "test_type:unit", ".venv/bin/pytest"):
        assert command in said
    assert "${{" not in said, "no text of a pull request becomes shell"
    for step in steps:
        done = subprocess.run(["bash", "-n"], input=step, text=True, check=False)
        assert done.returncode == 0


def test_every_file_calls_refresh():
    files = [path for path in DEPLOY.rglob("*") if path.suffix in {".sh", ".service", ".py"}]
    files.append(DEPLOY / "github" / "handoff.yml")
    assert len(files) == 5
    assert all("refresh" in path.read_text() for path in files)
    assert os.access(DEPLOY / "cron" / "refresh.sh", os.X_OK)
