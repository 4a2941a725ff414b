"""A landing folder to fill, a load to run, and its database to ask."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff.home import Home
from handoff.load import LoadResult, land_folder

LEADS = "lead_id,created_at\nL1,2026-01-01\n"


@dataclass
class Yard:
    """One landing folder and one home."""

    folder: Path
    home: Home

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file; `.gz` is packed here unless bytes are given."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        packed = name.endswith(".gz") and isinstance(content, str)
        path.write_bytes(gzip.compress(data) if packed else data)
        return path

    def load(self, *, limit: float = 100) -> LoadResult:
        """Load with any share of bad rows allowed, unless told otherwise."""
        return land_folder(self.folder, self.home, quarantine_limit=limit)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Query the working database."""
        with duckdb.connect(str(self.home.work_db), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def quarantine(self) -> list[tuple[int, str]]:
        """List line and code of what was quarantined."""
        return self.ask("select line, reason_code from raw.quarantine order by path, line")


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    folder = tmp_path / "landing"
    folder.mkdir()
    return Yard(folder, Home.at(tmp_path / "home"))


@pytest.fixture
def yard_with_leads(yard: Yard) -> Yard:
    yard.put("leads.csv", LEADS)
    return yard
