"""`handoff bench`: measure, print the ratios, write JSON and a picture."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.table import Table

from handoff.bench.measure import Measured
from handoff.bench.plan import Size, run
from handoff.bench.skew import Skew
from handoff.console import emit, json_option, people, say
from handoff.errors import UsageError

GIB = 2**30
SMALLEST, LARGEST = 10_000, 1_000_000_000


@dataclass(frozen=True)
class BenchResult:
    """What was measured, on which machine, and how it compares with the floors."""

    machine: dict[str, Any]
    sizes: list[dict[str, Any]]
    json_file: str
    chart_file: str


def ratios(size: Size) -> dict[str, float]:
    """Say what the steps cost as shares of the floors and of the full build."""
    build = size.step("build").seconds
    floors = {
        "load / plain load": ("load", "floor: plain load"),
        "build / plain scores": ("build", "floor: plain scores"),
        "build / window sum": ("build", "floor: window sum"),
    }
    measured = {step.step for step in size.steps}
    return {
        **{
            name: size.step(step).seconds / _inner(size, floor)
            for name, (step, floor) in floors.items()
            if floor in measured
        },
        "audit / build": size.step("audit").seconds / build,
        **{
            f"{step.step} / build": step.seconds / build
            for step in size.steps
            if step.step.startswith("refresh")
        },
    }


def _inner(size: Size, step: str) -> float:
    """Seconds of a floor without the start of its process."""
    return max(size.step(step).facts["seconds"], 0.001)


def sizes_of(text: str) -> list[int]:
    """Read `1e6,1e7` as numbers of events."""
    try:
        sizes = [int(float(one)) for one in text.split(",")]
    except ValueError:
        message = f"--events is '{text}'; expected numbers such as 1e6,1e7."
        raise UsageError(message) from None
    if not all(SMALLEST <= one <= LARGEST for one in sizes):
        message = f"--events is '{text}'; expected numbers from {SMALLEST:,} to {LARGEST:,}."
        raise UsageError(message)
    return sizes


def bench(sizes: list[int], out: Path, memory_limit: str, skew: Skew | None = None) -> BenchResult:
    """Measure each size in turn; what was measured is written after every one of them."""
    out.mkdir(parents=True, exist_ok=True)
    environment = {"HANDOFF_MEMORY_LIMIT": memory_limit}
    machine = {
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "memory_limit": memory_limit,
        "skew": skew and asdict(skew),
    }
    done: list[Size] = []
    for events in sizes:
        say(f"{events:,} events")
        done.append(run(events, out / "run", environment, _tell, skew))
        told = [asdict(size) | {"ratios": ratios(size)} for size in done]
        text = json.dumps({"machine": machine, "sizes": told}, indent=2, default=str)
        (out / "bench.json").write_text(text + "\n", encoding="utf-8")
    from handoff.bench.chart import draw  # noqa: PLC0415 - a second and a half, at the end only

    draw(done, out / "bench.svg")
    return BenchResult(machine, told, str(out / "bench.json"), str(out / "bench.svg"))


def _tell(step: Measured) -> None:
    memory = step.peak_memory_bytes / GIB
    say(f"  {step.step:24} {step.seconds:9.2f} s  {memory:6.2f} GiB")


def show(result: BenchResult) -> None:
    """Print the ratios, a column for each size."""
    table = Table(title="\nRatios", title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("what")
    for size in result.sizes:
        table.add_column(f"{size['events']:,}", justify="right")
    for name in result.sizes[0]["ratios"]:
        table.add_row(name, *(f"{size['ratios'][name]:.2f}" for size in result.sizes))
    people.print(table)
    say(f"{result.json_file}, {result.chart_file}")


@click.command("bench")
@click.option(
    "--events",
    default="1e6",
    show_default=True,
    metavar="N,N",
    help="Numbers of events to measure, one after the other.",
)
@click.option(
    "--out",
    default="bench",
    show_default=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for bench.json, bench.svg and, while it runs, the data.",
)
@click.option(
    "--memory-limit",
    default="4GB",
    show_default=True,
    metavar="SIZE",
    help="What the engine may use before it spills to disk.",
)
@click.option(
    "--skew",
    is_flag=True,
    help="Add a lead with five million events, a bot that came for 400 days, and a million leads of"
    " one hour.",
)
@json_option
def command(events: str, out: Path, memory_limit: str, *, skew: bool, as_json: bool) -> None:
    """Measure what loading, building and refreshing cost, beside plain DuckDB on the same data.

    Makes a demo company of each size, refreshes it, and again with 0, 0.1, 1 and 10 % new events.
    Nothing is judged; docs/performance.md says how to read it.
    """
    result = bench(sizes_of(events), out.resolve(), memory_limit, Skew() if skew else None)
    emit(result, as_json=as_json, show=show)
