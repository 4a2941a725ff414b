"""The history of a home: what each run did, step by step. Reads the records, changes nothing."""

from typing import Any

import click
from rich.table import Table

from handoff import runs
from handoff.console import emit, home_option, json_option, people, say
from handoff.home import Home

FACTS = ("run_id", "command", "status", "exit_code", "started_at", "ended_at", "seconds", "as_of")
MORE_FACTS = ("definition", "published", "replaced", "outcome", "reason", "error")
STEP_FACTS = ("name", "status", "started_at", "seconds", "counts")


def history(home: Home, limit: int) -> list[dict[str, Any]]:
    """Give the newest runs, newest first, each with its steps and its number of warnings."""
    return [_run(record) for record in runs.recent(home, limit)]


def _run(record: dict[str, Any]) -> dict[str, Any]:
    steps = [
        {name: step.get(name) for name in STEP_FACTS}
        for step in record.get("steps", [])
        if isinstance(step, dict)
    ]
    counted = [step["counts"].get("warnings") for step in steps if isinstance(step["counts"], dict)]
    warnings = [number for number in counted if isinstance(number, int)]
    return {
        **{name: record.get(name) for name in FACTS + MORE_FACTS},
        "warnings": sum(warnings) if warnings else None,
        "steps": steps,
    }


def show(found: list[dict[str, Any]]) -> None:
    """Print one line a run, and one a step beneath it."""
    if not found:
        say("No run is on record here.")
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("run", "what", "status", "exit", "seconds", "warnings", "published, counts"):
        table.add_column(heading, no_wrap=heading != "published, counts")
    for run in found:
        table.add_row(
            run["run_id"],
            run["command"] or "-",
            run["outcome"] or run["status"],
            _text(run["exit_code"]),
            _seconds(run["seconds"]),
            _text(run["warnings"]),
            _published(run),
        )
        for step in run["steps"]:
            counts = step["counts"] if isinstance(step["counts"], dict) else {}
            table.add_row(
                "",
                f"  {step['name']}",
                step["status"],
                "",
                _seconds(step["seconds"]),
                _text(counts.get("warnings")),
                _counts(counts),
            )
        if run["error"]:
            table.add_row("", "  error", "", "", "", "", run["error"])
    people.print(table)


def _counts(counts: dict[str, Any]) -> str:
    """Write the plain numbers; those by mart or by kind as their sum."""
    words = []
    for name, value in counts.items():
        numbers = value.values() if isinstance(value, dict) else [value]
        if name != "warnings" and all(isinstance(one, int) for one in numbers):
            words.append(f"{name} {sum(numbers):,}")
    return ", ".join(words)


def _published(run: dict[str, Any]) -> str:
    """Say what a run put in its place: what it built itself, or a version of another run."""
    if run["published"] is None:
        return ""
    return "published" if run["published"] == run["run_id"] else f"serves {run['published']}"


def _text(value: Any) -> str:
    return "-" if value is None else str(value)


def _seconds(value: Any) -> str:
    return f"{value:.1f}" if isinstance(value, int | float) else "-"


@click.command(name="runs")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many runs, the newest first.",
)
@home_option
@json_option
def command(limit: int, home: Home, *, as_json: bool) -> None:
    """Say what the last runs did, step by step."""
    emit(history(home, limit), as_json=as_json, show=show)
