"""The demo company: the same bytes for the same seed, believable, and true to its planted truth."""

import hashlib
import json
from pathlib import Path

import duckdb
import numpy as np
import pytest

from handoff import cli
from handoff.errors import EngineError, UsageError
from handoff.generate import company
from handoff.generate.block import Plan, make_block
from handoff.generate.clock import DAY, END, HOUR, START, at_the_desk, weekday
from handoff.generate.company import generate
from handoff.generate.draws import Draws, scrambled
from handoff.generate.origins import ORIGINS
from handoff.home import SHIPPED_DEFINITION

SMALL = Plan(seed=5, leads=300, events=9_000)
COLUMNS = {
    "leads": "lead_id created_at updated_at email full_name job_title company_name company_domain "
    "industry employee_count annual_revenue country region lead_source utm_source utm_medium "
    "utm_campaign utm_content utm_term owner_id is_deleted attributes",
    "events": "event_id occurred_at event_type lead_id anonymous_id page_url referrer_url "
    "utm_source utm_medium utm_campaign utm_content utm_term value user_agent properties",
    "stage_changes": "change_id lead_id changed_at status reason owner_id",
    "opportunities": "opportunity_id lead_id created_at amount currency closed_at is_won",
    "sales_touches": "touch_id lead_id touched_at touch_type owner_id",
    "ad_spend": "spend_date platform campaign ad_variant audience spend impressions clicks "
    "currency",
    "accounts": "company_domain updated_at is_target_account account_tier industry employee_count "
    "annual_revenue country",
}
EVENT_TYPES = {
    "ad_click",
    "badge_scan",
    "careers_view",
    "case_study_view",
    "content_download",
    "demo_request",
    "email_clicked",
    "email_opened",
    "email_sent",
    "feature_used",
    "follow_up_request",
    "form_submit",
    "mql_import",
    "page_view",
    "pricing_view",
    "trial_started",
    "unsubscribe",
    "usage_milestone",
    "webinar_attended",
    "webinar_registered",
}
REAL_REFERRERS = {
    "www.google.com",
    "www.bing.com",
    "duckduckgo.com",
    "www.facebook.com",
    "www.linkedin.com",
    "chatgpt.com",
    "www.perplexity.ai",
    "gemini.google.com",
    "copilot.microsoft.com",
    "claude.ai",
}


class SmallBlocks(Plan):
    """The same plan in blocks of 100 leads."""

    block_leads = 100


class World:
    """A generated folder with each table read in, every value as text."""

    def __init__(self, folder: Path, file_format: str) -> None:
        self.folder = folder
        self.truth = json.loads((folder / "_truth" / "truth.json").read_text())
        self.con = duckdb.connect()
        self.con.execute("set TimeZone='UTC'; set threads=1")
        for table in (*COLUMNS, "_truth/leads"):
            place = f"{table}/*" if table == "events" else table
            path = f"{folder}/{place}.{file_format}"
            source = f"read_parquet('{path}', filename = true)"
            if file_format == "csv":
                source = (
                    f"read_csv('{path}', header = true, all_varchar = true, delim = ',', "
                    "quote = '\"', escape = '\"', nullstr = '', filename = true)"
                )
            name = table.replace("_truth/leads", "truth")
            self.con.execute(f"create table {name} as select * from {source}")

    def rows(self, query: str) -> list[tuple]:
        return self.con.execute(query).fetchall()

    def one(self, query: str):
        return self.rows(query)[0][0]


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> World:
    """The company `handoff generate` makes when nothing is said but where."""
    folder = tmp_path_factory.mktemp("generate") / "demo"
    assert cli.main(["generate", "--out", str(folder)]) == 0
    return World(folder, "csv")


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> World:
    """Enough leads that a planted truth outgrows chance; two blocks."""
    folder = tmp_path_factory.mktemp("generate") / "large"
    generate(folder, Plan(seed=3, leads=30_000, events=600_000), "parquet")
    return World(folder, "parquet")


def digest(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


# The same seed, the same bytes


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path, file_format):
    generate(tmp_path / "one", SMALL, file_format)
    generate(tmp_path / "two", SMALL, file_format)
    one = digest(tmp_path / "one")
    assert one == digest(tmp_path / "two")
    assert len(one) == 19 + 6 + 2


def test_another_seed_gives_other_bytes_in_every_table(tmp_path):
    generate(tmp_path / "one", SMALL, "csv")
    generate(tmp_path / "two", Plan(6, SMALL.leads, SMALL.events), "csv")
    one, two = digest(tmp_path / "one"), digest(tmp_path / "two")
    assert [name for name in one if one[name] == two.get(name)] == []


def test_csv_and_parquet_tell_the_same_story(tmp_path):
    generate(tmp_path / "csv", SMALL, "csv")
    generate(tmp_path / "parquet", SMALL, "parquet")
    as_csv, as_parquet = World(tmp_path / "csv", "csv"), World(tmp_path / "parquet", "parquet")
    assert as_csv.truth["rows"] == as_parquet.truth["rows"]
    query = (
        "select event_id, epoch(try_cast(occurred_at as timestamptz)) as t, lead_id, "
        "anonymous_id, try_cast(value as integer) as v, properties "
        "from events where event_id is not null order by all"
    )
    assert as_csv.rows(query) == as_parquet.rows(query)


def test_a_block_does_not_depend_on_the_blocks_made_before_it():
    plan = SmallBlocks(seed=5, leads=300, events=9_000)
    alone = make_block(plan, 2)
    for number in range(3):
        after_others = make_block(plan, number)
    for name, values in vars(alone.events).items():
        assert np.array_equal(values, getattr(after_others.events, name)), name
    assert np.array_equal(alone.people.created, after_others.people.created)


def test_blocks_share_no_id_and_leave_out_no_lead(tmp_path):
    plan = SmallBlocks(seed=5, leads=250, events=7_500)
    generate(tmp_path / "out", plan, "csv")
    world = World(tmp_path / "out", "csv")
    assert world.one("select count(distinct lead_id) from leads") == 250
    assert world.one("select count(distinct event_id) from events") == 7_500
    for table, key in (("stage_changes", "change_id"), ("sales_touches", "touch_id")):
        copies = f"select count(distinct lead_id) as n from {table} group by {key} having n > 1"
        assert world.rows(f"{copies} and {key} is not null") == []
    of_one_block = [make_block(plan, number).companies.number for number in range(3)]
    assert len(np.unique(np.concatenate(of_one_block))) == sum(map(len, of_one_block))


def test_the_size_of_a_block_bounds_its_events():
    for leads, events in ((4_000, 150_000), (2_000_000, 100_000_000), (10_000, 10_000_000)):
        plan = Plan(1, leads, events)
        assert max(plan.budget(number) for number in range(plan.blocks)) <= 1_000_001
        assert sum(plan.budget(number) for number in range(plan.blocks)) == events


# What was asked for


def test_every_table_has_the_columns_of_the_contract(demo):
    for table, columns in COLUMNS.items():
        found = [name for name, *_rest in demo.rows(f"describe {table}") if name != "filename"]
        assert found == columns.split(), table


def test_leads_and_events_are_as_many_as_asked_for(demo):
    assert demo.one("select count(distinct lead_id) from leads") == 4_000
    assert demo.one("select count(distinct event_id) from events") == 150_000
    for table in COLUMNS:
        assert demo.one(f"select count(*) from {table}") == demo.truth["rows"][table]


def test_events_come_in_a_file_a_month_and_late_ones_in_a_later_file(demo):
    files = sorted(path.name for path in (demo.folder / "events").iterdir())
    assert len(files) == 19
    month = "regexp_extract(filename, '(\\d{4}-\\d{2})[^/]*$', 1)"
    occurred = "strftime(try_cast(occurred_at as timestamptz), '%Y-%m')"
    late, early, total = demo.rows(
        f"select count(*) filter ({month} > {occurred}), count(*) filter ({month} < {occurred}), "
        "count(*) from events"
    )[0]
    assert early == 0
    assert 0.003 < late / total < 0.03


def test_only_types_of_the_contract_occur_and_all_of_them(demo):
    found = {name for (name,) in demo.rows("select distinct event_type from events")}
    assert found >= EVENT_TYPES
    assert {name.lower() for name in found} == EVENT_TYPES
    odd = demo.one("select count(*) from events where event_type <> lower(event_type)")
    assert 0 < odd < 1_000


def test_every_mapped_status_is_used_and_some_unmapped(demo):
    mapped = {
        line.split(",")[0].lower()
        for line in (SHIPPED_DEFINITION / "status_map.csv").read_text().splitlines()[1:]
    }
    query = "select distinct lower(trim(status)) from stage_changes where status is not null"
    found = {status for (status,) in demo.rows(query)}
    assert mapped <= found
    assert found - mapped == {"working", "attempted contact", "on hold (old)"}


# Nothing real, nothing out of time


def test_nothing_is_dated_outside_the_eighteen_months(demo):
    times = {
        "leads": ("created_at", "updated_at"),
        "events": ("occurred_at",),
        "stage_changes": ("changed_at",),
        "opportunities": ("created_at", "closed_at"),
        "sales_touches": ("touched_at",),
        "ad_spend": ("spend_date",),
        "accounts": ("updated_at",),
    }
    for table, columns in times.items():
        for column in columns:
            cast = f"try_cast({column} as timestamptz)"
            first, last = demo.rows(f"select min({cast}), max({cast}) from {table}")[0]
            assert first.timestamp() >= START, (table, column)
            assert last.timestamp() < END, (table, column)


def test_addresses_and_hosts_are_invented(demo):
    assert demo.one("select count(*) from leads where email not like '%_@_%.example'") == 0
    assert demo.one("select count(*) from leads where company_domain not like '%_.example'") == 0
    domains = "select count(*) from accounts where lower(company_domain) not like '%_.example'"
    assert demo.one(domains) == 0
    pages = "select count(*) from events where page_url not like 'https://www.tallyport.example/%'"
    assert demo.one(pages) == 0
    hosts = demo.rows(
        "select distinct regexp_extract(referrer_url, '^https://([^/]+)/$', 1) from events "
        "where referrer_url is not null"
    )
    assert {host for (host,) in hosts if not host.endswith(".example")} == REAL_REFERRERS


# Visitors, late knowledge, dirt


def test_visits_are_anonymous_before_the_form_fill(demo):
    early = demo.one(
        "with created as (select lead_id, min(try_cast(created_at as timestamptz)) as at_first "
        "from leads group by lead_id) "
        "select count(*) from events join created using (lead_id) "
        "where try_cast(occurred_at as timestamptz) < at_first and event_type <> 'badge_scan' "
        "and event_type <> 'follow_up_request' and event_id not in "
        "(select event_id from events where event_id is not null group by all having count(*) > 1)"
    )
    assert early == 0
    known_later = demo.one(
        "with seen as (select anonymous_id, "
        "bool_or(lead_id is null) as was_anonymous, count(distinct lead_id) as leads "
        "from events where anonymous_id is not null group by all) "
        "select count(*) filter (was_anonymous and leads = 1) from seen"
    )
    assert known_later > 2_000


def test_some_leads_use_two_devices_and_some_devices_serve_two_leads(demo):
    pairs = "select distinct lead_id, anonymous_id from events where lead_id is not null"
    pairs += " and anonymous_id is not null"
    devices = f"select count(*) as n from ({pairs}) group by lead_id having n > 1"
    leads = f"select count(*) as n from ({pairs}) group by anonymous_id having n > 1"
    assert len(demo.rows(devices)) > 400
    assert 0 < len(demo.rows(leads)) < 60


def test_events_are_delivered_twice_and_a_few_contradict_themselves(demo):
    payload = "* exclude (filename)"
    spoilt = "event_id is not null and try_cast(occurred_at as timestamptz) is not null"
    twice = (
        "select event_id from events where event_id is not null group by all having count(*) > 1"
    )
    exact = f"select event_id from (select distinct {payload} from events where {spoilt})"
    contradicting = f"{exact} group by all having count(distinct event_id) = 1 and count(*) > 1"
    assert 400 < len(demo.rows(twice)) < 1_500
    assert 20 < len(demo.rows(contradicting)) < 400


def test_rows_that_cannot_be_taken_are_planted_and_stay_well_below_the_limit(demo):
    for table, rows in demo.truth["rows"].items():
        assert demo.truth["spoilt"].get(table, 0) < 0.005 * rows, table
    found = demo.one(
        "select count(*) from events where event_id is null or occurred_at is null "
        "or try_cast(occurred_at as timestamptz) is null "
        "or (lead_id is null and anonymous_id is null) or not json_valid(properties)"
    )
    assert found == demo.truth["spoilt"]["events"] > 100
    found = demo.one(
        "select count(*) from leads where lead_id is null or employee_count = '250.5' "
        "or try_cast(created_at as timestamptz) is null or not json_valid(attributes)"
    )
    assert found == demo.truth["spoilt"]["leads"] > 5


def test_parquet_spoils_as_many_rows_as_csv(large):
    found = large.one("select count(*) from leads where lead_id is null or created_at is null "
                      "or not json_valid(attributes)")  # fmt: skip
    assert found == large.truth["spoilt"]["leads"]
    found = large.one("select count(*) from ad_spend where spend_date is null or spend is null")
    assert found == large.truth["spoilt"]["ad_spend"] > 0


def test_leads_have_versions_that_fill_in_what_was_unknown(demo):
    filled = demo.rows(
        "select lead_id from leads where lead_id is not null group by lead_id "
        "having count(*) > 1 and count(employee_count) between 1 and count(*) - 1"
    )
    assert len(filled) > 1_000
    deleted = demo.one("select count(distinct lead_id) from leads where is_deleted = 'true'")
    assert 5 < deleted < 60


def test_source_texts_are_as_untidy_as_in_a_real_crm(demo):
    texts = {text for (text,) in demo.rows("select distinct lead_source from leads")}
    assert {None, "unknown", "Paid Social", "paid social", "PAID SEARCH"} <= texts
    tags = {text for (text,) in demo.rows("select distinct utm_source from events")}
    assert {"google", "Google", "google%20ads", "LinkedIn", "chatgpt.com"} <= tags


# The planted truth


def test_the_funnel_is_shaped_like_a_companys(demo):
    hot, accepted, qualified, won = demo.rows(
        "select avg((hot_at is not null)::int), "
        "avg((was_accepted = 'true')::int) filter (hot_at is not null), "
        "avg((was_qualified = 'true')::int) filter (hot_at is not null), "
        "avg((is_customer = 'true')::int) from truth"
    )[0]
    assert 0.15 < hot < 0.25
    assert 0.50 < accepted < 0.70
    assert 0.20 < qualified < 0.35
    assert 0.02 < won < 0.04


def test_opportunities_agree_with_the_truth_about_customers(demo):
    won = "select distinct lead_id from opportunities where is_won = 'true'"
    truly = "select lead_id from truth where is_customer = 'true'"
    assert sorted(demo.rows(won)) == sorted(demo.rows(truly))


def test_origins_convert_in_the_order_of_their_planted_quality(large):
    rates = dict(large.rows("select origin, avg(is_customer::int) from truth group by origin"))
    good, plain = ("ai_assistant", "partner", "review_sites"), ("organic_search", "google_ads")
    hollow = ("meta_ads", "content_syndication")
    assert set(rates) == {origin.name for origin in ORIGINS}
    assert min(rates[name] for name in good) > 2 * max(rates[name] for name in plain)
    assert min(rates[name] for name in plain) > 2 * max(rates[name] for name in hollow)
    sizes = dict(large.rows("select origin, count(*) from truth group by origin"))
    assert all(sizes[name] < sizes["meta_ads"] / 2 for name in good)


def test_fit_and_interest_both_drive_conversion(large):
    query = "select {0}, avg(is_customer::int) from truth group by all"
    by_fit = dict(large.rows(query.format("fit")))
    by_interest = dict(large.rows(query.format("interest")))
    assert by_fit["ideal"] > 1.3 * by_fit["fair"] > 5 * by_fit["poor"]
    assert by_interest["buying"] > 2 * by_interest["curious"] > 3 * by_interest["idle"]


def excess(world: World, flag: str) -> tuple[float, float]:
    """Customers among the flagged beyond what their likes would give, and how far chance goes.

    Leads are compared with leads of the same origin, fit and interest (Mantel-Haenszel).
    """
    strata = world.rows(
        f"with flagged as ({flag}), leads as (select truth.*, flagged.lead_id is not null as has "
        "from truth left join flagged using (lead_id)) "
        "select count(*), sum(has::int), sum(is_customer::int), sum((has and is_customer)::int) "
        "from leads group by origin, fit, interest having count(*) > 1"
    )
    observed = sum(both for _n, _has, _won, both in strata)
    expected = sum(has * won / n for n, has, won, _both in strata)
    variance = sum(
        has * (n - has) * won * (n - won) / (n * n * (n - 1)) for n, has, won, _both in strata
    )
    return float(observed - expected), float(variance) ** 0.5


def test_ebook_readers_convert_no_better_than_their_likes(large):
    readers = (
        "select distinct lead_id from events where event_type = 'content_download' "
        "and properties like '%\"ebook\"%' and lead_id is not null"
    )
    gain, spread = excess(large, readers)
    assert abs(gain) < 3 * spread


def test_people_who_ask_for_a_demo_convert_better_than_their_likes(large):
    askers = "select distinct lead_id from events where event_type = 'demo_request'"
    gain, spread = excess(large, f"{askers} and lead_id is not null")
    assert gain > 6 * spread


def test_sales_accepts_after_the_hot_moment(large):
    first = (
        "select lead_id, min(changed_at) as accepted_at from stage_changes "
        "where lower(trim(status)) = 'accepted' group by lead_id"
    )
    after, total = large.rows(
        "select count(*) filter (accepted_at > least(hot_at, hot_again_at)), count(*) "
        f"from ({first}) join truth using (lead_id)"
    )[0]
    assert after > 0.9 * total > 0


def test_some_recycled_leads_come_back_and_are_accepted_again(large):
    status = "select distinct lead_id, changed_at, lower(trim(status)) as status from stage_changes"
    again = large.one(
        f"with changes as ({status}) select count(distinct before.lead_id) "
        "from changes as before join changes as after using (lead_id) join truth using (lead_id) "
        "where before.status = 'recycled' and after.status = 'accepted' "
        "and after.changed_at > hot_again_at and hot_again_at > before.changed_at"
    )
    assert again > 100


def test_self_serve_customers_used_the_product_before_they_paid(large):
    unseen = (
        "select lead_id, min(created_at) as opened_at from opportunities where lead_id not in "
        "(select lead_id from stage_changes where lower(trim(status)) = 'qualified' "
        "and lead_id is not null) group by lead_id"
    )
    buyers = large.rows(
        "select opened_at > (select min(occurred_at) from events "
        "where event_type = 'trial_started' "
        f"and events.lead_id = unseen.lead_id) from ({unseen}) as unseen"
    )
    assert len(buyers) > 10
    # An odd spelling of `trial_started` or a damaged row may hide one; no more than that.
    assert sum(1 for (after,) in buyers if after) > 0.95 * len(buyers)


# The folder


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        generate(tmp_path, SMALL, "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_earlier_company_is_replaced_but_not_with_a_strangers_file_in_it(tmp_path):
    out = tmp_path / "out"
    generate(out, SMALL, "csv")
    generate(out, SMALL, "parquet")
    assert not list(out.rglob("*.csv"))
    (out / "events" / "own.parquet").write_text("mine")
    with pytest.raises(UsageError, match=r"own\.parquet"):
        generate(out, SMALL, "csv")
    assert (out / "events" / "own.parquet").read_text() == "mine"


def test_a_failure_leaves_the_earlier_company_and_no_half_one(tmp_path, monkeypatch):
    out = tmp_path / "out"
    generate(out, SMALL, "csv")
    before = digest(out)

    def fail(*_arguments):
        raise OSError(28, "disk full")

    monkeypatch.setattr(company, "ad_spend", fail)
    with pytest.raises(EngineError, match="disk full"):
        generate(out, SMALL, "parquet")
    assert digest(out) == before
    assert list(tmp_path.iterdir()) == [out]


def test_the_command_reports_rows_by_table_as_json(tmp_path, capsys):
    out = tmp_path / "a folder's name"
    sizes = ["--leads", "100", "--events", "3000", "--seed", "2"]
    assert cli.main(["generate", "--out", str(out), *sizes, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["rows"]) == set(COLUMNS)
    assert (result["leads"], result["events"], result["format"]) == (100, 3_000, "csv")


@pytest.mark.parametrize(("asked", "leads"), [(("--leads", "40"), 40), (("--events", "1500"), 40)])
def test_the_number_not_asked_for_keeps_the_proportion(tmp_path, capsys, asked, leads):
    assert cli.main(["generate", "--out", str(tmp_path / "out"), *asked, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["leads"], result["events"]) == (leads, 1_500)


@pytest.mark.parametrize("sizes", [("1000", "2000"), ("20", "900000"), ("0", "100")])
def test_sizes_no_company_could_have_are_a_usage_error(tmp_path, sizes):
    out = tmp_path / "out"
    assert cli.main(["generate", "--out", str(out), "--leads", sizes[0], "--events", sizes[1]]) == 2
    assert not out.exists()


# The arithmetic under it


def test_draws_keep_within_their_bounds_and_weights():
    draws = Draws(1, 2)
    assert set(draws.below(3, 1_000)) == {0, 1, 2}
    assert set(draws.pick((0, 5, 0, 1), 1_000)) == {1, 3}
    spread = draws.spread((-10, 0, 100), 10_000)
    assert (spread.min(), spread.max()) == (-10, 99)
    assert abs(int((spread < 0).sum()) - 5_000) < 300
    assert draws.chance(0, 100).sum() == 0
    assert draws.chance(10_000, 100).sum() == 100


def test_scrambling_keeps_different_numbers_different():
    numbers = np.arange(100_000)
    assert len(np.unique(scrambled(numbers, 7))) == len(numbers)
    assert not np.array_equal(scrambled(numbers, 7), scrambled(numbers, 8))


def test_sales_is_at_its_desk_on_weekdays_in_working_hours_and_never_early():
    every_hour = np.arange(START, START + 30 * DAY, HOUR)
    moved = at_the_desk(every_hour)
    assert (moved >= every_hour).all()
    assert (weekday(moved) < 5).all()
    assert ((moved % DAY >= 8 * HOUR) & (moved % DAY < 18 * HOUR)).all()
