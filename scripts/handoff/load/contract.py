"""The seven raw tables: which columns a file may bring, what type each has, which must be there."""

from dataclasses import dataclass
from enum import Enum

import duckdb


class Kind(Enum):
    """What a column holds; the value is its type in the raw schema."""

    TEXT = "VARCHAR"
    TIME = "TIMESTAMP"
    DATE = "DATE"
    COUNT = "BIGINT"
    MONEY = "DECIMAL(18,4)"
    VALUE = "DECIMAL(28,8)"
    FLAG = "BOOLEAN"
    JSON = "VARCHAR "  # a JSON object's text; the space only keeps it apart from TEXT

    @property
    def sql(self) -> str:
        """Name the type as the engine writes it."""
        return self.value.strip()


@dataclass(frozen=True)
class Column:
    """One column of the contract."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    never_negative: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the contract."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in the contract's order."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        """Names of the columns no file may lack."""
        return [column.name for column in self.columns if column.required]

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)


# Kinds by column name: a name means the same in every table, so it is said once.
_KINDS = {
    **dict.fromkeys(
        ("created_at", "updated_at", "occurred_at", "changed_at", "closed_at", "touched_at"),
        Kind.TIME,
    ),
    "spend_date": Kind.DATE,
    **dict.fromkeys(("employee_count", "impressions", "clicks"), Kind.COUNT),
    **dict.fromkeys(("annual_revenue", "amount", "spend"), Kind.MONEY),
    "value": Kind.VALUE,
    **dict.fromkeys(("is_deleted", "is_won", "is_target_account"), Kind.FLAG),
    **dict.fromkeys(("attributes", "properties"), Kind.JSON),
}
_NEVER_NEGATIVE = {"employee_count", "impressions", "clicks", "amount", "spend"}

# As contract.md writes them: `*` = required.
_CONTRACT = {
    "leads": "lead_id* created_at* updated_at email full_name job_title company_name "
    "company_domain industry employee_count annual_revenue country region lead_source "
    "utm_source utm_medium utm_campaign utm_content utm_term owner_id is_deleted attributes",
    "events": "event_id* occurred_at* event_type* lead_id anonymous_id page_url referrer_url "
    "utm_source utm_medium utm_campaign utm_content utm_term value user_agent properties",
    "stage_changes": "change_id* lead_id* changed_at* status* reason owner_id",
    "opportunities": "opportunity_id* lead_id* created_at* amount currency closed_at is_won",
    "sales_touches": "touch_id* lead_id* touched_at* touch_type owner_id",
    "ad_spend": "spend_date* platform* campaign ad_variant audience spend* impressions clicks "
    "currency",
    "accounts": "company_domain* updated_at is_target_account account_tier industry "
    "employee_count annual_revenue country",
}


def _column(word: str) -> Column:
    name = word.rstrip("*")
    return Column(name, _KINDS.get(name, Kind.TEXT), word.endswith("*"), name in _NEVER_NEGATIVE)


TABLES: dict[str, Table] = {
    name: Table(name, tuple(_column(word) for word in words.split()))
    for name, words in _CONTRACT.items()
}

_LOAD_FILES = """
    create table if not exists raw.load_files (
        file_id INTEGER, table_name VARCHAR, path VARCHAR, sha256 VARCHAR, bytes BIGINT,
        format VARCHAR, status VARCHAR, lines_read BIGINT, landed BIGINT, quarantined BIGINT,
        blank BIGINT, note VARCHAR, batch BIGINT, loaded_at TIMESTAMP,
        suppressed BIGINT default 0)
"""
_QUARANTINE = """
    create table if not exists raw.quarantine (
        file_id INTEGER, table_name VARCHAR, path VARCHAR, line BIGINT, raw_text VARCHAR,
        reason_code VARCHAR, reason VARCHAR, batch BIGINT, loaded_at TIMESTAMP)
"""
# Who was erased, by keyed hashes; `is_finished` says that every file has been rewritten since.
_SUPPRESSED = """
    create table if not exists raw.suppressed (
        kind VARCHAR, hash VARCHAR, key_name VARCHAR, erased_at TIMESTAMP, is_finished BOOLEAN)
"""


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schema `raw` and its tables where they are missing; what is there stays."""
    wanted = {*TABLES, "load_files", "quarantine", "suppressed"}
    found = connection.execute(
        "select table_name from information_schema.tables"
        " where table_schema = 'raw' and table_catalog = current_database()"
    ).fetchall()
    if wanted <= {name for (name,) in found}:
        return
    connection.execute("create schema if not exists raw")
    for table in TABLES.values():
        columns = ", ".join(f'"{column.name}" {column.kind.sql}' for column in table.columns)
        connection.execute(
            f"create table if not exists raw.{table.name} ({columns},"
            " _file_id INTEGER, _line BIGINT, _batch BIGINT, _loaded_at TIMESTAMP)"
        )
    connection.execute(_LOAD_FILES)
    connection.execute(_QUARANTINE)
    connection.execute(_SUPPRESSED)
    # A home folder from before anybody could be erased.
    connection.execute(
        "alter table raw.load_files add column if not exists suppressed BIGINT default 0"
    )
