"""How commands speak: people's text to stderr, the result as JSON to stdout when asked for."""

import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from handoff.home import Home

people = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """Print one line for people, without control sequences: `text` may hold data."""
    people.print(Text.from_ansi(text).plain, markup=False)


def _plain(value: Any) -> Any:
    """Turn what `json` does not know into what it does: times as ISO 8601, decimals as numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    message = f"cannot print {type(value).__name__} as JSON"
    raise TypeError(message)


def emit(result: Any, *, as_json: bool, show: Callable[[Any], None]) -> None:
    """End a command: print `result` as JSON on stdout, or hand it to `show` for people."""
    if as_json:
        click.echo(json.dumps(result, default=_plain, ensure_ascii=False, indent=2))
    else:
        show(result)


def home_option(command: Callable) -> Callable:
    """Add `--home DIR`; the command receives a `Home`."""
    return click.option(
        "--home",
        metavar="DIR",
        default=None,
        callback=lambda _context, _parameter, value: Home.at(value),
        help="Home folder: work.duckdb, published/, runs/. Default: $HANDOFF_HOME or warehouse/.",
    )(command)


def json_option(command: Callable) -> Callable:
    """Add `--json`; the command receives `as_json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the result as JSON on stdout."
    )(command)
