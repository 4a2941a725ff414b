"""Who was erased and must not come back: known by keyed hashes, looked for in what is loaded.

A row is suppressed before it reaches the database, because what was once written to a database
file stays in it when it is deleted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from handoff.engine import quoted_name
from handoff.errors import UsageError
from handoff.hash_key import ANONYMOUS, EMAIL, LEAD, VARIABLE, HashKey, known_key
from handoff.home import Home

KINDS = (LEAD, EMAIL, ANONYMOUS)
ADDRESS = re.compile(r"[^\s@'\"<>(),;|:=&?/\\]+@[^\s@'\"<>(),;|:=&?/\\]+")
SEPARATORS = re.compile(r"[,;|\t\r\n\"'{}\[\]():=&?/]+")
WORD = re.compile(r"[\w.+-]+")
_AT_ONCE = 100_000


@dataclass(frozen=True)
class Suppression:
    """The hashes of everyone erased, and the key that makes them comparable."""

    key: HashKey | None = None
    hashes: dict[str, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anybody was erased at all."""
        return any(self.hashes.values())

    def knows(self, kind: str, value: object) -> bool:
        """Say whether a value is one of somebody erased."""
        known = self.hashes.get(kind)
        return bool(known) and value is not None and self.key.of(kind, str(value)) in known

    def names_someone(self, text: str) -> bool:
        """Say whether a text, of whatever form, holds an id or address of somebody erased."""
        if not self:
            return False
        plain = text.replace("\\u0040", "@")
        return any(self.knows(EMAIL, one) for one in _addresses(plain)) or any(
            self.knows(kind, word) for word in _words(plain) for kind in (LEAD, ANONYMOUS)
        )

    def lines(self, connection: duckdb.DuckDBPyConnection, columns: list[str]) -> list[int]:
        """Find the lines of the rows known as `incoming` that are of somebody erased.

        An anonymous id says who it is only where no lead does.
        """
        conditions = []
        for kind in KINDS:
            if kind not in columns or not self.hashes.get(kind):
                continue
            text = f"incoming.{quoted_name(kind)}::varchar"
            connection.execute(f"select distinct {text} from incoming where {text} is not null")
            hits = []
            while values := connection.fetchmany(_AT_ONCE):
                hits += [value for (value,) in values if self.knows(kind, value)]
            if not hits:
                continue
            alone = f" and nullif(trim(incoming.{LEAD}::varchar), '') is null"
            only = alone if kind == ANONYMOUS and LEAD in columns else ""
            conditions.append((f"{text} in (select unnest(?::varchar[])){only}", hits))
        if not conditions:
            return []
        where = " or ".join(condition for condition, _ in conditions)
        found = connection.execute(
            f"select _line from incoming where {where}", [hits for _, hits in conditions]
        ).fetchall()
        return [line for (line,) in found]


def read_suppression(connection: duckdb.DuckDBPyConnection, home: Home) -> Suppression:
    """Read who was erased; refused if the key to recognise them is not the one it was."""
    rows = connection.execute("select kind, hash, key_name from raw.suppressed").fetchall()
    if not rows:
        return Suppression()
    key = known_key(home)
    if key is None or any(name != key.name for _, _, name in rows):
        message = (
            f"People were erased here under another key than the one given now (${VARIABLE}, or"
            " hash.key in the home folder), so they could not be kept out. Nothing was loaded;"
            " give the key they were erased under."
        )
        raise UsageError(message)
    hashes: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, value, _ in rows:
        hashes[kind].add(value)
    return Suppression(key, hashes)


def _addresses(text: str) -> Iterator[str]:
    for match in ADDRESS.finditer(text):
        yield match.group()
        yield match.group().rstrip(".")


def _words(text: str) -> Iterator[str]:
    for part in SEPARATORS.split(text):
        if part.strip():
            yield part
    for match in WORD.finditer(text):
        yield match.group()
