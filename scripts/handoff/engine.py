"""The one way to open DuckDB: no extension is fetched, no file but those named can be reached.

What is opened cannot be opened further: the settings are locked, so that no statement, whatever
text got into it, reads another file, reaches the network or loads code.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

CLOSED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
# Since 2.0 the engine starts eight threads to read ahead from object stores, of which we read none.
# Each takes 8 MiB of addresses, and one that gets no memory to begin with ends the process unheard.
SYNCHRONOUS = {"async_threads": 0} if int(duckdb.__version__.partition(".")[0]) >= 2 else {}
LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")  # what the engine keeps beside a file
STORAGE_VERSION = "v1.4.0"  # read by every DuckDB since 1.4


def open_file(
    path: Path,
    *,
    read_only: bool = False,
    reads: Iterable[Path] = (),
    settings: Mapping[str, Any] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open one database; the connection reaches no other file but those it `reads`."""
    config = {**CLOSED, **SYNCHRONOUS, **(settings or {})}
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    return _closed(connection, reaches=[str(one) for one in reads])


def limits(temporary: Path) -> dict[str, str]:
    """Settings of what handles much: the memory it may take, and where it spills beyond that."""
    memory = os.environ.get("HANDOFF_MEMORY_LIMIT") or "4GB"
    return {"memory_limit": memory, "temp_directory": str(temporary)}


def open_to_look(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database to read a few rows of it, in this thread alone."""
    return open_file(path, read_only=True, settings={"threads": 1})


def open_files(
    *paths: Path, settings: Mapping[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that can attach and read these files and no other.

    It spills nothing, unless `limits` are among its settings: by itself the engine would, into the
    folder somebody happens to be in.
    """
    config = {**CLOSED, **SYNCHRONOUS, "temp_directory": "", **(settings or {})}
    connection = duckdb.connect(":memory:", config=config)
    # What a link leads to has its logs beside itself.
    reached = {place for path in paths for place in (path, path.resolve())}
    return _closed(
        connection, reaches=[_beside(path, log) for path in reached for log in ("", *LOGS)]
    )


def attach(connection: duckdb.DuckDBPyConnection, path: Path, catalog: str) -> None:
    """Attach an existing database for reading."""
    connection.execute(f"attach {quoted_text(str(path))} as {quoted_name(catalog)} (read_only)")


def attach_new(connection: duckdb.DuckDBPyConnection, path: Path, catalog: str) -> None:
    """Attach a database for writing; a new one is written for every DuckDB since 1.4."""
    connection.execute(
        f"attach {quoted_text(str(path))} as {quoted_name(catalog)}"
        f" (storage_version '{STORAGE_VERSION}')"
    )


def quoted_name(identifier: str) -> str:
    """Write any text as a name in SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def quoted_text(value: str) -> str:
    """Write any text as a text in SQL, where no parameter can stand."""
    return "'" + value.replace("'", "''") + "'"


def _beside(path: Path, log: str) -> str:
    """Name a log as the engine does: what follows a question mark is no name to it."""
    name, mark, rest = str(path).partition("?")
    return f"{name}{log}{mark}{rest}"


def _closed(
    connection: duckdb.DuckDBPyConnection, reaches: Iterable[str] = ()
) -> duckdb.DuckDBPyConnection:
    try:
        connection.execute("set global TimeZone = 'UTC'")  # of every cursor, too
        allowed = ", ".join(map(quoted_text, sorted(reaches)))
        connection.execute(f"set allowed_paths = [{allowed}]")
        compression = os.environ.get("HANDOFF_COMPRESSION", "auto")
        connection.execute(f"set force_compression = {quoted_text(compression)}")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection
