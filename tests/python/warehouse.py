"""A warehouse of its own for a test: files in, built tables out, by the commands people run.

It loads and builds, data tests included. It does not audit or publish: those speak of a company's
figures, and random worlds have none worth publishing.
"""

import csv
import io
import os
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import duckdb

from handoff.cli import main
from handoff.load.contract import TABLES
from reference import World
from worlds import write_definition, write_landing
from worlds.agreements import Rows
from worlds.packs import Batch


@dataclass
class Warehouse:
    """One home folder, one growing landing folder, one agreement; None is the shipped one."""

    folder: Path
    definition: dict[str, Rows] | None
    files: dict[str, list[dict]] = field(default_factory=dict)
    batches: int = 0
    parsed: Path | None = None

    def __post_init__(self) -> None:
        """Write the definition folder; take over what dbt has parsed for another warehouse."""
        if self.definition is not None:
            write_definition(self.definition, self.folder / "definition")
        if self.parsed:
            self.parsed.mkdir(parents=True, exist_ok=True)
            self.home.mkdir(parents=True)
            (self.home / "dbt").symlink_to(self.parsed)

    @property
    def home(self) -> Path:
        """Where the working database lies."""
        return self.folder / "home"

    def add(self, batch: Batch) -> None:
        """Put the files of a batch into the landing folder and load them."""
        self.batches += 1
        self.files |= write_landing(batch, self.folder / "landing", self.batches)
        self.load()

    def load(self) -> None:
        """Load what is new; in random worlds no arrival is unusual."""
        accepted = [word for table in TABLES for word in ("--accept", table)]
        self._run("load", "--landing", str(self.folder / "landing"), *accepted)

    def build(self, as_of: datetime, *, full_refresh: bool = False) -> None:
        """Build every model once; a claim about the models that fails is a failure here too."""
        asked = ["--as-of", as_of.isoformat()]
        if self.definition is not None:
            asked += ["--definition", str(self.folder / "definition")]
        asked += ["--full-refresh"] if full_refresh else []
        # Unit tests bring their own rows: they would say the same about every world.
        with patch.dict(os.environ, DBT_EXCLUDE_RESOURCE_TYPES="unit_test"):
            self._run("build", *asked)

    def _run(self, command: str, *arguments: str) -> None:
        said = io.StringIO()
        with redirect_stderr(said):
            code = main([command, *arguments, "--home", str(self.home)])
        assert code == 0, f"handoff {command} ended with {code}:\n{said.getvalue()}"

    def rows(self, table: str) -> list[dict]:
        """The rows of a table, found by its name in whichever schema it was built."""
        with duckdb.connect(str(self.home / "work.duckdb"), read_only=True) as connection:
            connection.execute("set TimeZone='UTC'")
            schemas = connection.execute(
                "select table_schema from information_schema.tables where table_name = ?"
                " and table_schema in ('marts', 'intermediate', 'raw', 'control')",
                [table],
            ).fetchall()
            if not schemas:
                return []
            found = connection.execute(f'select * from "{schemas[0][0]}"."{table}"')
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def world(self, as_of: datetime) -> World:
        """What has been loaded so far, as it was written and not as it was landed.

        Only the moment and number of the load are taken from the warehouse; a file seen before
        brings nothing.
        """
        tables: dict[str, list[dict]] = {}
        for file in self.rows("load_files"):
            rows = self.files[file["path"]]
            assert (file["status"], file["landed"]) == ("landed", len(rows)), file["note"]
            loaded = {"_loaded_at": file["loaded_at"], "_batch": file["batch"]}
            tables.setdefault(file["table_name"], []).extend({**row, **loaded} for row in rows)
        return World(tables, self.definition, as_of)


def inputs_of(world: World, lead_id: str) -> str:
    """All rows of the little world a lead belongs to, to work a difference out by hand."""
    prefix = lead_id.split("-", maxsplit=1)[0] + "-"
    told = io.StringIO()
    for table, rows in world.tables.items():
        mine = [row for row in rows if any(str(value).startswith(prefix) for value in row.values())]
        columns = sorted({column for row in mine for column in row}, key=str)
        print(f"\n-- {table}", file=told)
        writer = csv.DictWriter(told, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(mine, key=str))
    for seed, rows in world.definition.items():
        print(f"\n-- definition: {seed}", file=told)
        for row in rows:
            print(
                {key: value for key, value in row.items() if value and key != "reason"}, file=told
            )
    return told.getvalue()
