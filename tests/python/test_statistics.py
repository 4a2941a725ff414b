"""The statistics in SQL against scipy and numpy, and what they say by chance alone.

The SQL is the marts' own, compiled by dbt and asked of months drawn here: each queue, and each
definition, is a company of its own.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import duckdb
import numpy as np
import pytest
from scipy import stats

from handoff import workspace
from handoff.home import Home

MONTHS = 6
MIN_SAMPLE = 30
MIN_MONTHS = 3
ALPHA = 0.05
# What each input of the mart is made of, for so many MQLs and accepted ones a queue and month.
INPUTS = """
create table staging.stg_stages as
select * from (values ('mql', 2, 'computed', false), ('sal', 3, 'reported', false))
    as stages (stage, rank, entered_by, is_product_track);
create table staging.stg_as_of as select timestamp '2026-07-01' as as_of;
create table intermediate.int_stage_pairs as select 'mql' as from_stage, 'sal' as to_stage;
create table mqls as
select
    counts.queue || '-' || counts.month || '-' || numbers.range as lead_id,
    1 as cycle,
    counts.queue,
    timestamp '2025-12-01' + to_months(counts.month) as mql_at,
    numbers.range < counts.accepted as is_accepted
from counts
inner join range(1000) as numbers on numbers.range < counts.mqls;
create table intermediate.int_step_conversions as
select
    lead_id, cycle, 'mql' as from_stage, 'sal' as to_stage, 14 as horizon_days,
    mql_at as from_observed_at, mql_at + to_days(14) as mature_at, 1 as is_entered, 1 as is_mature
from mqls;
create table marts.fct_sales_decisions as
select
    lead_id, cycle, queue, 'd' as definition_id, 'c' as criterion_id,
    case when is_accepted then 'accepted' else 'rejected' end as decision, mql_at as decided_at
from mqls;
"""


@dataclass(frozen=True)
class Judged:
    """What the mart says of a queue in a month."""

    mqls: int
    accepted: int
    low: float
    high: float
    z: float | None
    p: float | None
    is_drifting: bool


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The SQL of the marts asked here."""
    names = ["mart_mql_acceptance", "mart_score_drift"]
    return _compiled(names, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def ask(marts: dict[str, str]) -> Callable:
    """The mart, to be asked of whatever months one likes."""
    sql = marts["mart_mql_acceptance"]

    def asked(mqls: np.ndarray, accepted: np.ndarray) -> dict[tuple[int, int], Judged]:
        """Ask of companies by months; the answer is by company and month, -1 all together."""
        queues, months = np.indices(mqls.shape)
        with _warehouse() as connection:
            connection.execute(
                "create table counts as select unnest(?) as queue, unnest(?) as month,"
                " unnest(?) as mqls, unnest(?) as accepted",
                [array.ravel().tolist() for array in (queues, months, mqls, accepted)],
            )
            connection.execute(INPUTS)
            rows = connection.execute(
                "select cast(dimension_value as integer),"
                " coalesce(datediff('month', date '2025-12-01', cohort_month), -1),"
                " mature_mqls, mature_accepted, mature_low, mature_high,"
                f" trend_z, trend_p_value, is_drifting from ({sql}) where dimension = 'queue'"
            ).fetchall()
        return {(queue, month): Judged(*values) for queue, month, *values in rows}

    return asked


def _warehouse() -> duckdb.DuckDBPyConnection:
    """A working database in memory, with the schemas the marts ask."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as work")
    connection.execute("use work")
    for schema in ("staging", "intermediate", "marts"):
        connection.execute(f"create schema {schema}")
    return connection


def _compiled(models: list[str], folder: Path) -> dict[str, str]:
    """The SQL of models as dbt would run it."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - 2.5 seconds, only when needed

    home = Home.at(folder).create()
    project = str(workspace.prepare(home, None))
    target = home.dbt / "target"
    where = ["--project-dir", project, "--profiles-dir", project]
    where += ["--target-path", str(target), "--log-path", str(home.path / "logs")]
    quiet = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
    environment = {"HANDOFF_HOME": str(home.path), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    with patch.dict(os.environ, environment):
        done = dbtRunner().invoke([*quiet, "compile", "--select", *models, *where])
    assert done.success, done.exception
    paths = {path.stem: path for path in (target / "compiled").rglob("*.sql")}
    return {model: paths[model].read_text(encoding="utf-8") for model in models}


def trend(mqls: np.ndarray, accepted: np.ndarray) -> np.ndarray:
    """z of each row, nan without one: the correlation of month and acceptance, times root of n."""
    x = np.arange(mqls.shape[1])
    n, k = mqls.sum(axis=1), accepted.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = mqls @ x / n
        covariance = accepted @ x / n - mean * k / n
        z = covariance / np.sqrt((mqls @ (x * x) / n - mean**2) * (k / n) * (1 - k / n))
        z = np.where((np.count_nonzero(mqls, axis=1) > 1) & (k > 0) & (k < n), z, np.nan)
    return z * np.sqrt(n)


def drifts(mqls: np.ndarray, accepted: np.ndarray) -> np.ndarray:
    """The rule, said once more: significant, and so whichever month is left out."""
    critical = stats.norm.isf(ALPHA / 2)
    z = trend(mqls, accepted)
    found = (np.abs(z) > critical) & ((mqls >= MIN_SAMPLE).sum(axis=1) >= MIN_MONTHS)
    for month in range(mqls.shape[1]):
        others = np.arange(mqls.shape[1]) != month
        without = trend(mqls * others, accepted * others)
        found &= np.sign(z) * without > critical
    return found


def is_significant(mqls: np.ndarray, accepted: np.ndarray) -> np.ndarray:
    """The plain test, without the rule."""
    return np.abs(trend(mqls, accepted)) > stats.norm.isf(ALPHA / 2)


def months_drawn(seed: int, companies: int, mqls: int, rates: list[float]) -> tuple:
    """Months of so many companies, each with its chance of acceptance."""
    accepted = np.random.default_rng(seed).binomial(mqls, rates, (companies, MONTHS))
    return np.full_like(accepted, mqls), accepted


def months_of_any_kind(seed: int, companies: int) -> tuple:
    """Months of any size, empty ones too, with any chance, 0 and 1 too, and trends both ways."""
    random = np.random.default_rng(seed)
    most = random.choice([3, 30, 90], (companies, 1))
    mqls = random.integers(0, most + 1, (companies, MONTHS))
    mqls[random.random(mqls.shape) < 0.15] = 0
    start, end = random.choice([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0], (2, companies, 1))
    return mqls, random.binomial(mqls, start + (end - start) * np.arange(MONTHS) / (MONTHS - 1))


def test_trend_chance_and_interval_agree_with_scipy_on_any_months(ask):
    mqls, accepted = months_of_any_kind(seed=1, companies=250)
    tested = 0
    for (company, month), found in ask(mqls, accepted).items():
        asked = slice(0, MONTHS if month < 0 else month + 1)
        n, k = mqls[company, asked], accepted[company, asked]
        whole, part = (n.sum(), k.sum()) if month < 0 else (n[-1], k[-1])
        assert (found.mqls, found.accepted) == (whole, part)
        interval = stats.binomtest(part, whole).proportion_ci(method="wilson")
        # both are a few additions away from the same formula; scipy leaves -1e-17 below 0
        assert found.low == pytest.approx(interval.low, abs=1e-12)
        assert found.high == pytest.approx(interval.high, abs=1e-12)
        # every MQL as a point (month, accepted or not): z is their correlation times root of n
        x = np.repeat(np.arange(len(n)), n)
        y = np.concatenate([np.arange(size) < yes for size, yes in zip(n, k, strict=True)])
        if len(set(x)) < 2 or len(set(y)) < 2:
            assert (found.z, found.p) == (None, None)
            continue
        z = stats.pearsonr(x, y.astype(float)).statistic * np.sqrt(len(x))
        assert found.z == pytest.approx(z, rel=1e-9, abs=1e-9)
        # the fit of the chance promises 1.2e-7
        assert found.p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=2e-7)
        tested += 1
    assert tested > 500


def test_the_mart_follows_the_rule_on_any_months(ask):
    """So that what is measured of the rule below is true of the mart."""
    mqls, accepted = months_of_any_kind(seed=2, companies=800)
    judged = ask(mqls, accepted)
    said = []
    for until in range(1, MONTHS + 1):
        expected = drifts(mqls[:, :until], accepted[:, :until])
        for company in range(len(mqls)):
            if (company, until - 1) in judged:
                said.append(judged[company, until - 1].is_drifting)
                assert said[-1] == expected[company], (mqls[company], accepted[company], until)
    together = drifts(mqls, accepted)
    for (company, month), found in judged.items():
        assert month >= 0 or found.is_drifting == together[company]
    assert 100 < sum(said) < len(said) - 100


# Chance of acceptance in six months of 50 MQLs each, and the share of companies, of 20,000, in
# which the rule, and the plain test, tell a drift. docs/handoff.md quotes them.
SEEN = {
    "nothing changes": ([0.55] * 6, 0.004, 0.051),
    "one odd month at the end": ([0.55] * 5 + [0.25], 0.027, 0.732),
    "one odd month amid": ([0.55] * 3 + [0.25] + [0.55] * 2, 0.007, 0.079),
    "5 points a month": ([0.60, 0.55, 0.50, 0.45, 0.40, 0.35], 0.423, 0.849),
    "8 points a month": ([0.70, 0.62, 0.54, 0.46, 0.38, 0.30], 0.920, 0.998),
    "a step of 20 points": ([0.60] * 3 + [0.40] * 3, 0.556, 0.866),
}


@pytest.mark.parametrize("case", SEEN)
def test_how_often_a_drift_is_told(case):
    rates, rule, plain = SEEN[case]
    mqls, accepted = months_drawn(seed=3, companies=20_000, mqls=50, rates=rates)
    # three standard errors of a share of 20,000 are 0.011 at most
    assert drifts(mqls, accepted).mean() == pytest.approx(rule, abs=0.011)
    assert is_significant(mqls, accepted).mean() == pytest.approx(plain, abs=0.011)


# 100 leads in each month from January on; the first three months are the reference.
DRIFT_INPUTS = """
create table staging.stg_as_of as select timestamp '2026-07-01' as as_of;
create table staging.stg_psi_classes as
select * from (values ('stable', 0.0, 0.1), ('moderate', 0.1, 0.25), ('major', 0.25, null))
    as classes (psi_class, min_psi, below_psi);
create table intermediate.int_lead_fates as
select
    lead as lead_id,
    timestamp '2026-01-01' + to_months(cast(lead // 100 as integer)) as created_at,
    timestamp '2026-01-15' + to_months(cast(lead // 100 as integer)) as landmark_at
from (select distinct lead from drawn);
create table intermediate.int_landmark_scores as
select definition_id, lead as lead_id, fit as fit_hundredths, intent as intent_hundredths
from drawn;
"""


def psi(reference: np.ndarray, scores: np.ndarray) -> tuple[float, int]:
    """The index of scores against a reference, and its bins, said once more."""
    ends = np.unique(np.sort(reference)[[-(-len(reference) * i // 10) - 1 for i in range(1, 10)]])
    before, now = (
        np.bincount(np.searchsorted(ends, one, side="left"), minlength=len(ends) + 1)
        for one in (reference, scores)
    )
    there = (before > 0) | (now > 0)
    p = np.maximum(before[there], 0.5) / len(reference)
    q = np.maximum(now[there], 0.5) / len(scores)
    return float(((q - p) * np.log(q / p)).sum()), int(there.sum())


def test_drift_agrees_with_numpy_and_scipy_on_any_scores(marts):
    random = np.random.default_rng(4)
    definitions, leads = 40, 400
    # scores that differ, that tie, that are all 0, and that are below 0
    kinds = [(1, 10_000), (1000, 8), (1000, 1), (500, 3)]
    steps, most = np.array([kinds[one % 4] for one in range(definitions)]).T
    fit, intent = (
        steps[:, None] * random.integers(-(most // 4)[:, None], most[:, None], (definitions, leads))
        for _ in range(2)
    )
    # in April half the companies have other leads
    fit[::2, 300:] += 3000
    indices = [array.ravel().tolist() for array in np.indices(fit.shape)]
    with _warehouse() as connection:
        connection.execute(
            "create table drawn as select unnest(?) as definition_id, unnest(?) as lead,"
            " unnest(?) as fit, unnest(?) as intent",
            [*indices, fit.ravel().tolist(), intent.ravel().tolist()],
        )
        connection.execute(DRIFT_INPUTS)
        rows = connection.execute(
            "select definition_id, axis, month(period_month), leads, reference_leads, bins, psi,"
            f" chance_limit, is_beyond_chance, is_reference from ({marts['mart_score_drift']})"
        ).fetchall()
    assert len(rows) == definitions * 3 * 4
    for definition, axis, month, *counts, found, limit, is_beyond, is_reference in rows:
        of_axis = {"fit": fit, "intent": intent, "total": fit + intent}[axis][definition]
        expected, bins = psi(of_axis[:300], of_axis[100 * (month - 1) : 100 * month])
        assert counts == [100, 300, bins]
        # each part is kept to 12 digits
        assert found == pytest.approx(expected, abs=1e-11)
        assert is_reference == (month < 4)
        spread = 1 / 100 - 1 / 300 if is_reference else 1 / 100 + 1 / 300
        quantile = stats.chi2.ppf(1 - ALPHA, bins - 1) if bins > 1 else 0
        # Wilson and Hilferty: 2.5 % too low at one degree of freedom
        assert limit == pytest.approx(quantile * spread, rel=0.03)
        assert is_beyond == (found > limit)


# Leads in the month, against 500 in the reference, and the share of 3,000 unchanged months beyond
# chance, and no longer `stable`. docs/definition_trust.md quotes them.
@pytest.mark.parametrize(
    ("leads", "beyond", "unstable"),
    [(30, 0.033, 0.934), (100, 0.072, 0.431), (200, 0.069, 0.088), (400, 0.057, 0.003)],
)
def test_how_often_a_month_moves_by_chance(leads, beyond, unstable):
    random = np.random.default_rng(5)
    # scores as they are: many at 0, the others in steps of 5 points
    drawn = 500 * np.maximum(random.integers(-8, 24, (3000, 500 + leads)), 0)
    found = [psi(scores[:500], scores[500:]) for scores in drawn]
    spread = 1 / 500 + 1 / leads
    limits = {bins: stats.chi2.ppf(1 - ALPHA, bins - 1) * spread for _, bins in found}
    # three standard errors of a share of 3,000
    assert np.mean([one > limits[bins] for one, bins in found]) == pytest.approx(beyond, abs=0.014)
    assert np.mean([one >= 0.1 for one, _ in found]) == pytest.approx(unstable, abs=0.027)
