"""Where things lie: the project folder, written by people, and the home folder, written by runs."""

import os
from dataclasses import dataclass
from pathlib import Path

NOT_FOR_THE_WORLD = 0o027  # what a run writes is read by its owner and the group
PROJECT_DIR = Path(__file__).resolve().parents[2]
SHIPPED_DEFINITION = PROJECT_DIR / "seeds" / "definition"
SHIPPED_REFERENCE = PROJECT_DIR / "seeds" / "reference"


@dataclass(frozen=True)
class Home:
    """One home folder: the working database, what is published, and the record of runs."""

    path: Path

    @classmethod
    def at(cls, path: str | os.PathLike | None) -> "Home":
        """Open the home folder at `path`; None is $HANDOFF_HOME, else the project's warehouse/."""
        chosen = path or os.environ.get("HANDOFF_HOME") or PROJECT_DIR / "warehouse"
        return cls(Path(chosen).expanduser().resolve())

    @property
    def work_db(self) -> Path:
        """The database of the one writer; never opened by BI. Its stem names the catalog."""
        return self.path / "work.duckdb"

    @property
    def published(self) -> Path:
        """One folder a published version, and the links by which the one served is found."""
        return self.path / "published"

    @property
    def current(self) -> Path:
        """The link to the version that is served; replacing it is what publishes."""
        return self.published / "current"

    @property
    def published_db(self) -> Path:
        """What BI tools open, read-only: a link through `current`, which never changes itself."""
        return self.published / "marts.duckdb"

    @property
    def runs(self) -> Path:
        """One folder a run: its log, its record, what its audit found."""
        return self.path / "runs"

    @property
    def dbt(self) -> Path:
        """Where dbt runs and writes; kept, so that the next run need not parse all again."""
        return self.path / "dbt"

    @property
    def temporary(self) -> Path:
        """Where the engine spills; emptied at every start."""
        return self.path / "tmp"

    def create(self) -> "Home":
        """Make the folders that are missing."""
        for folder in (self.path, self.runs, self.dbt, self.temporary):
            folder.mkdir(parents=True, exist_ok=True)
        self.published.mkdir(mode=0o750, exist_ok=True)
        return self
