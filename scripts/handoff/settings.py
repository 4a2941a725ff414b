"""Settings of one home folder: `handoff.yml` in it, a few numbers in sections, all with defaults.

One dataclass a section; a field says its default, unit, range and what it is for. A setting is the
environment's (HANDOFF_<SECTION>_<KEY>), else the file's, else the default. What nobody knows or can
be is refused, with the line and the nearest name: a mistyped limit must not be no limit.
"""

import difflib
import os
from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from handoff.errors import UsageError
from handoff.home import Home

FILE = "handoff.yml"
KINDS = {int: "a whole number", float: "a number", bool: "true or false"}
BLOCK, WARN = "block", "warn"
WORDS = {"true": True, "false": False}


def setting(default: Any, *, unit: str, says: str, low: float = 0, high: float = 1e9) -> Any:
    """Declare one setting; its type is that of `default`, its range includes both ends."""
    about = {"unit": unit, "says": says, "low": low, "high": high}
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Refresh:
    """When a refresh may end without building."""

    max_quiet_hours: float = setting(
        24.0,
        unit="hours",
        low=0,
        high=8760,
        says="A refresh builds if the last build is this old, although nothing is new. 0: always.",
    )


@dataclass(frozen=True)
class Publish:
    """What is kept of what was published."""

    keep_versions: int = setting(
        5,
        unit="versions",
        low=2,
        high=1000,
        says="Published versions that are kept, the one served and the one before it included.",
    )


@dataclass(frozen=True)
class Runs:
    """What is kept of the record of runs."""

    keep: int = setting(
        1000,
        unit="runs",
        low=10,
        high=1_000_000,
        says="Records of runs that are kept at most.",
    )
    keep_days: int = setting(
        400,
        unit="days",
        low=1,
        high=36500,
        says="Records of runs that are older are removed; that of what is served stays.",
    )


def action(default: str, says: str) -> Any:
    """Declare what is done when a bound is passed."""
    about = {"unit": "", "says": says, "low": 0, "high": 0, "words": (BLOCK, WARN)}
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Landing:
    """What rows may land at all, and when arrivals are compared with what came before."""

    company_start: date = field(
        default=date(1990, 1, 1),
        metadata={
            "unit": "date",
            "low": date(1970, 1, 1),
            "high": date(2200, 1, 1),
            "says": "An event before this day is quarantined as `ancient`.",
        },
    )
    compare_after_loads: int = setting(
        3,
        unit="loads",
        low=1,
        high=1000,
        says="Loads of a table before its next arrival is compared with what is usual.",
    )
    compare_from_rows: int = setting(
        100,
        unit="rows",
        low=1,
        high=1_000_000_000,
        says="Fewer rows than this in what came before are too few to compare with.",
    )


@dataclass(frozen=True)
class Arrivals:
    """What an arrival of a table may look like beside what came before."""

    min_share: float = setting(
        0.1, unit="times", low=0, high=1, says="Rows there must be at least, of what is usual."
    )
    max_share: float = setting(
        50.0, unit="times", low=1, high=1e9, says="Rows there may be at most, of what is usual."
    )
    max_days_behind: float = setting(
        30.0, unit="days", low=0, high=36500, says="How old the newest row of the table may be."
    )
    empty: str = action(WARN, "Nothing arrives in a file that held rows before.")
    fewer: str = action(WARN, "Fewer rows than min_share.")
    more: str = action(BLOCK, "More rows than max_share.")
    stale: str = action(WARN, "The newest row is older than max_days_behind.")
    conflict: str = action(BLOCK, "Two files of the folder give different figures for one day.")


@dataclass(frozen=True)
class CoreArrivals(Arrivals):
    """The same for leads and events, without which every figure is wrong."""

    max_days_behind: float = setting(
        7.0, unit="days", low=0, high=36500, says="How old the newest row of the table may be."
    )
    empty: str = action(BLOCK, "Nothing arrives in a file that held rows before.")
    fewer: str = action(BLOCK, "Fewer rows than min_share.")


@dataclass(frozen=True)
class Settings:
    """All sections; a new one is a dataclass above and a line here."""

    refresh: Refresh = field(default_factory=Refresh)
    publish: Publish = field(default_factory=Publish)
    runs: Runs = field(default_factory=Runs)
    landing: Landing = field(default_factory=Landing)
    arrivals_leads: Arrivals = field(default_factory=CoreArrivals)
    arrivals_events: Arrivals = field(default_factory=CoreArrivals)
    arrivals_stage_changes: Arrivals = field(default_factory=Arrivals)
    arrivals_opportunities: Arrivals = field(default_factory=Arrivals)
    arrivals_sales_touches: Arrivals = field(default_factory=Arrivals)
    arrivals_ad_spend: Arrivals = field(default_factory=Arrivals)
    arrivals_accounts: Arrivals = field(default_factory=Arrivals)

    def arrivals(self, table: str) -> Arrivals:
        """Return what is set for the arrivals of one table."""
        return getattr(self, f"arrivals_{table}")


def read_settings(home: Home) -> Settings:
    """Read the settings of `home`; UsageError if any of them cannot be understood."""
    path = home.path / FILE
    given = dict(_from_file(path)) if path.exists() else {}
    sections = {}
    for section in fields(Settings):
        kind = section.default_factory
        values = {}
        for one in fields(kind):
            variable = f"HANDOFF_{section.name}_{one.name}".upper()
            text = os.environ.get(variable, "").strip()
            if text:
                where = f"The environment variable {variable}"
                values[one.name] = _value(text, one, where, shown=False)
            elif (section.name, one.name) in given:
                text, line = given[section.name, one.name]
                where = f"{path}, line {line}: {section.name}.{one.name}"
                values[one.name] = _value(text, one, where)
        sections[section.name] = kind(**values)
    return Settings(**sections)


def described() -> Iterator[tuple[str, str, Field]]:
    """List every setting: section, key, and the field that says the rest."""
    for section in fields(Settings):
        for one in fields(section.default_factory):
            yield section.name, one.name, one


def _from_file(path: Path) -> Iterator[tuple[tuple[str, str], tuple[str, int]]]:
    """Read section, key, text and line of every setting of the file; names must be known."""
    import yaml  # noqa: PLC0415 - most homes have no such file

    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        message = f"{path}{line}: cannot be read as YAML; expected sections with `key: number`."
        raise UsageError(message) from None
    if root is None:
        return
    sections = {one.name: one.default_factory for one in fields(Settings)}
    for section, content in _entries(path, root, "sections", list(sections)):
        keys = [one.name for one in fields(sections[section])]
        if isinstance(content, yaml.ScalarNode) and content.value in ("", "~", "null"):
            continue
        for key, value in _entries(path, content, f"the keys of `{section}`", keys):
            if not isinstance(value, yaml.ScalarNode):
                line = value.start_mark.line + 1
                message = f"{path}, line {line}: {section}.{key} holds a list or a section;"
                message += " expected one value."
                raise UsageError(message)
            yield (section, key), (value.value, value.start_mark.line + 1)


def _entries(path: Path, node: Any, what: str, known: list[str]) -> Iterator[tuple[str, Any]]:
    """Give name and content of each entry of a mapping, each name known and there once."""
    if not isinstance(node.value, list) or node.tag != "tag:yaml.org,2002:map":
        line = node.start_mark.line + 1
        message = f"{path}, line {line}: expected {what}: {', '.join(known)}."
        raise UsageError(message)
    seen = set()
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"nearest name: {near[0]}; " if near else ""
            message = f"{path}, line {line}: '{name}' is not known; {hint}{what} are"
            message += f" {', '.join(known)}."
            raise UsageError(message)
        if name in seen:
            message = f"{path}, line {line}: '{name}' stands there twice; expected it once."
            raise UsageError(message)
        seen.add(name)
        yield name, value


def _value(text: str, one: Field, where: str, *, shown: bool = True) -> Any:
    """Read one value in its type and range; what the environment holds is never `shown`."""
    kind, about = type(one.default), one.metadata
    words = about.get("words", ())
    try:
        value = _read(text, kind)
    except (ValueError, KeyError):
        value = None
    bounded = kind not in (bool, str)
    inside = not bounded or (value is not None and about["low"] <= value <= about["high"])
    if value is not None and inside and (not words or value in words):
        return value
    if words:
        expected = " or ".join(words)
    elif kind is date:
        expected = f"a date from {about['low']} to {about['high']}"
    else:
        expected = KINDS[kind]
        if bounded:
            expected += f" of {about['unit']} from {about['low']:,} to {about['high']:,}"
    message = f"{where} is {repr(text) if shown else 'not understood'}; expected {expected}."
    raise UsageError(message)


def _read(text: str, kind: type) -> Any:
    if kind is bool:
        return WORDS[text.lower()]
    return date.fromisoformat(text) if kind is date else kind(text)
