"""Who is to be erased: the ids and addresses of one person, found in what was landed."""

from dataclasses import dataclass, field

import duckdb

from handoff.engine import quoted_name
from handoff.hash_key import ANONYMOUS, EMAIL, LEAD, HashKey
from handoff.load.contract import TABLES


@dataclass(frozen=True)
class Person:
    """What names one person in the working database; never printed."""

    leads: list[str] = field(default_factory=list, repr=False)
    emails: list[str] = field(default_factory=list, repr=False)
    names: list[str] = field(default_factory=list, repr=False)
    anonymous: list[str] = field(default_factory=list, repr=False)
    others_with_address: list[str] = field(default_factory=list)
    """Ids of leads that stay though they have the same address."""

    def __bool__(self) -> bool:
        """Whether anybody was found."""
        return bool(self.leads)

    def hashes(self, key: HashKey) -> list[tuple[str, str]]:
        """Return kind and hash of everything the person is kept out by."""
        kinds = ((LEAD, self.leads), (EMAIL, self.emails), (ANONYMOUS, self.anonymous))
        return sorted({(kind, key.of(kind, value)) for kind, values in kinds for value in values})


def find(connection: duckdb.DuckDBPyConnection, who: str) -> Person:
    """Find the person: by address every lead that ever had it, by id that lead alone."""
    found = _column(
        connection,
        "select distinct lead_id from raw.leads"
        " where lower(trim(email)) = lower(trim(?)) and lead_id is not null",
        who,
    )
    leads = sorted({*found, *_lead_by_id(connection, who)})
    if not leads:
        return Person()
    mine = "lead_id in (select unnest(?::varchar[]))"
    address = "lower(trim(email))"
    have = f"select {address} from raw.leads where trim(email) <> '' and"
    others = _column(
        connection,
        f"select distinct lead_id from raw.leads where not ({mine})"
        f" and {address} in ({have} {mine}) order by lead_id",
        leads,
        leads,
    )
    emails = _column(
        connection,
        f"select distinct {address} from raw.leads where {mine} and trim(email) <> ''"
        f" and {address} not in ({have} not ({mine}))",
        leads,
        leads,
    )
    names = _column(
        connection,
        f"select distinct trim(full_name) from raw.leads where {mine} and trim(full_name) <> ''",
        leads,
    )
    # An anonymous id that somebody else was recognised by too says nothing of whose it was.
    anonymous = _column(
        connection,
        "select anonymous_id from raw.events where anonymous_id is not null and lead_id is not null"
        f" group by anonymous_id having bool_and({mine})",
        leads,
    )
    return Person(leads, emails, names, anonymous, others)


def _lead_by_id(connection: duckdb.DuckDBPyConnection, who: str) -> list[str]:
    """Find a lead by its id, in whichever table it is spoken of."""
    tables = [table.name for table in TABLES.values() if LEAD in table.names]
    found: set[str] = set()
    for table in tables:
        found |= set(
            _column(
                connection,
                f"select distinct lead_id from raw.{quoted_name(table)} where lead_id = ?",
                who,
            )
        )
    return sorted(found)


def _column(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[str]:
    return [value for (value,) in connection.execute(query, list(values)).fetchall()]
