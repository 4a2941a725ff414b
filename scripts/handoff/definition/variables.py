"""Read `vars.yml` of a definition folder: the vars of the dbt project this company sets otherwise.

dbt takes the same file as it is (`dbt build --vars "$(cat DIR/vars.yml)"`). Which vars there are,
and what each may be, stands in dbt_project.yml and nowhere else.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from handoff.definition.findings import Finding, expected_one_of, quote
from handoff.home import PROJECT_DIR

FILE = "vars.yml"
# Told by the command itself, or by who loads the raw tables; no part of an agreement.
NOT_OF_A_DEFINITION = {"as_of", "allowed_values", "loaded_at_column", "load_order_column"}
_MAX_BYTES = 100_000


@cache
def allowed_values() -> dict[str, dict[str, Any]]:
    """What each var of an agreement may be, as dbt_project.yml says."""
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    allowed = project["vars"]["allowed_values"]
    return {name: rule for name, rule in allowed.items() if name not in NOT_OF_A_DEFINITION}


def read_variables(folder: Path) -> tuple[dict[str, Any], list[Finding]]:
    """Give the vars a folder sets, and every mistake in the file; no file sets none."""
    path = folder / FILE
    if not path.exists():
        return {}, []
    try:
        return _checked(_parsed(path))
    except _UnreadableError as error:
        return {}, [error.finding]


class _UnreadableError(Exception):
    """A file that holds no names with values; carries where and why."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.finding = _finding(line, message)


def _parsed(path: Path) -> yaml.MappingNode:
    """Parse the file; what comes back knows its lines."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise _UnreadableError(None, f"the file is larger than {_MAX_BYTES:,} bytes")
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _UnreadableError(None, f"the file cannot be read: {reason}") from error
    except UnicodeDecodeError as error:
        raise _UnreadableError(None, "the file is not UTF-8; expected UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        message = f"no YAML: {problem}; expected lines such as `min_sample: 50`"
        raise _UnreadableError(mark.line + 1 if mark else None, message) from error
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        message = "found no names with values; expected lines such as `min_sample: 50`"
        raise _UnreadableError(line, message)
    return node


def _checked(node: yaml.MappingNode) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    findings = []
    for name, value, line in _pairs(node):
        if name not in allowed_values():
            message = "no var has this name; " + expected_one_of(name, allowed_values(), "a var")
            findings.append(_finding(line, message))
        elif name in values:
            findings.append(_finding(line, f"{name} is set already; expected it once"))
        elif message := refusal(name, value):
            findings.append(_finding(line, message))
        else:
            values[name] = value
    return values, findings


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[str, Any, int]]:
    """Name, value and line of each entry; a time that YAML made of a text is text again."""
    for key, value in node.value:
        is_text = value.tag == "tag:yaml.org,2002:timestamp"
        plain = value.value if is_text else _constructed(value)
        yield str(key.value), plain, key.start_mark.line + 1


def _constructed(node: yaml.Node) -> Any:
    return yaml.safe_load(yaml.serialize(node))


def refusal(name: str, value: Any) -> str | None:
    """Say why a var cannot have this value; None if it can."""
    rule = allowed_values()[name]
    if "pattern" in rule:
        is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        fits = is_plain and re.fullmatch(rule["pattern"], str(value))
        return None if fits else _unfit(name, value, rule["expected"])
    is_list = rule["type"] == "list of whole numbers"
    numbers = value if is_list else [value]
    fits = isinstance(numbers, list) and numbers and all(_fits(one, rule) for one in numbers)
    bounds = [f"at {end} {rule[end]}" for end in ("least", "most") if end in rule]
    if rule.get("may_be_blank"):
        fits = fits or value == ""
        bounds[-1:] = [f"{bounds[-1]}, or nothing"]
    return None if fits else _unfit(name, value, " ".join([f"a {rule['type']}", *bounds]))


def _fits(number: Any, rule: dict[str, Any]) -> bool:
    kinds = (int, float) if rule["type"] == "number" else (int,)
    if not isinstance(number, kinds) or isinstance(number, bool):
        return False
    return rule.get("least", number) <= number <= rule.get("most", number)


def _unfit(name: str, value: Any, expected: str) -> str:
    return f"{name} is {quote(str(value))}; expected {expected}"


def _finding(line: int | None, message: str) -> Finding:
    return Finding(FILE, line, None, message)
