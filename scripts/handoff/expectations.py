"""The suites of tests/expectations: lists of checks a person can read, made ready for one subject.

A subject is a mart, all marts together, or what one load brings of a table. Pure reading and
filling in; running the checks is another part's. A suite that says nothing, or something nobody
understands, is an error: silence must not pass for approval.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from handoff.home import PROJECT_DIR

SUITES = PROJECT_DIR / "tests" / "expectations"
LANDING_SUITES = SUITES / "landing"
ACROSS_MARTS = "across_marts"
CRITICAL, WARNING = "critical", "warning"
TEXT_TYPES = ("VARCHAR",)
SHARES = (("min_share_of_published", "min_value"), ("max_share_of_published", "max_value"))

# Checks that look at one value, and not at what else is in its column.
OF_ONE_VALUE = (
    "ExpectColumnValuesToBeBetween",
    "ExpectColumnValuesToBeInSet",
    "ExpectColumnValuesToNotBeInSet",
    "ExpectColumnValuesToMatchRegex",
    "ExpectColumnValuesToNotMatchRegex",
    "ExpectColumnValueLengthsToBeBetween",
)
# Checks whose verdict does not change when every value is looked at once only.
BY_VALUE = (
    *OF_ONE_VALUE,
    "ExpectColumnDistinctValuesToBeInSet",
    "ExpectColumnDistinctValuesToContainSet",
    "ExpectColumnDistinctValuesToEqualSet",
    "ExpectColumnUniqueValueCountToBeBetween",
)


class _OnceLoader(yaml.SafeLoader):
    """Reads YAML, and refuses a key that stands there twice: YAML itself keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:  # noqa: FBT001, FBT002 - as it is called
        """Read a mapping whose keys differ."""
        names = [key.value for key, _ in node.value]
        if len(set(names)) < len(names):
            raise yaml.YAMLError
        return super().construct_mapping(node, deep)


class SuiteError(ValueError):
    """A suite that cannot be used; the message names the file and the check."""


@dataclass(frozen=True)
class Check:
    """One check of one suite, as Great Expectations takes it."""

    suite: str
    type: str
    severity: str
    reason: str
    arguments: dict[str, Any]
    measure: str = ""
    """The measure it looks at in place of a column of the data: its number may be shown."""
    rule: str = ""
    """The rule of the settings its bounds and severity come from."""
    query: str = ""
    """The question whose answer it looks at, over all marts."""
    against: str = ""
    """What it compares with, where that is not only what was just built."""
    lacks: str = ""
    """What is not there to compare with; then the check is not made."""

    @property
    def columns(self) -> list[str]:
        """The columns it looks at."""
        found = [value for key, value in self.arguments.items() if key.startswith("column")]
        return [name for value in found for name in ([value] if isinstance(value, str) else value)]

    @property
    def is_by_value(self) -> bool:
        """Whether it is enough to look at each value once; a share (`mostly`) is of all rows."""
        return self.type in BY_VALUE and "mostly" not in self.arguments

    @property
    def is_of_one_value(self) -> bool:
        """Whether a column passes if and only if each of its values would, wherever it stood."""
        return self.type in OF_ONE_VALUE and "mostly" not in self.arguments


@dataclass(frozen=True)
class MartShape:
    """What a suite needs to know of a mart: column types, and how many rows are published now."""

    name: str
    columns: dict[str, str]
    published_rows: int | None = None


def suite_names(folder: Path) -> list[str]:
    """Name the marts that have a suite."""
    return sorted(path.stem for path in folder.glob("*.yml") if path.stem != ACROSS_MARTS)


def read_suite(folder: Path, mart: MartShape) -> list[Check]:
    """Read the suite of one mart; SuiteError if it is missing, empty or cannot be understood."""
    path = folder / f"{mart.name}.yml"
    checks = [
        check
        for number, entry in enumerate(_entries(path, f"The mart {mart.name}"), start=1)
        for check in _of_mart(path, number, entry, mart)
    ]
    if not checks:
        message = f"{path} leaves no check to make on the mart {mart.name}."
        raise SuiteError(message)
    return checks


def read_across(folder: Path, *, has_published: bool) -> list[Check]:
    """Read the suite over all marts; each check brings the question it is about."""
    path = folder / f"{ACROSS_MARTS}.yml"
    checks = []
    for number, entry in enumerate(_entries(path, "The border"), start=1):
        given, check = _plain(path, number, entry, ACROSS_MARTS)
        query = given.pop("query", None)
        if not isinstance(query, str) or not query.strip():
            message = f"{path}, check {number}: expected a `query` that gives its column."
            raise SuiteError(message)
        against = given.pop("against", "")
        if against not in ("", "published"):
            message = f"{path}, check {number}: against is '{against}'; expected published."
            raise SuiteError(message)
        lacks = "nothing is published to compare with" if against and not has_published else ""
        named = {"query": query, "against": against, "lacks": lacks}
        checks.append(replace(check, arguments=given, **named))
    return checks


def read_landing(
    folder: Path, table: str, bounds: Callable[[str], tuple[str, dict[str, Any]]]
) -> list[Check]:
    """Read the suite of what arrives of a table; `bounds` gives a rule's severity and bounds."""
    path = folder / f"{table}.yml"
    checks = []
    for number, entry in enumerate(_entries(path, f"The table {table}"), start=1):
        given, check = _plain(path, number, entry, table)
        measure, rule = given.pop("measure", ""), given.pop("rule", "")
        if bool(measure) + ("column" in given) != 1 and not check.type.startswith("ExpectTableCol"):
            message = f"{path}, check {number}: expected either a `column` or a `measure`."
            raise SuiteError(message)
        if rule:
            if "severity" in entry or {"min_value", "max_value"} & set(given):
                message = f"{path}, check {number}: bounds and severity are those of rule {rule}."
                raise SuiteError(message)
            try:
                severity, values = bounds(rule)
            except KeyError:
                message = f"{path}, check {number}: there is no rule '{rule}' in the settings."
                raise SuiteError(message) from None
            given, check = given | values, replace(check, severity=severity)
        given |= {"column": measure} if measure else {}
        checks.append(replace(check, arguments=given, measure=measure, rule=rule))
    return checks


def _entries(path: Path, whose: str) -> list:
    """Read the list of checks a file holds."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), _OnceLoader)  # noqa: S506 - it is safe
    except FileNotFoundError:
        message = f"{whose} has no suite; expected {path}."
        raise SuiteError(message) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        message = f"{path} cannot be read as YAML (or names a key twice)."
        raise SuiteError(message) from None
    if not entries or not isinstance(entries, list):
        message = f"{path} holds no check; expected a list of them."
        raise SuiteError(message)
    return entries


def _plain(path: Path, number: int, entry: Any, suite: str) -> tuple[dict[str, Any], Check]:
    """Read what every entry has; return what is left of it, and the check without arguments."""
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
        message = f"{path}, check {number}: expected a mapping with a `type`."
        raise SuiteError(message)
    given = dict(entry)
    kind, reason = given.pop("type"), str(given.pop("reason", "")).strip()
    severity = given.pop("severity", CRITICAL)
    if severity not in (CRITICAL, WARNING):
        message = f"{path}, check {number}: severity is '{severity}'; expected critical or warning."
        raise SuiteError(message)
    for key, value in given.items():
        # YAML reads a bare n, no or on as false: the name of a column must be quoted then.
        if key.startswith("column") and not _is_names(value):
            message = f"{path}, check {number}: {key} is {value!r}; expected a name in quotes."
            raise SuiteError(message)
    return given, Check(suite, kind, severity, reason, {})


def _of_mart(path: Path, number: int, entry: Any, mart: MartShape) -> list[Check]:
    """Make one entry into checks: as many as there are text columns, or none without a past."""
    given, check = _plain(path, number, entry, mart.name)
    everywhere = given.pop("every_text_column", False)
    arguments = _with_bounds(given, mart)
    if arguments is None:
        return []
    if not everywhere:
        return [replace(check, arguments=arguments)]
    text_columns = [name for name, type_ in mart.columns.items() if type_ in TEXT_TYPES]
    return [replace(check, arguments={**arguments, "column": name}) for name in text_columns]


def _is_names(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(name, str) for name in values)


def _with_bounds(given: dict[str, Any], mart: MartShape) -> dict[str, Any] | None:
    """Turn shares of what is published into numbers of rows; None: there is nothing to compare."""
    shares = {bound: given.pop(share) for share, bound in SHARES if share in given}
    if shares and not mart.published_rows:
        return None
    return given | {bound: int(share * mart.published_rows) for bound, share in shares.items()}
