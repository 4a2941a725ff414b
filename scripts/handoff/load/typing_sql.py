"""Which text is which value, said once for every format, as one SQL expression a column.

Casts of the engine take more than the contract does (`1e3`, `24:00:00`, `epoch`), so the form of
each text is held against a pattern first; a value that fits neither makes the row one for the
quarantine. The first thing found wrong, in the order of the columns, is the reason given.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from handoff.load.contract import TABLES, Column, Kind, Table
from handoff.load.limits import Limits

LINE_BITS = 40  # a file has fewer lines

_HOUR = r"([01]\d|2[0-3])"
_ZONE = rf"(Z|z|[+-]{_HOUR}(:?[0-5]\d)?)"
_ISO_TIME = rf" *\d{{4}}-\d\d-\d\d([T ]{_HOUR}:[0-5]\d(:[0-5]\d([.]\d{{1,9}})?)?{_ZONE}?)? *"
_NUMBER = r" *[+-]?\d+([.]\d+)? *"
_WHOLE = r" *[+-]?\d+([.]0+)? *"
_SPACE = "' \t\r\n'"

# JSON readers of engines take NaN and trailing commas, which JSON does not know.
_JSON_STRINGS = r'"(\\.|[^"\\])*"'
_JSON_ODD = r"(?i)nan|inf|,\s*[}\]]"
_FLAGS = {"true": "('true', 't', 'yes', 'y', '1')", "false": "('false', 'f', 'no', 'n', '0')"}

_WRONG = {
    Kind.TIME: ("bad_time", "is not an ISO 8601 time (such as 2026-01-31T09:30:00Z)"),
    Kind.DATE: ("bad_time", "is not an ISO 8601 date (such as 2026-01-31)"),
    Kind.COUNT: ("bad_number", "is not a whole number in range (plain digits, such as 250)"),
    Kind.MONEY: ("bad_number", "is not a plain decimal number in range (such as 1234.50)"),
    Kind.VALUE: ("bad_number", "is not a plain decimal number in range (such as 1234.50)"),
    Kind.FLAG: ("bad_boolean", "is not true or false (true/false, t/f, yes/no, y/n, 1/0)"),
    Kind.JSON: ("bad_json", "is not a plain JSON object with each key once"),
}


@dataclass(frozen=True)
class Typing:
    """SQL about rows of one shape, known as `incoming`: which to refuse, and how the others land.

    Rows whose lines stand in `left_out` are passed over by both. What is refused is found first:
    the checks are then made once, of few columns, and a row that lands is only converted.
    """

    refused: str
    """Number the rows that cannot be taken: `_line`, the index of the reason, the row as given."""
    insert: str
    """Land the rows. None of them may be one that is refused. Parameters: file_id, batch.

    What stands in `_line` above its LINE_BITS is added to the file_id: rows of files in a row.
    """
    reasons: list[tuple[str, str]]
    """Code and reason, by index."""

    def but(self, sql: str, *, left_out: bool) -> str:
        """Make one of the statements pass over the rows left out, where there are any."""
        return sql.replace("from incoming", _BUT) if left_out else sql


_BUT = "from (select * from incoming anti join left_out using (_line)) as incoming"


def typing(table_name: str, schema: pa.Schema, limits: Limits, loaded_at: datetime) -> Typing:
    """Write the SQL for rows of `schema`; `loaded_at` is in UTC."""
    table = TABLES[table_name]
    present = {field.name: field.type for field in schema if field.name != "_line"}
    values = ", ".join(
        f'{_value(column, present.get(column.name))} as "{column.name}"' for column in table.columns
    )
    given = "".join(f', "{name}" as "given {name}"' for name in present)
    checks = _checks(table, present, limits, loaded_at)
    cases = " ".join(f"when {check} then {at}" for at, (check, _, _) in enumerate(checks))
    # Never true. Without it the engine moves the filter on _reason below the projection and works
    # every value out twice.
    cases += " when random() > 2 then -1"
    valued = f"(select _line, {values}{given} from incoming)"
    judged = f"(select *, case {cases} end as _reason from {valued})"
    row = "".join(f', "given {name}" as "{name}"' for name in present)
    landed = ", ".join(_landed(column, present.get(column.name)) for column in table.columns)
    file_id = f"($file_id + (_line >> {LINE_BITS}))::integer"
    line = f"_line & {(1 << LINE_BITS) - 1}"
    return Typing(
        refused=f"select _line, _reason{row} from {judged} where _reason is not null"
        " order by _line",
        insert=f"insert into raw.{table.name} select {landed}, {file_id}, {line}, $batch, "
        f"timestamp '{loaded_at}' from incoming",
        reasons=[(code, reason) for _, code, reason in checks],
    )


def _checks(
    table: Table, present: dict[str, pa.DataType], limits: Limits, loaded_at: datetime
) -> list[tuple[str, str, str]]:
    """List what makes a row unacceptable: condition, code, reason."""
    checks: list[tuple[str, str, str]] = []
    for column in table.columns:
        if column.name in present:
            checks += _column_checks(column, present[column.name])
    if table.name == "events":
        latest = loaded_at + timedelta(minutes=limits.future_minutes)
        ahead = f"occurred_at is more than {limits.future_minutes} minutes after the load began"
        early = f"occurred_at is before {limits.ancient}"
        checks.append((f"occurred_at > timestamp '{latest}'", "future", ahead))
        checks.append((f"occurred_at < timestamp '{limits.ancient}'", "ancient", early))
        missing = " and ".join(
            f"({_blank(name, present[name])})"
            for name in ("lead_id", "anonymous_id")
            if name in present
        )
        checks.append((missing or "true", "missing_id", "has neither lead_id nor anonymous_id"))
    if table.name == "opportunities":
        contradiction = "is_won is not null and closed_at is null"
        reason = "is_won is given without closed_at; an open opportunity has neither"
        checks.append((contradiction, "impossible_value", reason))
    return checks


def _column_checks(column: Column, found: pa.DataType) -> list[tuple[str, str, str]]:
    name, blank = f'"{column.name}"', _blank(column.name, found)
    checks = []
    if column.required:
        reason = f"{column.name} is blank; it is required"
        # what was given as text says it all: its value need not be worked out
        lacking = "" if column.kind is Kind.TEXT else f"{name} is null and "
        checks.append((f"{lacking}({blank})", f"missing_{column.name}", reason))
    if column.kind is not Kind.TEXT:
        code, reason = _WRONG[column.kind]
        wrong = f"{name} is null and not ({blank})"
        if column.kind is Kind.JSON and _is_text(found):
            given = _given(column.name, found)
            looked_at = f"{_json(given)} is null and not ({blank})"
            wrong = f"case when {_is_small(given)} then false else {looked_at} end"
        checks.append((wrong, code, f"{column.name} {reason}"))
    if column.kind in {Kind.TIME, Kind.DATE} and column.name != "occurred_at":
        outside = f"{name} < timestamp '1970-01-01' or {name} >= timestamp '2201-01-01'"
        reason = f"{column.name} lies outside the years 1970 to 2200"
        checks.append((outside, "impossible_value", reason))
    if column.never_negative:
        reason = f"{column.name} is negative; expected zero or more"
        checks.append((f"{name} < 0", "impossible_value", reason))
    return checks


def _given(name: str, found: pa.DataType) -> str:
    """Name the value as it stands in the file."""
    return f'"given {name}"' + ("::varchar" if pa.types.is_dictionary(found) else "")


def _blank(name: str, found: pa.DataType) -> str:
    given = _given(name, found)
    if not _is_text(found):
        return f"{given} is null"
    # Whatever is blank begins with a character before '!': most texts are passed at a glance. With
    # `and` the engine would trim them all.
    return f"case when {given} < '!' then trim({given}, {_SPACE}) = '' else {given} is null end"


def _is_text(found: pa.DataType) -> bool:
    value = found.value_type if pa.types.is_dictionary(found) else found
    return (
        pa.types.is_string(value)
        or pa.types.is_large_string(value)
        or pa.types.is_string_view(value)
    )


def _value(column: Column, found: pa.DataType | None) -> str:
    """Write the expression that gives the column's value, null where there is none."""
    if found is None or pa.types.is_null(found):
        return f"null::{column.kind.sql}"
    source = f'incoming."{column.name}"'
    if _is_text(found):
        if pa.types.is_dictionary(found):
            source = f"{source}::varchar"
        return _FROM_TEXT[column.kind](source)
    return _from_native(column.kind, source, found)


def _landed(column: Column, found: pa.DataType | None) -> str:
    """Write the value of a row that is known to be right: what was checked is not checked again."""
    value = _value(column, found)
    if found is None or not _is_text(found):
        return value
    source = f'incoming."{column.name}"'
    if pa.types.is_dictionary(found):
        source = f"{source}::varchar"
    if column.kind is Kind.TIME:
        return _moment(source)
    if column.kind is Kind.DATE:
        return f"{_moment(source)}::date"
    if column.kind is Kind.JSON:
        return _text(source)
    return source if column.required and column.kind is Kind.TEXT else value


def _from_native(kind: Kind, source: str, found: pa.DataType) -> str:
    """Write the expression for a parquet type that is not text."""
    # the engine makes numbers of NaN and of infinity: none of ours
    finite = f"isfinite({source})" if pa.types.is_floating(found) else "true"
    number = f"case when {finite} then try_cast({source} as {kind.sql}) end"
    native = {
        Kind.JSON: f"case when {source} is not null then to_json({source})::varchar end",
        Kind.TIME: f"try_cast({source} as timestamp)",
        Kind.DATE: f"try_cast(try_cast({source} as timestamp) as date)",
        Kind.MONEY: number,
        Kind.VALUE: number,
        Kind.COUNT: f"case when {source} = trunc({source}) then try_cast({source} as bigint) end",
    }
    if kind is Kind.FLAG and pa.types.is_boolean(found):
        return source
    return native[kind] if kind in native else _FROM_TEXT[kind](f"{source}::varchar")


def _text(source: str) -> str:
    filled = f"case when trim({source}, {_SPACE}) = '' then null else {source} end"
    return f"case when {source} < '!' then {filled} else {source} end"


def _time(source: str) -> str:
    return f"case when regexp_full_match({source}, '{_ISO_TIME}') then {_moment(source)} end"


def _moment(source: str) -> str:
    # through timestamptz: the cast to timestamp drops the offset without a word
    return f"try_cast({source} as timestamptz)::timestamp"


def _decimal(sql: str, source: str) -> str:
    number = f"try_cast({source} as {sql})"
    return f"case when regexp_full_match({source}, '{_NUMBER}') then {number} end"


def _count(source: str) -> str:
    number = f"try_cast(try_cast({source} as decimal(38, 4)) as bigint)"
    return f"case when regexp_full_match({source}, '{_WHOLE}') then {number} end"


def _flag(source: str) -> str:
    word = f"lower(trim({source}, {_SPACE}))"
    yes, no = _FLAGS["true"], _FLAGS["false"]
    return f"case when {word} in {yes} then true when {word} in {no} then false end"


def _json(source: str) -> str:
    bare = f"regexp_replace({source}, '{_JSON_STRINGS}', '\"\"', 'g')"
    depth = r"([{\[][^}\]]*){65}"
    too_deep = f"length({source}) > 128 and regexp_matches({bare}, '{depth}')"
    odd = f"regexp_matches({source}, '{_JSON_ODD}') and regexp_matches({bare}, '{_JSON_ODD}')"
    keys = f"json_keys({source})"
    return (
        f"case when not json_valid({source}) then null"
        f" when json_type({source}) <> 'OBJECT' then null"
        f" when {odd} then null when {too_deep} then null"
        f" when len({keys}) <> len(list_distinct({keys})) then null else {source} end"
    )


def _is_small(source: str) -> str:
    """Find the small objects that most are, to be passed over: what `_json` does is dear.

    Valid, short, without a comma, a second colon, NaN or infinity, wherever they stand: an object
    with one key at most. The engine asks such simple questions once a value of its dictionary.
    """
    small = f"json_valid({source}) and {source} like '{{%' and length({source}) <= 128"
    one_key = f"not contains({source}, ',') and {source} not like '%:%:%'"
    finite = f"not contains(lower({source}), 'nan') and not contains(lower({source}), 'inf')"
    return f"{source} is null or ({small} and {one_key} and {finite})"


_FROM_TEXT = {
    Kind.TEXT: _text,
    Kind.TIME: _time,
    Kind.DATE: lambda source: f"({_time(source)})::date",
    Kind.COUNT: _count,
    Kind.MONEY: lambda source: _decimal(Kind.MONEY.sql, source),
    Kind.VALUE: lambda source: _decimal(Kind.VALUE.sql, source),
    Kind.FLAG: _flag,
    Kind.JSON: _json,
}
