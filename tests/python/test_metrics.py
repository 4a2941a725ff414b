"""Metrics: whoever asks MetricFlow is told what the marts say.

Each metric of the project is asked of a small demo company and held against a mart; one that nobody
holds against anything fails here.
"""

import csv
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

import demo
from handoff import workspace
from handoff.cli import main
from handoff.home import PROJECT_DIR, Home

LEADS = 400
# Costs of a mart are rounded to cents, rates are doubles that were divided elsewhere.
CENT = Decimal("0.005")
BILLIONTH = Decimal("1e-9")
NO_CHANNEL = "(none)"

_QUALITY = "select {metric} from marts.mart_lead_source_quality where level = 'all'"
_OF_QUALITY = [
    *("leads", "mqls", "mqls_in_place", "mqls_to_sql", "mqls_to_customer", "sqls", "customers"),
    *("pending_mqls", "stalled_leads", "revenue", "spend"),
    *("lead_to_mql_rate", "mql_to_sql_rate", "mql_to_customer_rate", "lead_to_customer_rate"),
    *("cost_per_lead", "cost_per_mql", "cost_per_sql", "cost_per_customer"),
]
_DECISIONS = "select {what} from marts.fct_sales_decisions"
MARTS = {metric: _QUALITY.format(metric=metric) for metric in _OF_QUALITY} | {
    "mqls_handed_over": "select sum(mql_count) from marts.dim_leads",
    "mqls_accepted": _DECISIONS.format(what="count(case when decision = 'accepted' then 1 end)"),
    "acceptance_rate": _DECISIONS.format(
        what="avg(case when decision = 'accepted' then 1.0 else 0.0 end)"
    ),
    "stage_entries": "select count(observed_at) from marts.fct_lead_stages",
}


def declared_metrics() -> list[str]:
    """Names of the metrics, as the project's files list them."""
    files = (PROJECT_DIR / "models").rglob("*.yml")
    return [
        one["name"]
        for file in files
        for one in (yaml.safe_load(file.read_text()) or {}).get("metrics", [])
    ]


class Metrics:
    """A small demo company behind MetricFlow."""

    def __init__(self, folder: Path) -> None:
        landing = demo.generate(folder / "landing", leads=LEADS)
        self.home = Home.at(folder / "home")
        given = ["--landing", str(landing), "--home", str(self.home.path)]
        assert main(["load", *given]) == 0
        self.project = workspace.prepare(self.home, None)
        # The claims about the demo company are test_project's part.
        self._run("dbt", "--quiet", "build", "--exclude-resource-type", "test", "unit_test")

    def _run(self, program: str, *arguments: str) -> str:
        """Run a program of the environment inside the folder dbt runs in."""
        environment = {
            **os.environ,
            "HANDOFF_HOME": str(self.home.path),
            "HANDOFF_AS_OF": demo.AS_OF,
        }
        done = subprocess.run(
            [str(Path(sys.executable).parent / program), *arguments],
            cwd=self.project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def declared(self) -> set[str]:
        """Names of the metrics, as MetricFlow reads them."""
        manifest = json.loads((self.project / "target" / "semantic_manifest.json").read_text())
        return {metric["name"] for metric in manifest["metrics"]}

    def validate(self) -> str:
        """Let MetricFlow check its files, and each column they name against the warehouse."""
        return self._run("mf", "validate-configs", "--show-all")

    def ask(self, metrics: list[str], *by: str) -> list[dict[str, str]]:
        """Ask several metrics at once; a value that is not known comes as an empty text."""
        target = self.home.path / "answer.csv"
        grouped = ["--group-by", ",".join(by)] if by else []
        self._run("mf", "query", "--metrics", ",".join(metrics), *grouped, "--csv", str(target))
        with target.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def marts(self, query: str) -> list[dict]:
        """Ask the marts themselves."""
        with duckdb.connect(str(self.home.work_db), read_only=True) as connection:
            found = connection.execute(query)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def metrics(tmp_path_factory) -> Metrics:
    return Metrics(tmp_path_factory.mktemp("metrics"))


@pytest.fixture(scope="module")
def answers(metrics) -> dict[str, str]:
    """Give the value of every metric that is tested, over everything."""
    (answer,) = metrics.ask(sorted(MARTS))
    return answer


def same(metric: str, told: str, expected: object) -> bool:
    """Tell whether an answer is what a mart says; counts of nothing may be missing in an answer."""
    if expected is None:
        return told == ""
    if told == "":
        return expected == 0 and not metric.startswith("cost_") and not metric.endswith("_rate")
    tolerance = CENT if metric.startswith("cost_") else BILLIONTH
    return abs(Decimal(told) - Decimal(str(expected))) <= tolerance


def test_every_metric_is_held_against_a_mart(metrics):
    assert metrics.declared() == set(MARTS) == set(declared_metrics())


@pytest.mark.parametrize("metric", sorted(MARTS))
def test_a_metric_says_what_its_mart_says(metrics, answers, metric):
    ((expected,),) = (row.values() for row in metrics.marts(MARTS[metric]))
    assert expected is not None
    assert expected != 0, f"{metric} is 0 in the demo company: equal to anything that fails"
    assert same(metric, answers[metric], expected), (answers[metric], expected)


def test_metrics_by_channel_are_the_rows_of_source_quality(metrics):
    told = {row["channel"]: row for row in metrics.ask(_OF_QUALITY, "channel")}
    rows = metrics.marts("select * from marts.mart_lead_source_quality where level = 'channel'")
    expected = {row["channel"] or NO_CHANNEL: row for row in rows}
    assert set(told) == set(expected)
    assert len(expected) > 5
    differing = [
        (channel, metric, told[channel][metric], row[metric])
        for channel, row in expected.items()
        for metric in _OF_QUALITY
        if not same(metric, told[channel][metric], row[metric])
    ]
    assert differing == []


def test_what_sales_decided_can_be_asked_by_month_and_by_the_leads_channel(metrics):
    asked = metrics.ask(
        ["mqls_handed_over", "acceptance_rate"], "metric_time__month", "lead__channel"
    )
    told = {(row["metric_time__month"][:10], row["lead__channel"]): row for row in asked}
    rows = metrics.marts(
        "select cast(date_trunc('month', mql_at) as date)::varchar as month,"
        f" coalesce(channel, '{NO_CHANNEL}') as channel, count(*) as mqls_handed_over,"
        " avg(case when decision = 'accepted' then 1.0 else 0.0 end) as acceptance_rate"
        " from marts.fct_sales_decisions inner join marts.dim_leads using (lead_id) group by all"
    )
    assert {(row["month"], row["channel"]) for row in rows} == set(told)
    for row in rows:
        answer = told[row["month"], row["channel"]]
        assert same("mqls_handed_over", answer["mqls_handed_over"], row["mqls_handed_over"])
        assert same("acceptance_rate", answer["acceptance_rate"], row["acceptance_rate"])


def test_metricflow_finds_nothing_wrong_with_the_files(metrics):
    assert re.findall(r"ERRORS: [1-9]|WARNINGS: [1-9]", metrics.validate()) == []


def test_the_page_lists_every_metric():
    page = (PROJECT_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == declared_metrics()
