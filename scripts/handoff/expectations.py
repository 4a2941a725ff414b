"""The suites of tests/expectations: lists of checks a person can read, made ready for one mart.

Pure reading and filling in; running them is the audit's part. A suite that says nothing, or
something nobody understands, is an error: silence must not pass for approval.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from handoff.home import PROJECT_DIR

SUITES = PROJECT_DIR / "tests" / "expectations"
CRITICAL, WARNING = "critical", "warning"
TEXT_TYPES = ("VARCHAR",)
SHARES = (("min_share_of_published", "min_value"), ("max_share_of_published", "max_value"))

# Checks whose verdict does not change when every value is looked at once only.
BY_VALUE = (
    "ExpectColumnValuesToBeBetween",
    "ExpectColumnValuesToBeInSet",
    "ExpectColumnValuesToNotBeInSet",
    "ExpectColumnValuesToMatchRegex",
    "ExpectColumnValuesToNotMatchRegex",
    "ExpectColumnValueLengthsToBeBetween",
    "ExpectColumnDistinctValuesToBeInSet",
    "ExpectColumnDistinctValuesToContainSet",
    "ExpectColumnDistinctValuesToEqualSet",
    "ExpectColumnUniqueValueCountToBeBetween",
)


class SuiteError(ValueError):
    """A suite that cannot be used; the message names the file and the check."""


@dataclass(frozen=True)
class Check:
    """One check of one mart, as Great Expectations takes it."""

    mart: str
    type: str
    severity: str
    reason: str
    arguments: dict[str, Any]

    @property
    def columns(self) -> list[str]:
        """The columns it looks at."""
        found = [value for key, value in self.arguments.items() if key.startswith("column")]
        return [name for value in found for name in ([value] if isinstance(value, str) else value)]

    @property
    def is_by_value(self) -> bool:
        """Whether it is enough to look at each value once; a share (`mostly`) is of all rows."""
        return self.type in BY_VALUE and "mostly" not in self.arguments


@dataclass(frozen=True)
class MartShape:
    """What a suite needs to know of a mart: column types, and how many rows are published now."""

    name: str
    columns: dict[str, str]
    published_rows: int | None = None


def suite_names(folder: Path) -> list[str]:
    """Name the marts that have a suite."""
    return sorted(path.stem for path in folder.glob("*.yml"))


def read_suite(folder: Path, mart: MartShape) -> list[Check]:
    """Read the suite of one mart; SuiteError if it is missing, empty or cannot be understood."""
    path = folder / f"{mart.name}.yml"
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"The mart {mart.name} has no suite; expected {path}."
        raise SuiteError(message) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        message = f"{path} cannot be read as YAML."
        raise SuiteError(message) from None
    if not entries or not isinstance(entries, list):
        message = f"{path} holds no check; expected a list of them."
        raise SuiteError(message)
    numbered = enumerate(entries, start=1)
    checks = [check for number, entry in numbered for check in _checks(path, number, entry, mart)]
    if not checks:
        message = f"{path} leaves no check to make on the mart {mart.name}."
        raise SuiteError(message)
    return checks


def _checks(path: Path, number: int, entry: Any, mart: MartShape) -> list[Check]:
    """Make one entry into checks: as many as there are text columns, or none without a past."""
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
    everywhere = given.pop("every_text_column", False)
    arguments = _with_bounds(given, mart)
    if arguments is None:
        return []
    if not everywhere:
        return [Check(mart.name, kind, severity, reason, arguments)]
    text_columns = [name for name, type_ in mart.columns.items() if type_ in TEXT_TYPES]
    return [
        Check(mart.name, kind, severity, reason, {**arguments, "column": name})
        for name in text_columns
    ]


def _is_names(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(name, str) for name in values)


def _with_bounds(given: dict[str, Any], mart: MartShape) -> dict[str, Any] | None:
    """Turn shares of what is published into numbers of rows; None: there is nothing to compare."""
    shares = {bound: given.pop(share) for share, bound in SHARES if share in given}
    if shares and not mart.published_rows:
        return None
    return given | {bound: int(share * mart.published_rows) for bound, share in shares.items()}
