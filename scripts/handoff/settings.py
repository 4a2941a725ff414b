"""Settings of one home folder: `handoff.yml` in it, a few numbers in sections, all with defaults.

One dataclass a section; a field says its default, unit, range and what it is for. A setting is the
environment's (HANDOFF_<SECTION>_<KEY>), else the file's, else the default. What nobody knows or can
be is refused, with the line and the nearest name: a mistyped limit must not be no limit.
"""

import difflib
import os
from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from handoff.errors import UsageError
from handoff.home import Home

FILE = "handoff.yml"
KINDS = {int: "a whole number", float: "a number", bool: "true or false"}
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


@dataclass(frozen=True)
class Settings:
    """All sections; a new one is a dataclass above and a line here."""

    refresh: Refresh = field(default_factory=Refresh)
    publish: Publish = field(default_factory=Publish)
    runs: Runs = field(default_factory=Runs)


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
                values[one.name] = _value(text, one, where)
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


def _value(text: str, one: Field, where: str) -> Any:
    """Read one value in its type and range."""
    kind, about = type(one.default), one.metadata
    try:
        value = WORDS[text.lower()] if kind is bool else kind(text)
    except (ValueError, KeyError):
        value = None
    inside = value is not None and (kind is bool or about["low"] <= value <= about["high"])
    if inside:
        return value
    expected = KINDS[kind]
    if kind is not bool:
        expected += f" of {about['unit']} from {about['low']:,} to {about['high']:,}"
    message = f"{where} is '{text}'; expected {expected}."
    raise UsageError(message)
