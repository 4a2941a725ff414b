"""`handoff load`: files of the landing folder into the raw schema, typed, counted, none twice."""

from handoff.load.cli import Tolerance, command, tolerance_options
from handoff.load.contract import create_raw_tables
from handoff.load.result import FileResult, LoadResult
from handoff.load.run import land_folder, load_landing

__all__ = [
    "FileResult",
    "LoadResult",
    "Tolerance",
    "command",
    "create_raw_tables",
    "land_folder",
    "load_landing",
    "tolerance_options",
]
