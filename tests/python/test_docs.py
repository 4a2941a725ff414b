"""What a reader meets is true: commands exist, links lead somewhere, no file names a machine."""

import ast
import csv
import re
import subprocess
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from click import Command, Option
from click.testing import CliRunner

from handoff.cli import COMMANDS, handoff
from handoff.home import PROJECT_DIR, SHIPPED_DEFINITION
from reference import World, answer

# Written by people for people; what runs leave behind is not a page.
PAGES = sorted(
    [
        *PROJECT_DIR.glob("*.md"),
        *PROJECT_DIR.glob("docs/**/*.md"),
        *PROJECT_DIR.glob("examples/**/*.md"),
        *PROJECT_DIR.glob("tests/**/*.md"),
    ]
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
CALL = re.compile(r"^\s*(?:\.venv/bin/)?(handoff|make) +([a-z][\w-]*)(.*)")
OPTION = re.compile(r"(?<!\S)(--[a-z][a-z-]*)")
# Where packages come from, and folders that exist on one machine only.
REGISTRY = re.compile(
    r"(?:index-url|(?:pypi|pythonhosted|npmjs|artifactory|registry|nexus|devpi)[\w.-]*\.[a-z]{2,}/)",
    re.IGNORECASE,
)
# A folder named anywhere is one of the project, but these roots are somebody's.
MACHINE_PATH = re.compile(r"(?<![\w./<{$-])/(?:work|root|home|Users|mnt|workspace|builds)/[\w.-]+")


def lines_of_code(page: Path) -> list[str]:
    """What a page shows as code: inline spans, and fenced lines of a shell or of no language."""
    text = page.read_text(encoding="utf-8")
    fenced = [body for language, body in FENCE.findall(text) if language in {"", "bash", "sh"}]
    spans = INLINE.findall(FENCE.sub("", text))
    return [line for body in fenced for line in body.replace("\\\n", " ").splitlines()] + spans


def calls(page: Path) -> list[tuple[str, str, str]]:
    """Every `handoff X ...` and `make X` a page shows: program, word, rest of the line."""
    return [match.groups() for line in lines_of_code(page) if (match := CALL.match(line))]


def named(program: str) -> list[tuple[str, str, str]]:
    """Every call of a program on any page: page, word, rest."""
    return [
        (page.name, word, rest)
        for page in PAGES
        for called, word, rest in calls(page)
        if called == program
    ]


def command_of(name: str) -> Command:
    """Import one command."""
    found = handoff.get_command(None, name)
    assert found is not None, f"no command handoff {name}"
    return found


def tracked() -> list[Path]:
    """Every file of the repository, those not yet committed included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_DIR,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [PROJECT_DIR / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file() and file != Path(__file__).resolve()]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


def broken_links(page: Path, root: Path = PROJECT_DIR) -> list[str]:
    """Links of a page to files or headings that are not there, or not below `root`."""
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        lost = not target.is_relative_to(root) or not target.exists()
        if lost or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def test_readme_and_docs_show_commands_at_all():
    assert {"run", "test"} <= {word for _, word, _ in named("make")}
    assert set(COMMANDS) <= {word for page, word, _ in named("handoff") if page == "README.md"}


def test_every_handoff_command_of_a_page_exists():
    wrong = [call for call in named("handoff") if call[1] not in COMMANDS]
    assert wrong == []


def test_every_option_of_a_page_is_one_of_its_command():
    wrong = [
        (page, word, option)
        for page, word, rest in named("handoff")
        for option in OPTION.findall(rest)
        if option not in {"--help", *(name for one in command_of(word).params for name in one.opts)}
    ]
    assert wrong == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps(name: str):
    answer = CliRunner().invoke(command_of(name), ["--help"])
    assert answer.exit_code == 0
    assert command_of(name).help.strip()
    options = [one for one in command_of(name).params if isinstance(one, Option)]
    assert [one.name for one in options if not one.help] == []


def test_every_make_target_of_a_page_exists_and_is_helped():
    makefile = (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    helped = set(re.findall(r'@echo "make (\w+) ', makefile))
    assert {word for _, word, _ in named("make")} <= targets
    # `format` stands with the commands of CONTRIBUTING.md, for those who change something.
    assert targets - {"help", "format"} <= helped


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT_DIR)))
def test_every_link_leads_to_something(page: Path):
    assert broken_links(page) == []


def test_every_page_of_docs_can_be_reached_from_the_readme():
    readme = (PROJECT_DIR / "README.md").read_text(encoding="utf-8")
    linked = {link.partition("#")[0] for link in LINK.findall(readme)}
    pages = {f"docs/{page.name}" for page in (PROJECT_DIR / "docs").glob("*.md")}
    assert pages - linked == set()


def test_a_broken_link_is_noticed(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("# Here\n[gone](gone.md) [also](#nowhere) [this](#here)\n", encoding="utf-8")
    assert broken_links(page, tmp_path) == ["gone.md", "#nowhere"]


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine():
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        # The option that keeps addresses out of the lock file names none.
        text = text.replace("--no-emit-index-url", "")
        for pattern in (REGISTRY, MACHINE_PATH):
            found += [(str(file.relative_to(PROJECT_DIR)), hit) for hit in pattern.findall(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "https://pypi.org/simple/",
        "--index-url x",
        "https://files.pythonhosted.org/packages/",
        "https://artifactory.example.com/api/",
    ],
)
def test_a_registry_is_noticed(text: str):
    assert REGISTRY.search(text)


def test_a_folder_of_one_machine_is_noticed():
    assert MACHINE_PATH.search("open /home/somebody/project")
    assert not MACHINE_PATH.search("see docs/home/page.md and https://example.com/home/page")


def contract_columns() -> dict[str, list[str]]:
    """Marts and their columns, as the models' files list them."""
    files = (PROJECT_DIR / "models" / "marts").glob("*/_*__models.yml")
    models = [one for file in files for one in yaml.safe_load(file.read_text())["models"]]
    return {one["name"]: [column["name"] for column in one["columns"]] for one in models}


def test_the_marts_page_lists_every_mart_with_its_columns():
    page = (PROJECT_DIR / "docs" / "marts.md").read_text(encoding="utf-8")
    for mart, columns in contract_columns().items():
        section = page.partition(f"\n## `{mart}`\n")[2].partition("\n## ")[0]
        listed = re.search(r"^Columns: (.+?)\.$", section, re.MULTILINE | re.DOTALL)
        assert listed, f"docs/marts.md has no columns of {mart}"
        assert INLINE.findall(listed.group(1)) == columns, mart


def test_the_landing_page_lists_every_table_with_its_columns():
    source = (PROJECT_DIR / "scripts/handoff/load/contract.py").read_text(encoding="utf-8")
    page = (PROJECT_DIR / "docs" / "landing.md").read_text(encoding="utf-8")
    contract = next(
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_CONTRACT"
    )
    for table, columns in contract.items():
        row = re.search(rf"^\| `{table}` \|(.+)\|$", page, re.MULTILINE)
        assert row, f"docs/landing.md has no table {table}"
        assert INLINE.findall(row.group(1)) == columns.split(), table


def worked_example(as_of: str) -> World:
    """The files of docs/scoring.md under the shipped definition."""
    page = (PROJECT_DIR / "docs" / "scoring.md").read_text(encoding="utf-8")
    files = re.findall(r"^`(\w+)\.csv`\n\n```csv\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    tables = {}
    for table, text in files:
        rows = list(csv.DictReader(text.splitlines()))
        tables[table] = [
            {
                name: datetime.fromisoformat(value).replace(tzinfo=None)
                if name.endswith("_at")
                else int(value)
                if name == "employee_count"
                else value
                for name, value in row.items()
                if value
            }
            | {"_loaded_at": datetime.fromisoformat("2026-07-01")}
            for row in rows
        ]
    definition = {
        path.stem: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        for path in SHIPPED_DEFINITION.glob("*.csv")
    }
    return World(tables, definition, datetime.fromisoformat(as_of))


def entries_shown() -> list[tuple[str, ...]]:
    """The entries the example shows, as texts: when, kind, rule, source, points."""
    page = (PROJECT_DIR / "docs" / "scoring.md").read_text(encoding="utf-8")
    section = page.partition("\n### Intent: the entries\n")[2].partition("\n### ")[0]
    rows = [[cell.strip("` ") for cell in line.split("|")[1:6]] for line in section.splitlines()]
    return sorted(
        (*cells[:4], str(Decimal(cells[4].replace("\u2212", "-"))))
        for cells in rows
        if len(cells) == 5 and re.match(r"\d\d-\d\d ", cells[0])
    )


def test_the_ledger_worked_out_by_hand_is_the_ledger():
    found = answer(worked_example("2026-04-03"))
    shown = sorted(
        (
            f"{entry.entry_at:%m-%d %H:%M}",
            entry.entry_kind,
            entry.rule_id,
            entry.source_id or "c1",  # a reset comes from no event
            f"{Decimal(entry.points) / 100:.2f}",
        )
        for entry in found.ledger
        if (entry.definition_id, entry.axis) == ("two_axis", "intent")
    )
    assert entries_shown() == shown


@pytest.mark.parametrize(
    ("as_of", "intent", "grades", "cools_at"),
    [
        ("2026-03-11 12:00", 4400, "B2", "2026-03-12 10:00"),
        ("2026-04-01 00:00", 6950, "B2", "2026-06-23 08:00"),
        ("2026-04-03 00:00", 0, "B4", None),
    ],
)
def test_what_the_marts_say_of_the_example_is_so(as_of, intent, grades, cools_at):
    page = (PROJECT_DIR / "docs" / "scoring.md").read_text(encoding="utf-8")
    scores = answer(worked_example(as_of)).scores
    score = scores["two_axis", "L1"]
    assert (score.fit_score, score.intent_score) == (6000, intent)
    assert score.fit_grade + score.intent_grade == grades
    assert score.first_qualified_at == datetime.fromisoformat("2026-03-11 11:00")
    assert score.cools_at == (cools_at and datetime.fromisoformat(cools_at))
    row = f"| {as_of[5:]} | {intent / 100:.2f} | {grades[0]}, {grades[1]} |"
    assert row in page
