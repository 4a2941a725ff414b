"""What comes in as data, a name or an option stays data: no SQL, no template, no other file."""

import re

import duckdb
import pytest

from canaries import run
from handoff.engine import attach, open_file, open_files
from handoff.home import PROJECT_DIR, SHIPPED_DEFINITION, Home
from tiny import home_with_marts

PACKAGE = PROJECT_DIR / "scripts" / "handoff"
HOSTILE = [
    "'; drop table raw.leads; --",
    '"; drop table raw.leads; --',
    "{{ 7*7 }}",
    "{% for x in range(9) %}{{ x }}{% endfor %}",
    "$(touch hacked)",
    "https://example.org/leads.csv",
    "../../etc/passwd",
    "%s%s%n",
    "\x1b[31mred",
]


@pytest.fixture
def home(tmp_path):
    return home_with_marts(tmp_path / "home")


def is_whole(home: Home) -> bool:
    with open_file(home.work_db, read_only=True) as connection:
        return connection.execute("select count(*) from raw.leads").fetchone() == (1,)


def test_the_database_is_opened_in_one_module_only():
    opening = re.compile(r"\bduckdb\.connect\(|\bimport connect\b|\bduckdb\.(sql|query|execute)\(")
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if opening.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"engine.py"}


@pytest.mark.parametrize("way", ["file", "files", "file and one to read"])
def test_a_connection_reaches_no_file_no_network_no_extension(tmp_path, home, way):
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    with duckdb.connect(str(tmp_path / "other.duckdb")):
        pass
    read = tmp_path / "read.csv"
    read.write_text("a\n1\n")
    opened = {
        "file": lambda: open_file(home.work_db),
        "files": lambda: open_files(home.work_db),
        "file and one to read": lambda: open_file(home.work_db, reads=[read]),
    }[way]()
    attempts = [
        f"select * from read_csv('{outside}')",
        f"select * from '{outside}'",
        f"copy (select 1) to '{tmp_path / 'written.csv'}'",
        f"attach '{tmp_path / 'other.duckdb'}' as other",
        "select * from read_csv('https://example.org/x.csv')",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set allowed_paths = ['/etc/passwd']",
        "set autoinstall_known_extensions = true",
    ]
    with opened as connection:
        for attempt in attempts:
            with pytest.raises(duckdb.Error):
                connection.execute(attempt)
        if way == "file and one to read":
            assert connection.execute(f"select a from read_csv('{read}')").fetchall() == [(1,)]
    assert not (tmp_path / "written.csv").exists()


def test_a_path_with_quotes_and_globs_is_a_path(tmp_path):
    path = tmp_path / "it's [a]*?.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1 as one")
    with open_files(path) as connection:
        attach(connection, path, 'na"me')
        assert connection.execute('select one from "na""me".main.t').fetchall() == [(1,)]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "asked",
    [
        ("build", "--as-of"),
        ("refresh", "--as-of"),
        ("refresh", "--target"),
        ("refresh", "--definition"),
        ("refresh", "--landing"),
        ("explain",),
        ("explain", "L1", "--definition-id"),
        ("explain", "L1", "--at"),
        ("alerts", "send", "--dry-run", "--since"),
    ],
    ids=" ".join,
)
def test_no_option_becomes_sql_or_a_template(home, asked, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "landing").mkdir()
    more = ("--landing", str(tmp_path / "landing")) if "refresh" in asked[:1] else ()
    more = () if "--landing" in asked else more
    done = run(*asked, text, *more, "--home", str(home.path))
    assert done.code in (2, 3), done
    assert "49" not in done
    assert "\x1b" not in done
    assert is_whole(home)
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize("name", ["d'; drop table x; --", "{{ 7*7 }}", "a [b]*?"])
def test_a_definition_folder_may_have_any_name(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    for path in SHIPPED_DEFINITION.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    assert run("check", "--definition", str(folder)).code == 0


@pytest.mark.parametrize(
    "name",
    ["leads/*.csv", "leads/[ab].csv", "leads/?.csv", "leads/it's.csv", "leads/{{ 7*7 }}.csv"],
)
def test_a_file_name_is_a_name_whatever_it_is_made_of(tmp_path, name):
    landing, home = tmp_path / "landing", Home.at(tmp_path / "home")
    path = landing / name
    path.parent.mkdir(parents=True)
    path.write_text("lead_id,created_at\nL1,2026-01-01\n")
    # What the name would match if it were a pattern lies outside of the folder, or is of no format.
    (tmp_path / "secret.csv").write_text("lead_id,created_at\nsecret,2026-01-01\n")
    (landing / "leads" / "a.bak").write_text("lead_id,created_at\nsecret,2026-01-01\n")
    assert run("load", "--landing", str(landing), "--home", str(home.path)).code == 0
    with open_file(home.work_db, read_only=True) as connection:
        assert connection.execute("select lead_id from raw.leads").fetchall() == [("L1",)]


def test_a_link_out_of_the_landing_folder_is_not_followed(tmp_path):
    landing, home = tmp_path / "landing", Home.at(tmp_path / "home")
    (landing / "leads").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("lead_id,created_at\nsecret,2026-01-01\n")
    (landing / "leads" / "own.csv").write_text("lead_id,created_at\nL1,2026-01-01\n")
    (landing / "leads" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (landing / "events").symlink_to(tmp_path)
    done = run("load", "--landing", str(landing), "--home", str(home.path))
    assert done.code == 0
    assert "leads out of the landing folder" in done
    with open_file(home.work_db, read_only=True) as connection:
        assert connection.execute("select lead_id from raw.leads").fetchall() == [("L1",)]


def test_the_published_file_is_not_for_the_world(home):
    assert run("publish", "--home", str(home.path)).code == 0
    assert home.published_db.stat().st_mode & 0o007 == 0
