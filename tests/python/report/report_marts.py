"""Small published files to draw pages of: a company with a little of everything, and its extremes.

The figures are made here by hand or by plain SQL, not by the code under test.
"""

import itertools
from collections.abc import Iterable
from pathlib import Path

import duckdb

# What a campaign, a source or an industry can be called by whoever writes a link.
HOSTILE = "".join(
    [
        '<img src=x onerror="window.__pwned=1">',
        "</script><script>window.__pwned=2</script>",
        "</style></title></textarea><svg/onload=window.__pwned=3>",
        "\"' onmouseover='window.__pwned=4' x=\"",
        "{{7*7}}{% raw %}${7*7}&lt;b&gt;",
        "javascript:alert(5)",
        "<a href='https://evil.example/'>--><!--]]>",
        "@import url(https://evil.example/x.css)",
        "\u202egnp.exe\u202c\u2066\u200f\x1b[31m\x07\ufeff\ufffe",
        "\N{WOMAN}\u200d\N{GIRL} \N{ARABIC LETTER ALEF}\N{ARABIC LETTER BEH}",
    ]
)
TABLES = {
    "dim_leads": "lead_id varchar, definition_id varchar",
    "fct_lead_scores": "definition_id varchar, lead_id varchar, as_of timestamp",
    "fct_lead_stages": "lead_id varchar, cycle integer, stage varchar, rank integer,"
    " observed_at timestamp, reached_at timestamp, is_inferred boolean,"
    " is_before_tracking boolean, definition_id varchar",
    "fct_score_reasons": "definition_id varchar, lead_id varchar, rule_id varchar, axis varchar,"
    " points_held decimal(18, 2), reason varchar",
    "mart_funnel_conversion": "cohort_month date, dimension varchar, dimension_value varchar,"
    " from_stage varchar, to_stage varchar, entered_observed bigint, converted_observed bigint,"
    " entered_reached bigint, converted_reached bigint, mature_entered bigint,"
    " mature_converted bigint, median_days double, is_small_sample boolean",
    "mart_lead_source_quality": "level varchar, channel varchar, lead_source varchar,"
    " campaign varchar, leads bigint, mqls bigint, sqls bigint, customers bigint,"
    " mqls_in_place bigint, mqls_to_sql bigint, pending_mqls bigint, stalled_leads bigint,"
    " spend decimal(18, 2), currency varchar, mql_to_sql_rate double, mql_to_sql_low double,"
    " mql_to_sql_high double, cost_per_mql decimal(18, 2), cost_per_sql decimal(18, 2),"
    " cost_per_customer decimal(18, 2), is_small_sample boolean",
    "mart_mql_acceptance": "cohort_month date, dimension varchar, dimension_value varchar,"
    " mqls bigint, accepted bigint, rejected bigint, pending bigint, mature_mqls bigint,"
    " mature_accepted bigint, is_mature boolean, trend_z double, trend_p_value double,"
    " trend_direction varchar, is_drifting boolean, is_small_sample boolean,"
    " acceptance_rate double, acceptance_low double, acceptance_high double,"
    " mature_rate double, mature_low double, mature_high double",
    "mart_benchmark_verdicts": "benchmark_id varchar, comparison_class varchar, source varchar,"
    " segment varchar, meaning varchar, benchmark_low double, benchmark_high double,"
    " period varchar, entered bigint, converted bigint, own_rate double, own_low double,"
    " own_high double, verdict varchar, verdict_sentence varchar",
    "mart_score_calibration": "cohort_quarter date, dimension varchar, dimension_value varchar,"
    " score_band varchar, band_rank integer, mqls bigint, customers bigint, mature_mqls bigint,"
    " mature_customers bigint, is_out_of_order boolean, is_small_sample boolean,"
    " conversion_rate double, conversion_low double, conversion_high double, mature_rate double,"
    " mature_low double, mature_high double",
    "mart_speed_to_lead": "cohort_month date, response_class varchar, class_rank integer,"
    " to_stage varchar, mqls bigint, all_mqls bigint, mature_mqls bigint,"
    " mature_converted bigint, is_small_sample boolean, class_rate double, class_low double,"
    " class_high double, mature_rate double, mature_low double, mature_high double",
    "mart_sla": "period_month date, owner_id varchar, queue varchar, response_class varchar,"
    " mqls bigint, before_tracking bigint, worked_before_mql bigint, met bigint, missed bigint,"
    ' "open" bigint, past_due bigint, without_sla bigint, business_met bigint,'
    " business_missed bigint, business_past_due bigint",
    "mart_definition_comparison": "definition_id varchar, is_official boolean,"
    " first_qualified_month date, mqls bigint, also_by_another bigint, only_this_mqls bigint,"
    " late_mqls bigint, accepted bigint, mature_mqls bigint, mature_won bigint,"
    " only_this_mature_mqls bigint, only_this_mature_won bigint, is_small_sample boolean,"
    " acceptance_rate double, acceptance_low double, acceptance_high double,"
    " mature_win_rate double, mature_win_low double, mature_win_high double,"
    " only_this_mature_win_rate double, only_this_mature_win_low double,"
    " only_this_mature_win_high double",
    "mart_input_gaps": "gap varchar, found varchar, occurrences bigint",
    "mart_definition_lint": "definition_id varchar, is_official boolean, finding varchar,"
    " reason varchar",
    "mart_rule_lift": "definition_id varchar, rule_id varchar, points double, leads_with bigint,"
    " lift double, adjusted_lift double, adjusted_low double, adjusted_high double,"
    " leaning_rate double, verdict varchar, is_vanity boolean, is_sign_wrong boolean",
    "mart_definition_backtest": "definition_id varchar, is_official boolean, won_month date,"
    " won bigint, met_before bigint, met_before_sales bigint, not_won bigint, not_won_met bigint,"
    " is_small_sample boolean, recall_rate double, recall_low double, recall_high double,"
    " false_positive_rate double, false_positive_low double, false_positive_high double",
    "mart_threshold_sweep": "definition_id varchar, axis varchar, threshold integer,"
    " is_in_use boolean, leads bigint, customers bigint, picked bigint, picked_customers bigint,"
    " is_small_sample boolean, precision_rate double, precision_low double, precision_high double,"
    " recall_rate double, recall_low double, recall_high double",
    "mart_conversion_curves": "dimension varchar, from_stage varchar, to_stage varchar,"
    " after_days integer, at_risk bigint, converted_share double, converted_share_low double,"
    " converted_share_high double, is_milestone boolean",
    "mart_attribution": "attribution_model varchar, stage varchar, channel varchar,"
    " credits decimal(18, 9)",
    "mart_score_drift": "period_month date, definition_id varchar, axis varchar, leads bigint,"
    " psi double, psi_class varchar",
    "publication": "run_id varchar, as_of timestamp",
}
# The part and the whole of each rate, to be worked out once the counts are in.
RATES = {
    "mart_lead_source_quality": {"mql_to_sql": ("mqls_to_sql", "mqls_in_place")},
    "mart_mql_acceptance": {
        "acceptance": ("accepted", "mqls"),
        "mature": ("mature_accepted", "mature_mqls"),
    },
    "mart_score_calibration": {
        "conversion": ("customers", "mqls"),
        "mature": ("mature_customers", "mature_mqls"),
    },
    "mart_speed_to_lead": {
        "class": ("mqls", "all_mqls"),
        "mature": ("mature_converted", "mature_mqls"),
    },
    "mart_definition_comparison": {
        "acceptance": ("accepted", "mqls"),
        "mature_win": ("mature_won", "mature_mqls"),
        "only_this_mature_win": ("only_this_mature_won", "only_this_mature_mqls"),
    },
    "mart_definition_backtest": {
        "recall": ("met_before", "won"),
        "false_positive": ("not_won_met", "not_won"),
    },
    "mart_threshold_sweep": {
        "precision": ("picked_customers", "picked"),
        "recall": ("picked_customers", "customers"),
    },
}
# Words of the project itself, which no link can change; everything else a text can be hostile.
OWN_WORDS = {
    "level", "dimension", "comparison_class", "lead_id", "from_stage", "to_stage", "stage",
}  # fmt: skip
STAGES = ("lead", "engaged", "mql", "sal", "sql", "opportunity", "customer")


def empty(path: Path, without: Iterable[str] = ()) -> Path:
    """Make a file whose marts have no rows."""
    with _opened(path) as connection:
        connection.execute("create schema target.marts")
        for table, columns in TABLES.items():
            if table not in without:
                connection.execute(f"create table target.marts.{table} ({columns})")
    return path


def company(path: Path, *, campaigns: int = 20, rules: int = 15) -> Path:
    """Make a file with a little of everything."""
    empty(path)
    with _opened(path) as connection:
        connection.execute("use target.marts")
        _leads(connection)
        _sources(connection, campaigns)
        _reasons(connection, rules)
        for statement in ROWS:
            connection.execute(statement)
        _work_out(connection)
    return path


def one_lead(path: Path) -> Path:
    """Make a file in which there is one lead, created today."""
    empty(path)
    with _opened(path) as connection:
        connection.execute("use target.marts")
        for statement in (
            "insert into dim_leads values ('L1', 'agreed')",
            "insert into fct_lead_scores values ('agreed', 'L1', timestamp '2026-07-01')",
            (
                "insert into fct_lead_stages values ('L1', 1, 'lead', 0, timestamp '2026-06-30',"
                " timestamp '2026-06-30', false, false, null)"
            ),
            (
                "insert into mart_funnel_conversion values"
                " (date '2026-06-01', 'all', null, 'lead', 'engaged', 1, 0, 1, 0, 0, 0, null, true)"
            ),
            (
                "insert into mart_lead_source_quality (level, leads, mqls, sqls, customers,"
                " mqls_in_place, mqls_to_sql, pending_mqls, stalled_leads, is_small_sample)"
                " values ('all', 1, 0, 0, 0, 0, 0, 0, 0, true), ('channel', 1, 0, 0, 0, 0, 0, 0, 0,"
                " true)"
            ),
        ):
            connection.execute(statement)
        _work_out(connection)
    return path


def hostile(path: Path, words: str = HOSTILE) -> Path:
    """Make the company of names that nobody meant well with: every text of every column."""
    company(path, campaigns=5)
    with _opened(path) as connection:
        connection.execute("use target.marts")
        for table, column in connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where database_name = 'target' and data_type = 'VARCHAR' order by 1, 2"
        ).fetchall():
            if column not in OWN_WORDS:
                connection.execute(
                    f'update {table} set "{column}" = "{column}" || ? where "{column}" is not null',
                    [words],
                )
        connection.execute(
            "insert into mart_funnel_conversion select cohort_month, 'all', null, from_stage || ?,"
            " to_stage || ?, 40, 20, 40, 20, 40, 20, 1, false from mart_funnel_conversion"
            " where from_stage = 'sal'",
            [words, words],
        )
    return path


def column(path: Path, statement: str) -> None:
    """Change a file by one statement."""
    with _opened(path) as connection:
        connection.execute("use target.marts")
        connection.execute(statement)


def rows(path: Path, query: str) -> list[tuple]:
    """Ask a file."""
    with _opened(path) as connection:
        connection.execute("use target.marts")
        return connection.execute(query).fetchall()


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach '{path}' as target")
    return connection


def _leads(connection: duckdb.DuckDBPyConnection) -> None:
    """Make 640 leads, half of which come to each next stage, a day later each time."""
    connection.execute("insert into dim_leads select 'L' || n, 'agreed' from range(640) as t(n)")
    connection.execute(
        "insert into fct_lead_scores select definition_id, lead_id, timestamp '2026-07-01'"
        " from dim_leads"
    )
    for rank, stage in enumerate(STAGES):
        connection.execute(
            "insert into fct_lead_stages select 'L' || n, 1, ?, ?, entered, entered, false, false,"
            " case when ? in ('engaged', 'mql') then 'agreed' end"
            " from (select n, timestamp '2026-01-10 10:00' + to_days(? + n % 90) as entered"
            " from range(640) as t(n)) where n % ? = 0",
            [stage, rank, stage, rank, 2**rank],
        )
    pairs = [*itertools.pairwise(STAGES), ("mql", "sql"), ("mql", "customer")]
    for from_stage, to_stage in pairs:
        connection.execute(
            "insert into mart_funnel_conversion"
            " select date_trunc('month', a.observed_at)::date, 'all', null, a.stage, ?, count(*),"
            " count(b.lead_id), count(*), count(b.lead_id), count(*) - 1, count(b.lead_id) // 2,"
            " median(datediff('second', a.observed_at, b.observed_at) / 86400.0), count(*) < 30"
            " from fct_lead_stages as a left join fct_lead_stages as b"
            " on a.lead_id = b.lead_id and b.stage = ? where a.stage = ? group by 1, 4",
            [to_stage, to_stage, from_stage],
        )


def _sources(connection: duckdb.DuckDBPyConnection, campaigns: int) -> None:
    """Make so many campaigns in four channels, ever smaller, one in four without spend."""
    connection.execute(
        "insert into mart_lead_source_quality (level, channel, campaign, leads, mqls, sqls,"
        " customers, mqls_in_place, mqls_to_sql, pending_mqls, stalled_leads, spend, currency)"
        " select 'campaign', 'channel ' || n % 4, case when n % 5 > 0 then 'campaign ' || n end,"
        " 9 * (m - n), 3 * (m - n), (m - n), (m - n) // 2, 3 * (m - n) - 1, (m - n) // 2, 1, 2,"
        " case when n % 4 > 0 then 100.10 * (m - n) end, case when n % 4 > 0 then 'USD' end"
        " from (select n, ? as m from range(?) as t(n))",
        [campaigns, campaigns],
    )
    sums = ", ".join(
        f"sum({one})"
        for one in (
            "leads", "mqls", "sqls", "customers", "mqls_in_place", "mqls_to_sql", "pending_mqls",
            "stalled_leads", "spend",
        )
    )  # fmt: skip
    for level, key in (("channel", "channel"), ("all", "null")):
        connection.execute(
            f"insert into mart_lead_source_quality (level, channel, leads, mqls, sqls, customers,"
            f" mqls_in_place, mqls_to_sql, pending_mqls, stalled_leads, spend, currency)"
            f" select '{level}', {key}, {sums}, max(currency) from mart_lead_source_quality"
            f" where level = 'campaign' group by {key}"
        )
    for unit in ("mql", "sql", "customer"):
        connection.execute(
            f"update mart_lead_source_quality set cost_per_{unit} ="
            f" round(spend / nullif({unit}s, 0), 2)"
        )
    connection.execute("update mart_lead_source_quality set is_small_sample = leads < 30")


def _reasons(connection: duckdb.DuckDBPyConnection, rules: int) -> None:
    connection.execute(
        "insert into fct_score_reasons select 'agreed', 'L' || lead, 'rule_' || rule,"
        " case rule % 3 when 0 then 'fit' when 1 then 'intent' else 'product' end,"
        " case when rule % 7 = 6 then -1.25 else 2.5 end * (rule + 1), 'Because of ' || rule"
        " from range(20) as a(lead), range(?) as b(rule) where lead >= rule % 10",
        [rules],
    )
    connection.execute(
        "insert into fct_score_reasons values ('shadow', 'L1', 'other', 'fit', 999, 'Not ours')"
    )


ROWS = (
    (
        "insert into mart_mql_acceptance (cohort_month, dimension, mqls, accepted, rejected,"
        " pending, mature_mqls, mature_accepted, is_mature, trend_z, trend_p_value,"
        " trend_direction, is_drifting, is_small_sample)"
        " select date '2026-01-01' + to_months(n), 'all', 40 + n, 20 + n, 15, 5,"
        " case when n < 5 then 40 + n else 0 end, case when n < 5 then 19 + n else 0 end, n < 5,"
        " null, null, null, null, false from range(6) as t(n)"
        " union all select null, 'all', 255, 135, 90, 30, 210, 105, false, 2.5, 0.012, 'rising',"
        " true, false"
    ),
    (
        "insert into mart_benchmark_verdicts values"
        " ('b1', 'mql_to_sal', 'Institute A', 'B2B', 'typical', 0.55, 0.65, 'year', 210, 105, 0.5,"
        " 0.433, 0.567, 'inconclusive', 'Cannot be told from 55 to 65%.'),"
        " ('b2', 'mql_to_sal', 'Council B', 'Enterprise', 'target', 0.7, 0.7, 'year', 210, 105,"
        " 0.5, 0.433, 0.567, 'below', 'Surely below 70%.'),"
        " ('b3', 'mql_to_sql', 'Institute A', null, 'too loose below', 0.1, null, 'year', 210, 40,"
        " 0.19, 0.14, 0.25, 'above', null)"
    ),
    (
        "insert into mart_score_calibration (dimension, score_band, band_rank, mqls, customers,"
        " mature_mqls, mature_customers, is_small_sample)"
        " values ('all', 'under_60', 1, 60, 6, 50, 5, false),"
        " ('all', '60_to_79', 2, 0, 0, 0, 0, true),"
        " ('all', '80_and_more', 3, 90, 45, 80, 40, false),"
        " ('all', 'unscored', 0, 9, 2, 8, 1, true)"
    ),
    (
        "insert into mart_speed_to_lead (response_class, class_rank, to_stage, mqls, all_mqls,"
        " mature_mqls, mature_converted, is_small_sample)"
        " values ('all', 0, 'sql', 150, 150, 140, 44, false),"
        " ('within_1_hour', 1, 'sql', 20, 150, 18, 9, true),"
        " ('later', 2, 'sql', 90, 150, 82, 35, false), ('none', 3, 'sql', 40, 150, 40, 0, false),"
        " ('all', 0, 'sal', 150, 150, 149, 80, false)"
    ),
    (
        "insert into mart_sla select date '2026-01-01' + to_months(n // 2), 'owner ' || n % 2,"
        " 'queue', 'later', 20, 0, 2, 8, 5, 1, 3, 1, 12, 2, 2 from range(12) as t(n)"
    ),
    (
        "insert into mart_definition_comparison (definition_id, is_official, mqls, also_by_another,"
        " only_this_mqls, late_mqls, accepted, mature_mqls, mature_won, only_this_mature_mqls,"
        " only_this_mature_won, is_small_sample)"
        " values ('agreed', true, 160, 60, 100, 4, 80, 120, 15, 70, 8, false),"
        " ('shadow', false, 12, 12, 0, 6, 4, 10, 1, 0, 0, true)"
    ),
    (
        "insert into mart_input_gaps"
        " select 'event_type_in_no_rule', 'act ' || n, 1000 - n from range(9) as t(n)"
        " union all values ('event_still_anonymous', null, 17)"
    ),
    (
        "insert into mart_definition_lint values"
        " ('agreed', true, 'no_source', 'Does not use the source'),"
        " ('shadow', false, 'no_title', 'Does not use the title')"
    ),
    (
        "insert into mart_rule_lift values"
        " ('agreed', 'rule_0', 10, 80, 2.0, 1.8, 1.2, 3.3, 0.25, 'lifts', false, false),"
        " ('agreed', 'rule_1', 5, 90, 1.4, 1.1, 0.9, 1.3, 0.125, 'no_lift', true, false),"
        " ('agreed', 'rule_2', -5, 70, 2.5, 2.25, 1.5, 3.5, 0, 'lifts', false, true),"
        " ('agreed', 'rule_3', 5, 3, null, null, null, null, 0, 'too_few', false, false),"
        " ('agreed', 'rule_4', 5, 2, null, null, null, null, 0, 'too_few', false, false),"
        " ('shadow', 'other', 5, 90, 1, 1, 0.9, 1.3, 0, 'no_lift', true, false)"
    ),
    (
        "insert into mart_definition_backtest (definition_id, is_official, won_month, won,"
        " met_before, met_before_sales, not_won, not_won_met, is_small_sample)"
        " values ('agreed', true, null, 60, 45, 40, 400, 80, false),"
        " ('shadow', false, null, 60, 12, 3, 400, 20, false),"
        " ('agreed', true, date '2026-06-01', 9, 7, 6, null, null, true)"
    ),
    (
        "insert into mart_threshold_sweep (definition_id, axis, threshold, is_in_use, leads,"
        " customers, picked, picked_customers, is_small_sample)"
        " select 'agreed', axis, 5 * n, axis = 'intent' and n = 4, 500, 60, 500 - 50 * n,"
        " 60 - 6 * n, false from range(10) as t(n), (values ('fit'), ('intent')) as u(axis)"
    ),
    (
        "insert into mart_conversion_curves"
        " select 'all', 'mql', goal, day, 640 - day, least(day, 90) * top / 90,"
        " least(day, 90) * top / 100, least(day, 90) * top / 75, day in (7, 30, 90, 180)"
        " from range(0, 190) as t(day), (values ('sql', 0.4), ('customer', 0.1)) as u(goal, top)"
    ),
    (
        "insert into mart_attribution"
        " select model, 'customer', channel, share from (values"
        " ('first', 'channel 1', 30.25), ('first', null, 9.75),"
        " ('last', 'channel 1', 12.5), ('last', 'channel 2', 17.75), ('last', null, 9.75))"
        " as t(model, channel, share)"
        " union all select 'first', 'mql', 'channel 1', 500"
    ),
    (
        "insert into mart_score_drift values"
        " (date '2026-05-01', 'agreed', 'fit', 90, 0.4, 'large'),"
        " (date '2026-06-01', 'agreed', 'fit', 95, 0.034, 'small'),"
        " (date '2026-06-01', 'shadow', 'total', 95, 0.9, 'large'),"
        " (date '2026-07-01', 'agreed', 'fit', 0, null, null)"
    ),
    "insert into publication values ('20260701T000000Z-0001', timestamp '2026-07-01')",
)


def _work_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Work out every rate and its interval, as Wilson (1927) writes them."""
    z = 1.959963984540054
    for table, rates in RATES.items():
        for prefix, (part, whole) in rates.items():
            p, n = f"({part} / {whole})", f"cast({whole} as double)"
            centre = f"({p} + {z * z} / (2 * {n})) / (1 + {z * z} / {n})"
            root = f"sqrt({p} * (1 - {p}) / {n} + {z * z} / (4 * {n} * {n}))"
            spread = f"{z} * {root} / (1 + {z * z} / {n})"
            connection.execute(
                f"update {table} set {prefix}_rate = {p},"
                f" {prefix}_low = greatest(0, least({p}, {centre} - {spread})),"
                f" {prefix}_high = least(1, greatest({p}, {centre} + {spread})) where {whole} > 0"
            )
