"""Make the demo company's landing folder, block by block, whole or not at all."""

import json
import os
import shutil
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from handoff.console import say
from handoff.errors import EngineError, UsageError
from handoff.generate import tables, truth
from handoff.generate.block import Block, Plan, make_block
from handoff.generate.clock import MONTHS
from handoff.generate.draws import Draws
from handoff.generate.files import Fault, Format, Landing
from handoff.generate.recording import NO_TIME
from handoff.generate.spend import ad_spend

LEAST_EVENTS_A_LEAD = 20
MOST_EVENTS_A_LEAD = 5_000
_SPEND_STREAM = 1 << 20
_WRITERS = {
    "leads": tables.leads,
    "accounts": tables.accounts,
    "stage_changes": tables.stage_changes,
    "sales_touches": tables.sales_touches,
    "opportunities": tables.opportunities,
}
# The months' files, and a last one with what came after the last day.
_EVENT_FILES = (*(f"events/{year}-{month:02d}" for year, month in MONTHS), "events/2026-07-late")


@dataclass(frozen=True)
class Generated:
    """What was made: rows in the files by table, and of those the ones no loader should take."""

    out: Path
    format: str
    seed: int
    leads: int
    events: int
    rows: dict[str, int]
    spoilt: dict[str, int]
    seconds: float


def generate(out: Path, plan: Plan, file_format: Format) -> Generated:
    """Make the landing folder `out`: first beside it, then moved into its place."""
    started = time.monotonic()
    out = out.expanduser().resolve()
    _check(out, plan)
    making = out.with_name(f".{out.name}.making-{os.getpid()}")
    try:
        (making / truth.FOLDER).mkdir(parents=True)
        rows, spoilt = _write(making, plan, file_format)
        _replace(out, making)
    except OSError as error:
        message = f"the demo company could not be written to {out}: {error.strerror or error}"
        raise EngineError(message) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    seconds = round(time.monotonic() - started, 1)
    return Generated(out, file_format, plan.seed, plan.leads, plan.events, rows, spoilt, seconds)


def _check(out: Path, plan: Plan) -> None:
    """Refuse numbers that make no believable company, and folders that are not ours to replace."""
    if not LEAST_EVENTS_A_LEAD <= plan.events / plan.leads <= MOST_EVENTS_A_LEAD:
        message = (
            f"--events {plan.events} for --leads {plan.leads}: between {LEAST_EVENTS_A_LEAD} and "
            f"{MOST_EVENTS_A_LEAD} events a lead are needed"
        )
        raise UsageError(message)
    if out.exists() and not out.is_dir():
        message = f"--out {out} is a file; a folder is needed"
        raise UsageError(message)
    if out.is_dir() and any(out.iterdir()):
        strange = _strangers(out)
        if strange:
            message = (
                f"--out {out} holds what `handoff generate` did not make ({strange[0]}); "
                "name an empty folder or one it has made before"
            )
            raise UsageError(message)


def _strangers(out: Path) -> list[str]:
    """List the files in a folder that an earlier run did not make."""
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir())
    try:
        made = json.loads((out / truth.FOLDER / "truth.json").read_text(encoding="utf-8"))
        known = set(made["files"]) if made["made_by"] == truth.MADE_BY else set()
    except (OSError, ValueError, KeyError, TypeError):
        return found or ["an empty folder in it"]
    return [name for name in found if name not in known]


def _replace(out: Path, making: Path) -> None:
    """Put the finished folder in place of the old one, which stays if that cannot be done."""
    if not out.exists():
        making.rename(out)
        return
    old = out.with_name(f".{out.name}.old-{os.getpid()}")
    out.rename(old)
    try:
        making.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old)


def _write(folder: Path, plan: Plan, file_format: Format) -> tuple[dict[str, int], dict[str, int]]:
    """Write all blocks, the spend and the truth; count rows, and those that are spoilt."""
    spoilt: Counter[str] = Counter()
    with Landing(folder, file_format) as landing:
        for number in range(plan.blocks):
            block = make_block(plan, number)
            spoilt += _write_block(landing, block, plan.seed)
            if plan.blocks > 1:
                say(f"block {number + 1} of {plan.blocks}: {plan.span(number)[1]:,} leads")
        table, faults = ad_spend(Draws(plan.seed, _SPEND_STREAM), plan.leads)
        landing.write("ad_spend", table, faults)
        spoilt["ad_spend"] = _spoilt_rows(faults)
        files, rows = landing.files, _rows_by_table(landing.rows)
    found = truth.planted(plan)
    found |= {"rows": rows, "spoilt": dict(sorted(spoilt.items()))}
    found |= {"files": sorted([*files, f"{truth.FOLDER}/truth.json"])}
    text = json.dumps(found, indent=2) + "\n"
    (folder / truth.FOLDER / "truth.json").write_text(text, encoding="utf-8")
    return rows, found["spoilt"]


def _write_block(landing: Landing, block: Block, seed: int) -> Counter[str]:
    """Write one block to all files; count the rows that are spoilt."""
    spoilt: Counter[str] = Counter()
    for name, write in _WRITERS.items():
        table, faults = write(block, seed)
        landing.write(name, table, faults)
        spoilt[name] += _spoilt_rows(faults)
    table, faults = tables.events(block, seed)
    landing.write_parts(_months(block.events.file), table, faults)
    spoilt["events"] += int((block.events.blemish >= NO_TIME).sum())
    landing.write(f"{truth.FOLDER}/leads", tables.truth(block))
    return spoilt


def _months(file: np.ndarray) -> dict[str, tuple[int, int]]:
    """Say which rows (ordered by file) go to which month's file."""
    edges = np.searchsorted(file, np.arange(len(_EVENT_FILES) + 1)).tolist()
    runs = zip(_EVENT_FILES, edges[:-1], edges[1:], strict=True)
    return {name: (start, end) for name, start, end in runs}


def _spoilt_rows(faults: tuple[Fault, ...]) -> int:
    """Count the rows that cannot be taken."""
    return sum(len(fault.rows) for fault in faults if not fault.odd_only)


def _rows_by_table(rows: dict[str, int]) -> dict[str, int]:
    """Add up the rows of a table's files, leaving out what is not a table."""
    totals: Counter[str] = Counter()
    for name, count in rows.items():
        if not name.startswith("_"):
            totals[name.split("/")[0]] += count
    return dict(sorted(totals.items()))
