"""How far the marts in the working database have come: building, built, audited, published.

One row in `control.gate`, in the same file as the marts it speaks of, so that neither can be copied
or restored without the other. `publish` goes by it: what was not audited is not published.
"""

import json
from dataclasses import asdict, dataclass, field

from handoff.engine import open_file, open_to_look
from handoff.home import Home

BUILDING, FAILED, BUILT, AUDITED = "building", "failed", "built", "audited"


@dataclass(frozen=True)
class Gate:
    """The state of the marts, of which run they are, what it was asked and what it was made of."""

    state: str
    run_id: str
    as_of: str
    definition: str
    built_at: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    warnings: int = 0
    audit_warnings: int = 0
    code: str | None = None
    standing: str | None = None
    input: str | None = None
    next_due_at: str | None = None


def read(home: Home) -> Gate | None:
    """Read the state; None if nothing was ever built here."""
    if not home.work_db.exists():
        return None
    with open_to_look(home.work_db) as connection:
        found = connection.execute(
            "select table_name from duckdb_tables()"
            " where schema_name = 'control' and table_name = 'gate'"
        ).fetchall()
        rows = connection.execute("select state from control.gate").fetchall() if found else []
    return from_text(rows[0][0]) if rows else None


def from_text(text: str) -> Gate:
    """Read a state as it is written in the table."""
    return Gate(**json.loads(text))


def write(home: Home, gate: Gate) -> None:
    """Put `gate` in the place of the state before, in one transaction."""
    with open_file(home.work_db) as connection:
        connection.execute("create schema if not exists control")
        connection.execute("create table if not exists control.gate (state varchar)")
        connection.execute("begin")
        connection.execute("delete from control.gate")
        connection.execute("insert into control.gate values (?)", [json.dumps(asdict(gate))])
        connection.execute("commit")
