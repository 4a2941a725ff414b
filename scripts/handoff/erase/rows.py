"""Takes a person's rows out of the working database, in one transaction, and counts them.

Rows that are the person's are deleted. Rows of others that mention the address keep everything
but the address. A deleted row's bytes are still in the file after that: see `files`.
"""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import duckdb

from handoff import gate
from handoff.engine import quoted_name, quoted_text
from handoff.erase.person import Person
from handoff.hash_key import ANONYMOUS, EMAIL, LEAD, HashKey
from handoff.load.store import transaction
from handoff.load.suppression import Suppression

ERASED = "(erased)"
DEFINED = ("definition", "control")  # nothing of a person is in them
Columns = dict[str, str]


def count(connection: duckdb.DuckDBPyConnection, person: Person) -> dict[str, int]:
    """Count the rows that are the person's, by table; changes nothing."""
    found = {}
    for (schema, table), columns in _tables(connection).items():
        condition = _condition(connection, schema, columns, person)
        if condition is None:
            continue
        where, values = condition
        name = f"{quoted_name(schema)}.{quoted_name(table)}"
        rows = connection.execute(f"select count(*) from {name} where {where}", values).fetchone()
        found[f"{schema}.{table}"] = rows[0]
    found["raw.quarantine"] = len(_quarantined(connection, person, Suppression()))
    return {table: rows for table, rows in found.items() if rows}


def remove(
    connection: duckdb.DuckDBPyConnection, person: Person, key: HashKey, known: Suppression
) -> dict[str, int]:
    """Delete the rows, mask mentions, remember whom to keep out; all of it or nothing."""
    counts: dict[str, int] = {}
    erased: Counter[tuple[int, str]] = Counter()
    with transaction(connection):
        tables = _tables(connection)
        conditions = {
            name: _condition(connection, name[0], columns, person)
            for name, columns in tables.items()
        }
        for (schema, table), condition in conditions.items():
            if condition is None:
                continue
            where, values = condition
            name = f"{quoted_name(schema)}.{quoted_name(table)}"
            if schema == "raw" and "_file_id" in tables[schema, table]:
                by_file = connection.execute(
                    f"select _file_id, count(*) from {name} where {where} group by _file_id", values
                ).fetchall()
                erased.update({(file, "landed"): rows for file, rows in by_file})
            rows = connection.execute(f"delete from {name} where {where}", values).fetchone()[0]
            counts[f"{schema}.{table}"] = rows
        bad = _quarantined(connection, person, known)
        for file_id, line in bad:
            connection.execute(
                "delete from raw.quarantine where file_id = ? and line = ?", [file_id, line]
            )
            erased[file_id, "quarantined"] += 1
        counts["raw.quarantine"] = len(bad)
        _close_counts(connection, erased)
        counts["mentions"] = _mask(connection, tables, person)
        _remember(connection, person, key)
        _recount_gate(connection)
    return {table: rows for table, rows in counts.items() if rows}


def finish(connection: duckdb.DuckDBPyConnection) -> None:
    """Note that every file has been rewritten since."""
    connection.execute("update raw.suppressed set is_finished = true where not is_finished")


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Columns]:
    tables: dict[tuple[str, str], Columns] = {}
    for schema, table, column, type_ in connection.execute(
        "select tables.schema_name, tables.table_name, columns.column_name, columns.data_type"
        " from duckdb_tables() as tables join duckdb_columns() as columns using (table_oid)"
        " where tables.database_name = current_database()"
        " and columns.database_name = current_database() order by all"
    ).fetchall():
        if schema not in DEFINED and table not in {"quarantine", "load_files", "suppressed"}:
            tables.setdefault((schema, table), {})[column] = type_
    return tables


def _condition(
    connection: duckdb.DuckDBPyConnection, schema: str, columns: Columns, person: Person
) -> tuple[str, list] | None:
    """Say which rows of a table are the person's; None: none can be."""
    parts: list[tuple[str, list]] = []
    has_lead = columns.get(LEAD) == "VARCHAR"
    if has_lead:
        parts.append((f"{LEAD} in (select unnest(?::varchar[]))", person.leads))
    elif "lead_key" in columns and schema != "raw":
        parts.append(("lead_key in (select unnest(?::bigint[]))", _keys(connection, person)))
    if columns.get(ANONYMOUS) == "VARCHAR":
        alone = f" and {LEAD} is null" if has_lead else ""
        parts.append((f"({ANONYMOUS} in (select unnest(?::varchar[])){alone})", person.anonymous))
    if columns.get(EMAIL) == "VARCHAR":
        parts.append((f"lower(trim({EMAIL})) in (select unnest(?::varchar[]))", person.emails))
    if not parts:
        return None
    return " or ".join(part for part, _ in parts), [values for _, values in parts]


def _keys(connection: duckdb.DuckDBPyConnection, person: Person) -> list[int]:
    """Return the short keys the last build gave the leads."""
    try:
        found = connection.execute(
            "select lead_key from intermediate.int_leads"
            " where lead_id in (select unnest(?::varchar[]))",
            [person.leads],
        ).fetchall()
    except duckdb.CatalogException:
        return []
    return [key for (key,) in found]


def _quarantined(
    connection: duckdb.DuckDBPyConnection, person: Person, known: Suppression
) -> list[tuple[int, int]]:
    """Find the rows that could not be taken and speak of the person: rather one too many."""
    words = [*person.leads, *person.emails, *person.names, *person.anonymous]
    said = [re.escape(word) for word in words]
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(said)})(?![\w-])", re.IGNORECASE)
    rows = connection.execute("select file_id, line, raw_text from raw.quarantine").fetchall()
    return [
        (file_id, line)
        for file_id, line, text in rows
        if (said and pattern.search(text.replace("\\u0040", "@"))) or known.names_someone(text)
    ]


def _close_counts(connection: duckdb.DuckDBPyConnection, erased: Counter[tuple[int, str]]) -> None:
    """Keep lines read = landed + quarantined + blank + suppressed true of every file."""
    for (file_id, column), rows in erased.items():
        connection.execute(
            f"update raw.load_files set {column} = {column} - ?,"
            " suppressed = coalesce(suppressed, 0) + ? where file_id = ? and status = 'landed'",
            [rows, rows, file_id],
        )


def _mask(
    connection: duckdb.DuckDBPyConnection,
    tables: dict[tuple[str, str], Columns],
    person: Person,
) -> int:
    """Take the address out of the texts of other rows."""
    if not person.emails:
        return 0
    pattern = quoted_text(_address_pattern(person.emails))
    put = quoted_text(rf"\1{ERASED}\3")
    masked = 0
    for (schema, table), columns in tables.items():
        name = f"{quoted_name(schema)}.{quoted_name(table)}"
        for column in (column for column, type_ in columns.items() if type_ == "VARCHAR"):
            text = quoted_name(column)
            masked += connection.execute(
                f"update {name} set {text} = regexp_replace({text}, {pattern}, {put}, 'gi')"
                f" where regexp_matches({text}, {pattern}, 'i')"
            ).fetchone()[0]
    return masked


def _address_pattern(emails: list[str]) -> str:
    """Match the addresses as they stand in text or in a link, and no longer address in part."""
    either = "|".join(re.escape(email).replace("@", "(?:@|%40)") for email in emails)
    return rf"(^|[^\w.+-])({either})($|[^\w.-]|\.$|\.[^\w])"


def _remember(connection: duckdb.DuckDBPyConnection, person: Person, key: HashKey) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    for kind, value in person.hashes(key):
        connection.execute("delete from raw.suppressed where kind = ? and hash = ?", [kind, value])
        connection.execute(
            "insert into raw.suppressed values (?, ?, ?, ?, false)", [kind, value, key.name, now]
        )


def _recount_gate(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the gate know how many rows the marts have now: they are still the audited ones."""
    found = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'control'"
        " and table_name = 'gate' and database_name = current_database()"
    ).fetchall()
    for (state,) in (
        connection.execute("select state from control.gate").fetchall() if found else ()
    ):
        read = gate.from_text(state)
        rows = {
            mart: connection.execute(f"select count(*) from marts.{quoted_name(mart)}").fetchone()[
                0
            ]
            for mart in read.rows
        }
        text = json.dumps(vars(replace(read, rows=rows)))
        connection.execute("update control.gate set state = ?", [text])
