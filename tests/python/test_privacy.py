"""Names, addresses and typed words stay in the raw schema: every byte of a home is searched."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import canaries
from handoff.engine import open_file
from handoff.home import Home


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A home after a good refresh, a failing one, and all that reads it; and what was printed."""
    folder = tmp_path_factory.mktemp("privacy")
    landing, home = canaries.land(folder / "landing"), Home.at(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDOFF_COMPRESSION", "uncompressed")
        where = ("--home", str(home.path))
        asked = ("refresh", "--landing", str(landing), "--as-of", canaries.AS_OF, *where)
        good = canaries.run(*asked, "--quarantine-limit", "50")
        assert good.code == 0, good
        said = [good]
        canaries.add(landing / "stage_changes.csv", change_id="x", reason="zqbroken of zqmail")
        failed = canaries.run(*asked, "--quarantine-limit", "0")
        assert failed.code == 3, failed
        said.append(failed)
        said.append(canaries.run("explain", canaries.PERSON, *where))
        said.append(canaries.run("explain", canaries.PERSON, "--json", *where))
        said.append(canaries.run("status", *where))
        said.append(canaries.run("alerts", "send", "--dry-run", "--since", "90d", *where))
        said.append(canaries.run("erase", canaries.WORDS["leads.email"], "--dry-run", *where))
        assert [one.code for one in said[2:]] == [0] * 5, said[2:]
    return home, said


def test_no_file_but_the_working_database_holds_them(refreshed):
    home, _ = refreshed
    found = canaries.files_holding(home.path, *canaries.MARKS)
    assert set(found) == {"work.duckdb"}, found
    assert found["work.duckdb"] == list(canaries.MARKS), "the search would not find what is there"


def test_nothing_printed_holds_them(refreshed):
    _, said = refreshed
    assert not [mark for mark in canaries.MARKS for text in said if mark in text.lower()]


def test_in_the_working_database_only_the_raw_schema_stores_them(refreshed):
    home, _ = refreshed
    with open_file(home.work_db, read_only=True) as connection:
        columns = connection.execute(
            "select columns.schema_name, columns.table_name, columns.column_name"
            " from duckdb_columns() as columns join duckdb_tables() as tables using (table_oid)"
            " where columns.database_name = 'work' and tables.database_name = 'work'"
            " and columns.data_type = 'VARCHAR'"
        ).fetchall()
        holding = {}
        for schema, table, column in columns:
            rows = connection.execute(
                f'select count(*) from "{schema}"."{table}"'
                f" where regexp_matches(lower(\"{column}\"), '{'|'.join(canaries.MARKS)}')"
                f" and \"{column}\" <> '{canaries.PERSON}'"
            ).fetchone()[0]
            if rows:
                holding.setdefault(schema, set()).add(f"{table}.{column}")
    assert set(holding) == {"raw"}, holding
    assert {*canaries.WORDS, "quarantine.raw_text"} <= holding["raw"]


@pytest.fixture(scope="module")
def manifest(refreshed):
    """What dbt knows of the project the home was refreshed with."""
    home, _ = refreshed
    folder, target = str(home.dbt / "project"), home.dbt / "target"
    where = ["--project-dir", folder, "--profiles-dir", folder, "--target-path", str(target)]
    command = [str(Path(sys.executable).parent / "dbt"), "parse", *where]
    command += ["--log-path", str(home.path / "logs")]
    environment = {**os.environ, "HANDOFF_HOME": str(home.path)}
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


def _tagged(node):
    return {
        name
        for name, column in node["columns"].items()
        if column["config"]["meta"].get("contains") == "direct_identifier"
    }


def test_every_tagged_column_is_searched_for(manifest):
    """A column tagged tomorrow must have a word of its own here, or this fails."""
    sources = manifest["sources"].values()
    tagged = {f"{one['name']}.{column}" for one in sources for column in _tagged(one)}
    assert tagged == set(canaries.WORDS)


def test_no_table_has_a_column_tagged_as_identifier(refreshed, manifest):
    """What has such columns is a view: it stores nothing, and no mart is one."""
    home, _ = refreshed
    models = [one for one in manifest["nodes"].values() if one["resource_type"] == "model"]
    holders = {one["name"]: one for one in models if _tagged(one)}
    assert {"stg_leads", "stg_stage_changes", "int_lead_versions"} <= set(holders)
    assert {one["config"]["materialized"] for one in holders.values()} == {"view"}
    names = {"email", "full_name", "attributes", "phone"}
    with open_file(home.work_db, read_only=True) as connection:
        columns = connection.execute(
            "select distinct schema_name, table_name, column_name from duckdb_columns()"
            " join duckdb_tables() using (database_name, schema_name, table_name)"
            " where database_name = 'work' and schema_name not in ('raw', 'definition')"
        ).fetchall()
    assert not [one for one in columns if one[2] in names]


def test_what_is_written_is_not_for_the_world(refreshed):
    home, _ = refreshed
    world = [
        path.relative_to(home.path).as_posix()
        for path in (home.work_db, *home.published_db.parent.rglob("*"), *home.runs.rglob("*"))
        if not path.is_symlink() and path.is_file() and path.stat().st_mode & 0o007
    ]
    assert not world
