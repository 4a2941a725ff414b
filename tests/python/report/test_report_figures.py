"""The figures on the page are those of the marts, and what is added up adds up."""

from decimal import Decimal

import pytest
import report_marts
import report_page

from handoff.report import wording
from handoff.report.charts import spread
from handoff.report.intervals import rate_of
from handoff.report.marts import open_file
from handoff.report.write import min_sample, write


def percent(value) -> str:
    """A rate as a reader would round it."""
    return "–" if value is None else f"{Decimal(repr(100 * value)):.1f}%"


def ends(low, high) -> str:
    """An interval likewise."""
    return "–" if low is None else f"{percent(low)[:-1]}–{percent(high)}"


def whole(cell: str) -> int:
    """A count read back."""
    return 0 if cell == "–" else int(cell.replace(",", "").replace("−", "-"))


@pytest.fixture(scope="module")
def page(company_page):
    return report_page.read(company_page)


@pytest.fixture(scope="module")
def ask(company_marts):
    return lambda query: report_marts.rows(company_marts, query)


@pytest.mark.parametrize(
    ("part", "all_of_them", "low", "high"),
    [
        # rows of mart_mql_vs_pql and mart_lead_source_quality, as the warehouse worked them out
        (87, 784, 0.090852, 0.134881),
        (14, 105, 0.081114, 0.211435),
        (0, 20, 0.0, 0.161125),
        (724, 724, 0.994722, 1.0),
        (2, 3, 0.207660, 0.938508),
    ],
)
def test_a_rate_that_is_worked_out_here_is_the_one_of_the_warehouse(part, all_of_them, low, high):
    rate = rate_of(part, all_of_them)
    assert rate.rate == part / all_of_them
    assert rate.low == pytest.approx(low, abs=5e-7)
    assert rate.high == pytest.approx(high, abs=5e-7)


def test_a_rate_of_nothing_is_no_rate():
    assert rate_of(0, 0).rate is rate_of(0, 0).low is rate_of(None, None).high is None


def test_the_funnel_is_the_sum_of_its_months(page, ask):
    found = {
        row[0].lower(): [whole(row[one]) for one in (1, 2, 4, 5, 9)] for row in page.table("funnel")
    }
    expected = ask(
        "select from_stage || ' → ' || to_stage, sum(entered_observed), sum(converted_observed),"
        " sum(mature_entered), sum(mature_converted), sum(converted_reached)"
        " from mart_funnel_conversion group by 1"
    )
    assert found == {title: list(counts) for title, *counts in expected}


def test_the_funnel_has_the_mature_rate_and_the_raw_one(page, ask):
    row = next(row for row in page.table("funnel") if row[0] == "MQL → SQL")
    ((raw, mature),) = ask(
        "select sum(converted_observed) / sum(entered_observed),"
        " sum(mature_converted) / sum(mature_entered) from mart_funnel_conversion"
        " where from_stage = 'mql' and to_stage = 'sql'"
    )
    assert (row[3], row[6]) == (percent(raw), percent(mature))
    assert page.headlines["mql_to_sql"].startswith(percent(mature))


def test_median_days_are_of_those_that_went_on(page):
    days = {row[0]: row[8] for row in page.table("funnel")}
    assert days["MQL → SQL"] == "2.0"
    assert days["engaged → MQL"] == "1.0"


def test_median_days_are_left_out_where_the_stage_entries_count_otherwise(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(
        marts,
        "update mart_funnel_conversion set converted_observed = converted_observed - 1"
        " where from_stage = 'mql' and to_stage = 'sal'",
    )
    write(marts, tmp_path / "report.html")
    table = report_page.read(tmp_path / "report.html").table("funnel")
    days = {row[0]: row[8] for row in table}
    assert days["MQL → SAL"] == "–"
    assert days["MQL → SQL"] == "2.0"


def test_a_channel_is_on_the_page_as_in_the_mart(page, ask):
    expected = [
        [name, f"{leads:,}", f"{mqls:,}", f"{sqls:,}", f"{customers:,}", percent(rate)]
        for name, leads, mqls, sqls, customers, rate in ask(
            "select channel, leads, mqls, sqls, customers, mql_to_sql_rate"
            " from mart_lead_source_quality where level = 'channel' order by mqls desc"
        )
    ]
    assert [row[:6] for row in page.table("sources_channel")[:-1]] == expected
    costs = ask(
        "select channel, spend, cost_per_mql, cost_per_sql, cost_per_customer"
        " from mart_lead_source_quality where level = 'channel' order by mqls desc"
    )
    assert [row[7:] for row in page.table("sources_channel")[:-1]] == [
        [wording.money(one) for one in row[1:]] for row in costs
    ]


@pytest.mark.parametrize("level", ["sources_channel", "sources_campaign"])
def test_the_rows_of_a_level_add_up_to_the_row_of_all(page, level):
    *parts, total = page.table(level)
    assert total[0] == "All"
    for one in range(1, 5):
        assert sum(whole(row[one]) for row in parts) == whole(total[one]) > 0


def test_the_others_together_are_what_is_not_shown(page, ask):
    *_, others, _ = page.table("sources_campaign")
    ((n, leads, mqls, spend),) = ask(
        "select count(*), sum(leads), sum(mqls), sum(spend) from (select * from"
        " mart_lead_source_quality where level = 'campaign' order by mqls desc, leads desc"
        " offset 12)"
    )
    assert others[0] == f"{n} others together"
    assert [whole(cell) for cell in others[1:3]] == [leads, mqls]
    assert others[7] == wording.money(spend)
    assert others[8] == wording.money(spend / mqls)


def test_campaigns_without_a_name_are_told_apart_by_their_channel(page):
    names = [row[0] for row in page.table("sources_campaign")]
    assert len(names) == len(set(names))
    assert sum(name.startswith("(no campaign) · channel") for name in names) >= 2


def test_few_mqls_are_marked(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb", campaigns=8)
    write(marts, tmp_path / "report.html")
    page = report_page.read(tmp_path / "report.html")
    in_place = report_marts.rows(
        marts,
        "select mqls_in_place from mart_lead_source_quality where level = 'channel'"
        " order by mqls desc",
    )
    marked = [row[5].endswith("*") for row in page.table("sources_channel")[:-1]]
    assert marked == [n < 30 for (n,) in in_place]
    assert True in marked


def test_acceptance_by_month_is_that_of_the_mart(page, ask):
    rows = ask(
        "select mqls, accepted, rejected, pending, acceptance_rate, mature_mqls, mature_accepted,"
        " mature_rate, mature_low, mature_high from mart_mql_acceptance"
        " order by cohort_month nulls last"
    )
    expected = [
        [*(f"{n}" for n in row[:4]), percent(row[4]), f"{row[5]}", f"{row[6]}", percent(row[7]),
         ends(row[8], row[9])]
        for row in rows
    ]  # fmt: skip
    assert [row[1:] for row in page.table("acceptance")] == expected
    assert page.table("acceptance")[0][0] == "Jan 2026"
    assert "trend over the months is rising" in page.words


def test_each_verdict_stands_with_its_source_and_lines_are_of_one_step_only(page):
    verdicts = page.table("verdicts")
    assert [list(row) for row in verdicts] == [
        ["MQL → SAL", "Institute A, B2B, typical", "55.0% to 65.0%",
         "inconclusive: 50.0% (43.3–56.7%) of 210"],
        ["MQL → SAL", "Council B, Enterprise, target", "70.0%",
         "below: 50.0% (43.3–56.7%) of 210"],
        ["MQL → SQL", "Institute A, too loose below", "10.0%",
         "above: 19.0% (14.0–25.0%) of 210"],
    ]  # fmt: skip
    assert "A: 55.0% to 65.0%, Institute A" in page.words
    assert "B: 70.0%, Council B" in page.words
    assert "C: " not in page.words


def test_a_published_figure_has_one_row_whatever_the_periods_it_is_asked_of(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(marts, "update mart_benchmark_verdicts set period = 'recent'")
    report_marts.column(
        marts,
        "insert into mart_benchmark_verdicts values ('b1', 'mql_to_sal', 'Institute A', 'B2B',"
        " 'typical', 0.55, 0.65, 'all', 400, 240, 0.6, 0.551, 0.647, 'within', null),"
        " ('b4', 'pql_to_customer', 'Institute A', null, 'typical', 0.2, 0.3, 'all', null, null,"
        " null, null, null, 'no_data', null)",
    )
    write(marts, tmp_path / "drawn.html")
    drawn = report_page.read(tmp_path / "drawn.html").table("verdicts")
    rows = {row[2]: row[3:] for row in drawn}
    assert rows == {
        "55.0% to 65.0%": [
            "within: 60.0% (55.1–64.7%) of 400",
            "inconclusive: 50.0% (43.3–56.7%) of 210",
        ],
        "70.0%": ["–", "below: 50.0% (43.3–56.7%) of 210"],
        "10.0%": ["–", "above: 19.0% (14.0–25.0%) of 210"],
        "20.0% to 30.0%": ["no data", "–"],
    }


def test_calibration_keeps_empty_bands_and_puts_the_unscored_last(page, ask):
    table = page.table("calibration")
    assert [row[0] for row in table] == ["under 60", "60 to 79*", "80 and more", "unscored*"]
    assert table[1][1:] == ["0", "0", "–", "0", "0", "–", "–"]
    ((rate, low, high),) = ask(
        "select mature_rate, mature_low, mature_high from mart_score_calibration"
        " where score_band = 'under_60'"
    )
    assert table[0][6:] == [percent(rate), ends(low, high)]
    assert "More points mean more customers: 50.0%" in page.words


def test_two_bands_that_the_score_tells_apart_are_found_wherever_they_stand(tmp_path):
    """The lowest band is thin; that it overlaps with the highest does not hide the others."""
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(
        marts,
        "update mart_score_calibration set mqls = 40, mature_mqls = 40, is_small_sample = false,"
        " mature_rate = 0.05, mature_low = 0.014, mature_high = 0.165 where band_rank = 2",
    )
    report_marts.column(
        marts,
        "update mart_score_calibration set mature_rate = 0.3, mature_low = 0.1, mature_high = 0.6"
        " where band_rank = 1",
    )
    write(marts, tmp_path / "report.html")
    words = report_page.read(tmp_path / "report.html").words
    assert "in the band 80 and more, 5.0% (1.4–16.5%) in the band 60 to 79" in words
    assert "Not every band is told apart" in words


def test_bands_that_overlap_show_nothing_yet(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(
        marts, "update mart_score_calibration set mature_low = 0.01, mature_high = 0.9"
    )
    write(marts, tmp_path / "report.html")
    words = report_page.read(tmp_path / "report.html").words
    assert "Not shown yet: 50.0%" in words
    assert "More points mean" not in words


def test_the_drift_told_is_of_the_official_definition_and_the_latest_month_that_has_one(page):
    assert "Drift of the scores in Jun 2026, as PSI: fit 0.03 (small)." in page.words


def test_a_drift_that_may_be_chance_is_told_as_that_and_a_young_month_is_not_told(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    for statement in (
        "alter table mart_score_drift add column is_mature boolean",
        "alter table mart_score_drift add column is_beyond_chance boolean",
        "update mart_score_drift set is_beyond_chance = false",
        "update mart_score_drift set is_mature = period_month < date '2026-06-01'",
    ):
        report_marts.column(marts, statement)
    write(marts, tmp_path / "report.html")
    words = report_page.read(tmp_path / "report.html").words
    assert "Drift of the scores in May 2026, as PSI: fit 0.40 (large, within chance)." in words


def test_curves_are_those_of_the_mart_at_its_milestones(page, ask):
    expected = ask(
        "select a.after_days, a.converted_share, a.converted_share_low, a.converted_share_high,"
        " a.at_risk, b.converted_share, b.converted_share_low, b.converted_share_high, b.at_risk"
        " from mart_conversion_curves as a inner join mart_conversion_curves as b"
        " on a.after_days = b.after_days and a.to_stage = 'sql' and b.to_stage = 'customer'"
        " where a.is_milestone order by 1"
    )
    assert page.table("curves") == [
        [f"{day}", percent(a), ends(b, c), f"{d}", percent(e), ends(f, g), f"{h}"]
        for day, a, b, c, d, e, f, g, h in expected
    ]
    assert len(expected) == 4
    assert "By day 90, of all MQLs became: 40.0% (36.0–48.0%) SQLs, 10.0%" in page.words


def test_a_stage_that_nobody_records_has_no_rate_and_is_not_the_narrowest(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(
        marts,
        "update mart_funnel_conversion set converted_observed = 0, mature_converted = 0"
        " where to_stage = 'sql'",
    )
    write(marts, tmp_path / "report.html")
    page = report_page.read(tmp_path / "report.html")
    row = next(row for row in page.table("funnel") if row[0] == "SAL → SQL")
    assert (row[2], row[3], row[6], row[7]) == ("0", "–", "–", "–")
    assert whole(row[9]) > 0
    assert "SQL (0.0%)" not in page.words
    assert "mql_to_sql" not in page.headlines


def test_a_stage_that_is_seldom_recorded_is_not_called_the_narrowest(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(
        marts,
        "update mart_funnel_conversion set converted_observed = 1, mature_converted = 0"
        " where to_stage = 'opportunity'",
    )
    write(marts, tmp_path / "report.html")
    finding = report_page.read(tmp_path / "report.html").words.partition("By day 90")[0]
    assert "narrowest step" in finding
    assert "SQL → opportunity" not in finding


def test_a_curve_ends_with_the_last_day_anybody_was_watched(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(
        marts, "update mart_conversion_curves set converted_share = null where after_days > 100"
    )
    write(marts, tmp_path / "report.html")
    page = report_page.read(tmp_path / "report.html")
    assert [row[0] for row in page.table("curves")] == ["7", "30", "90"]
    assert "day 90: 40.0%" in page.text
    assert "day 180" not in page.text


def test_where_nothing_was_spent_and_nobody_touched_there_are_no_costs_and_no_credit(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(marts, "update mart_lead_source_quality set spend = null")
    report_marts.column(marts, "delete from mart_attribution where channel is not null")
    write(marts, tmp_path / "report.html")
    page = report_page.read(tmp_path / "report.html")
    assert page.tables["sources_channel"][0][-1] == "95% interval"
    assert "attribution" not in page.tables


def test_every_model_shares_out_the_same_customers(page, ask):
    table = page.table("attribution")
    assert page.tables["attribution"][0] == ["Channel", "First", "Last"]
    assert table == [
        ["channel 1", "30.3", "12.5"],
        ["(not touched)", "9.8", "9.8"],
        ["channel 2", "0.0", "17.8"],
        ["All", "40.0", "40.0"],
    ]
    ((total,),) = ask(
        "select sum(credits) from mart_attribution"
        " where stage = 'customer' and attribution_model = 'first'"
    )
    assert table[-1][1] == f"{total:.1f}"
    # 17.75 of either, by the models: the one with more credit in all is named
    assert "differ most on channel 1: between 12.5 and 30.3 customers" in page.words


def test_rules_that_point_the_wrong_way_come_first_and_the_silent_are_counted(page):
    table = page.table("rule_lift")
    assert [(row[0], row[-1]) for row in table] == [
        ("rule_2", "lifts: points the wrong way"),
        ("rule_1", "no lift: points for nothing that shows"),
        ("rule_0", "lifts"),
        ("2 rules", "too few to say"),
    ]
    assert table[0][1:7] == ["−5", "70", "2.50", "2.25", "1.50–3.50", "0.0%"]
    assert "Pointing the wrong way: rule 2." in page.words
    assert "Giving points without a lift that shows: rule 1." in page.words


def test_the_back_test_is_of_all_months_with_both_rates(page, ask):
    rows = ask(
        "select recall_rate, recall_low, recall_high, false_positive_rate, false_positive_low,"
        " false_positive_high from mart_definition_backtest where won_month is null"
        " order by is_official desc"
    )
    table = page.table("backtest")
    assert [row[0] for row in table] == ["agreed (official)", "shadow"]
    assert [(row[3], row[4], row[7], row[8]) for row in table] == [
        (percent(a), ends(b, c), percent(d), ends(e, f)) for a, b, c, d, e, f in rows
    ]


def test_bars_are_those_around_the_one_in_use(page, ask):
    table = page.table("sweep")
    assert [(row[0], row[1]) for row in table] == [
        ("intent", "0"), ("intent", "10"), ("intent", "20 (in use)"), ("intent", "30"),
        ("intent", "40"),
    ]  # fmt: skip
    rates = ask(
        "select precision_rate, recall_rate from mart_threshold_sweep"
        " where axis = 'intent' and threshold in (0, 10, 20, 30, 40) order by threshold"
    )
    assert [(row[3], row[5]) for row in table] == [(percent(a), percent(b)) for a, b in rates]


def test_the_lint_has_the_official_definition_first(page):
    assert [row[0] for row in page.table("lint")] == ["agreed (official)", "shadow"]


@pytest.mark.parametrize(("var", "counts"), [(30, (29, 30)), (12, (11, 12)), (100, (40, 160))])
def test_what_is_a_small_sample_is_told_by_the_flags_of_the_marts(tmp_path, var, counts):
    """A company sets min_sample for itself; the page follows what its marts were built with."""
    path = report_marts.empty(tmp_path / "marts.duckdb")
    for count in counts:
        report_marts.column(
            path,
            "insert into mart_funnel_conversion (entered_observed, is_small_sample)"
            f" values ({count}, {count < var})",
        )
    with open_file(path) as marts:
        found = min_sample(marts)
    assert all((count < found) == (count < var) for count in counts)


def test_a_band_that_the_mart_finds_out_of_order_is_said_first(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(
        marts, "update mart_score_calibration set is_out_of_order = score_band = '80_and_more'"
    )
    write(marts, tmp_path / "report.html")
    words = report_page.read(tmp_path / "report.html").words
    assert "out of order: a lower band surely converts better than 80 and more." in words


def test_speed_keeps_the_unanswered_and_warns_of_the_choice(page, ask):
    table = page.table("speed")
    assert [row[0] for row in table] == ["within 1 hour*", "later", "no response", "All"]
    parts, total = table[:-1], table[-1]
    assert sum(whole(row[1]) for row in parts) == whole(total[1])
    rates = ask(
        "select mature_rate from mart_speed_to_lead where to_stage = 'sql' order by class_rank"
    )
    assert [total[6], *(row[6] for row in parts)] == [percent(rate) for (rate,) in rates]
    assert "often chosen to be called fast" in page.words


def test_the_parts_of_the_promise_add_up_to_the_mqls(page):
    *months, total = page.table("sla")
    for row in page.table("sla"):
        assert sum(whole(cell) for cell in row[2:8]) == whole(row[1])
    assert sum(whole(row[1]) for row in months) == whole(total[1]) == 240
    assert total[8] == "50.0%"  # 96 of 96 met, 60 missed, 36 past due
    # 144 of 144 met, 24 missed, 24 past due
    assert "with the clock running in working hours only, 75.0%" in page.words


def test_definitions_stand_with_the_official_one_first(page, ask):
    table = page.table("definitions")
    assert [row[0] for row in table] == ["agreed (official)", "shadow*"]
    rates = ask(
        "select acceptance_rate, mature_win_rate, mature_win_low, mature_win_high,"
        " only_this_mature_win_rate from mart_definition_comparison order by is_official desc"
    )
    found = [(row[6], row[7], row[8], row[9]) for row in table]
    assert found == [
        (percent(a), percent(w), ends(lo, hi), percent(o)) for a, w, lo, hi, o in rates
    ]


def test_points_are_of_the_official_definition_rule_by_rule(page, ask):
    rules = ask(
        "select rule_id, sum(points_held), count(distinct lead_id), min(reason)"
        " from fct_score_reasons where definition_id = 'agreed' group by 1"
    )
    found = {row[1]: (row[2].replace("−", "-"), row[3], row[4]) for row in page.table("reasons")}
    assert found == {
        rule: (f"{points:,.2f}".removesuffix(".00"), f"{n}", why) for rule, points, n, why in rules
    }


def test_gaps_show_the_most_frequent_and_add_up_the_others(page, ask):
    table = page.table("gaps")
    ((total,),) = ask("select sum(occurrences) from mart_input_gaps")
    assert sum(whole(row[2]) for row in table) == total
    assert [row[1] for row in table] == ["–", *(f"act {n}" for n in range(5)), "4 others together"]


def test_the_masthead_says_what_as_of_when_by_whom(page):
    head = page.words.partition("The funnel")[0]
    assert "As of 1 July 2026, 00:00 UTC" in head
    assert "Leads 640" in head
    assert "agreed, in use since 11 January 2026" in head
    assert "Run 20260701T000000Z-0001" in head
    assert page.headlines["mqls"] == "630 MQLs of 1,890 leads"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0005, "0.1%"), (0.12345, "12.3%"), (0.00049, "0.0%"), (1.0, "100.0%"), (None, "–")],
)
def test_a_rate_is_rounded_half_up(value, written):
    assert wording.percent(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Decimal("99.995"), "100.00"), (Decimal(1234), "1,234"), (0, "0.00"), (None, "–")],
)
def test_money_has_cents_only_where_they_matter(value, written):
    assert wording.money(value) == written


def test_labels_are_moved_apart_and_stay_within_the_picture():
    moved = spread([100, 101, 102, 10], gap=15, lowest=0, highest=120)
    assert moved == [90, 105, 120, 10]
    assert spread([], gap=15, lowest=0, highest=120) == []


def test_what_cannot_be_compared_is_said_and_not_drawn(tmp_path):
    """One definition, MQLs without a score, and none that waits for an answer."""
    marts = report_marts.company(tmp_path / "marts.duckdb")
    for statement in (
        "delete from mart_definition_comparison where not is_official",
        "delete from mart_score_calibration where band_rank > 0",
        "update mart_sla set worked_before_mql = mqls, met = 0, missed = 0, past_due = 0",
        'update mart_sla set "open" = 0',
        "delete from mart_rule_lift where verdict <> 'too_few'",
    ):
        report_marts.column(marts, statement)
    write(marts, tmp_path / "report.html")
    page = report_page.read(tmp_path / "report.html")
    assert "There is one definition, agreed, and nothing to compare it with." in page.words
    assert "reported and not computed, so have no score" in page.words
    assert "no MQL waits for one" in page.words
    assert {"calibration", "sla", "rule_lift"}.isdisjoint(page.tables)
