"""The page is one file that needs nothing else, whatever the marts hold or lack."""

import base64
import hashlib
import json
import re
import stat

import pytest
import report_marts
import report_page
from click.testing import CliRunner

from handoff.cli import main
from handoff.errors import EngineError, UsageError
from handoff.home import Home
from handoff.report.command import command, default_target
from handoff.report.drawing import clean
from handoff.report.write import write

MOST_BYTES = 3_000_000
SECTIONS = 8
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section",
    "div", "h1", "h2", "h3", "p", "b", "bdi", "strong", "span", "small", "dl", "dt", "dd", "ul",
    "ol", "li", "a", "figure", "figcaption", "details", "summary", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "svg", "g", "path", "line", "rect", "circle", "text",
}  # fmt: skip
# What can load, run or leave the page.
LOADING = re.compile(
    r"^(?:on.*|src|srcset|action|formaction|data|poster|background|style|xlink.*)$"
)


def draw(marts, folder):
    """Draw a page and read it."""
    target = folder / "drawn.html"
    write(marts, target)
    return report_page.read(target)


@pytest.mark.parametrize("name", ["company_page", "hostile_page"])
def test_the_page_holds_known_elements_and_nothing_that_loads_or_runs(name, request):
    page = report_page.read(request.getfixturevalue(name))
    assert page.tags <= TAGS
    assert [one for one in page.attributes if LOADING.match(one[1])] == []
    assert {value[0] for _, attribute, value in page.attributes if attribute == "href"} == {"#"}


def test_the_page_of_a_company_names_no_address_at_all(company_page):
    text = company_page.read_text(encoding="utf-8")
    for word in ("http://", "https://", "//www", "url(", "@import", "<script", "src=", "<link"):
        assert word not in text, word
    assert "mailto:" not in text


def test_the_policy_forbids_everything_but_the_style_sheet_of_the_page(hostile_page):
    text = hostile_page.read_text(encoding="utf-8")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = report_page.read(hostile_page)
    policy = next(value for value in page.values("content") if "default-src" in value)
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<style>")


def test_hostile_names_are_shown_as_they_are_and_are_no_markup(hostile_page):
    page = report_page.read(hostile_page)
    assert "<img src=x onerror=" not in page.text
    # nothing was calculated, nothing was taken for markup, and a name can still be read
    assert '<img src=x onerror="window.__pwned=1">' in page.words
    assert "{{7*7}}{% raw %}${7*7}&lt;b&gt;" in page.words
    assert "49{%" not in page.words


def test_characters_that_cannot_be_seen_are_spelt_out(hostile_page):
    text = hostile_page.read_text(encoding="utf-8")
    unseen = re.compile(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
    )
    assert unseen.findall(text) == []
    assert "⟨U+202E⟩" in text
    assert "\N{WOMAN}\u200d\N{GIRL}" in text  # one picture of two people, and meant to be


def test_every_text_of_every_mart_on_the_page_was_hostile(hostile_page):
    """Guards the test: what stands in the tables came from columns that were spoilt."""
    page = report_page.read(hostile_page)
    for table in ("funnel", "sources_channel", "sources_campaign", "verdicts", "calibration",
                  "speed", "definitions", "reasons", "rule_lift", "attribution",
                  "backtest", "gaps", "lint"):  # fmt: skip
        assert any("pwned=1" in cell for row in page.table(table) for cell in row), table
    assert "pwned=1" in page.words.partition("The funnel")[0]  # the masthead


def test_a_name_of_five_hundred_characters_is_whole_in_the_table_and_short_in_the_picture(tmp_path):
    marts = report_marts.hostile(tmp_path / "marts.duckdb", words="W" * 500)
    page = draw(marts, tmp_path)
    assert any("W" * 500 in row[0] for row in page.table("sources_channel"))
    pictures = re.findall(r'<svg[^>]*class="drawing".*?</svg>', page.text, re.DOTALL)
    assert len(pictures) >= 18
    assert [one for one in pictures if "W" * 49 in one] == []


def test_the_page_of_many_sources_and_rules_stays_small(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb", campaigns=3000, rules=400)
    result = write(marts, tmp_path / "report.html")
    assert result.bytes < MOST_BYTES
    page = report_page.read(tmp_path / "report.html")
    assert len(page.table("sources_campaign")) == 14  # twelve, the others, all


def test_the_same_marts_give_the_same_bytes_and_every_id_is_there_once(company_marts, tmp_path):
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for page in pages:
        write(company_marts, page)
    assert pages[0].read_bytes() == pages[1].read_bytes()
    ids = report_page.read(pages[0]).values("id")
    assert len(ids) == len(set(ids))


def test_every_picture_is_described_explained_and_has_its_figures_behind_it(company_page):
    text = company_page.read_text(encoding="utf-8")
    blocks = text.split('<div class="block">')[1:]
    pictures = [block for block in blocks if 'class="picture"' in block]
    assert len(pictures) == 11
    for block in pictures:
        assert re.search(r'role="img" aria-label="[^"]{30,}"', block)
        assert "How to read it." in block
        assert 'class="wide"' in block
        assert 'class="narrow"' in block
    # the first of the two pictures of the definitions shares the table of the second
    assert sum("<table" in block for block in pictures) == len(pictures) - 1


def test_empty_marts_give_a_page_that_says_there_is_nothing_yet(tmp_path):
    page = draw(report_marts.empty(tmp_path / "marts.duckdb"), tmp_path)
    assert page.words.count("Nothing yet") == SECTIONS - 1
    assert "Nothing came in that moves nobody." in page.words
    assert page.tables == {}


def test_a_mart_that_is_not_in_the_file_is_said_to_be_missing_and_the_rest_is_there(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(marts, "drop table mart_mql_acceptance")
    report_marts.column(marts, "drop table mart_sla")
    page = draw(marts, tmp_path)
    assert "Not in this build: the published file has no mart_mql_acceptance." in page.words
    assert "Promised response: not in this build" in page.words
    assert "acceptance" not in page.tables
    assert {"funnel", "speed", "calibration", "definitions"} <= set(page.tables)


def test_no_mart_at_all_gives_a_page_that_says_so_in_every_section(tmp_path):
    marts = report_marts.empty(tmp_path / "marts.duckdb", without=report_marts.TABLES)
    page = draw(marts, tmp_path)
    assert page.words.count("Not in this build") == SECTIONS
    assert "not noted beside the marts" in page.words


def test_a_mart_of_another_shape_is_said_to_be_one(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(marts, "alter table mart_score_calibration drop column mature_rate")
    page = draw(marts, tmp_path)
    assert "mart_score_calibration has no column mature_rate" in page.words
    assert "calibration" not in page.tables


def test_benchmarks_that_are_missing_or_empty_leave_the_own_trend_where_it_is(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(marts, "delete from mart_benchmark_verdicts")
    page = draw(marts, tmp_path)
    assert "Benchmarks: nothing yet" in page.words
    assert "acceptance" in page.tables
    report_marts.column(marts, "drop table mart_benchmark_verdicts")
    assert "Benchmarks: not in this build" in draw(marts, tmp_path).words


def test_a_published_figure_bears_its_caveat_beside_the_picture(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    assert "A: 55.0% to 65.0%, Institute A, B2B, typical" in draw(marts, tmp_path).words
    report_marts.column(marts, "alter table mart_benchmark_verdicts add column caveat varchar")
    report_marts.column(
        marts, "update mart_benchmark_verdicts set caveat = 'of one city' where benchmark_id = 'b1'"
    )
    page = draw(marts, tmp_path)
    assert "A: 55.0% to 65.0%, Institute A, B2B, typical (of one city)" in page.words
    assert "B: 70.0%, Council B, Enterprise, target (" not in page.words


def test_one_lead_makes_a_page_without_a_rate(tmp_path):
    page = draw(report_marts.one_lead(tmp_path / "marts.duckdb"), tmp_path)
    assert page.table("funnel") == [
        ["lead → engaged", "1", "0", "0.0%", "0", "0", "–", "–", "–", "0"]
    ]
    assert "nan" not in page.words.lower()
    assert "None" not in page.words


def test_it_replaces_the_page_in_one_move_and_not_for_the_world_to_read(company_marts, tmp_path):
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    with target.open(encoding="utf-8") as reader:
        result = write(company_marts, target)
        assert reader.read() == "old"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert result.bytes == target.stat().st_size


def test_what_is_no_database_is_refused_and_the_old_page_stays(tmp_path):
    marts, target = tmp_path / "marts.duckdb", tmp_path / "report.html"
    marts.write_bytes(b"not a database" * 1000)
    target.write_text("old", encoding="utf-8")
    with pytest.raises(EngineError, match="cannot be read as a database"):
        write(marts, target)
    assert target.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marts.duckdb", "report.html"]


def test_a_folder_that_is_not_there_is_said_to_be_missing(company_marts, tmp_path):
    with pytest.raises(EngineError, match="could not be written"):
        write(company_marts, tmp_path / "nowhere" / "report.html")


def test_without_marts_there_is_nothing_to_report(tmp_path):
    with pytest.raises(UsageError, match="run `handoff refresh` first"):
        write(tmp_path / "marts.duckdb", tmp_path / "report.html")
    assert main(["report", "--home", str(tmp_path)]) == 2


def test_the_command_writes_beside_the_published_marts_or_where_it_is_told(tmp_path):
    home = Home.at(tmp_path).create()
    report_marts.company(home.published_db)
    answer = CliRunner().invoke(command, ["--home", str(tmp_path), "--json"])
    assert answer.exit_code == 0
    said = json.loads(answer.stdout)
    assert (
        said["path"] == str(default_target(home)) == str(home.published_db.with_name("report.html"))
    )
    assert said["run_id"] == "20260701T000000Z-0001"
    other = tmp_path / "other.html"
    CliRunner().invoke(command, ["--home", str(tmp_path), "--out", str(other)])
    assert other.read_bytes() == default_target(home).read_bytes()


def test_the_run_is_taken_from_the_note_beside_the_marts_if_it_belongs_to_them(tmp_path):
    marts = report_marts.company(tmp_path / "marts.duckdb")
    report_marts.column(marts, "drop table publication")
    found = marts.stat()
    identity = {"inode": found.st_ino, "bytes": found.st_size, "modified_ns": found.st_mtime_ns}
    note = {"run_id": "the-run", "as_of": "2026-07-01T00:00:00Z", "file": identity}
    marts.with_name("manifest.json").write_text(json.dumps(note), encoding="utf-8")
    assert write(marts, tmp_path / "report.html").run_id == "the-run"
    note["file"]["modified_ns"] -= 1
    marts.with_name("manifest.json").write_text(json.dumps(note), encoding="utf-8")
    assert write(marts, tmp_path / "report.html").run_id is None


def test_a_picture_is_built_anew_from_what_is_allowed():
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()" id="a">'
        '<style>@import "x"</style><script>x()</script><image href="x"/><defs/>'
        '<g clip-path="url(#a)" style="fill:url(x)">'
        '<text fill="url(#b)" font-size="9px">a&lt;b</text>'
        '<a href="x"><path d="M0 0h1" stroke="#a1000a"/></a><path d="M1 1h1" stroke="#a1000a"/>'
        '<path role="graphics-symbol" aria-roledescription="rule mark"'
        ' aria-label="&lt;/title&gt;" d="M2"/>'
        "</g></svg>"
    )
    assert clean(drawn) == (
        '<svg viewBox="0 0 9 9" class="drawing" aria-hidden="true" focusable="false">'
        '<g><text font-size="9px">a&lt;b</text><path d="M1 1h1" stroke="var(--ink)"/>'
        '<path d="M2"><title>&lt;/title&gt;</title></path></g></svg>'
    )
