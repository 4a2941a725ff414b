"""The page of what was checked and found: `runs/<run_id>/checks.html`, both borders on one page.

It is made from what the borders left in the run's folder, loads nothing from outside and shows
numbers of values, never values. Every text is escaped by the template engine.
"""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from handoff.checking import FAILED, NOT_MADE, PASSED
from handoff.expectations import CRITICAL

PAGE = "checks.html"
# The file a border leaves, and how the page calls that border.
BORDERS = (
    ("landing.json", "Files in: what arrived, before it landed"),
    ("audit.json", "Marts out: what was built, before it is published"),
)
_ORDER = {FAILED: 0, PASSED: 1, NOT_MADE: 2}
_TEMPLATES = Environment(
    loader=PackageLoader("handoff"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(folder: Path) -> Path:
    """Write the page of the run whose folder this is, in the place of an earlier one."""
    borders = [
        _border(title, json.loads((folder / name).read_text(encoding="utf-8")))
        for name, title in BORDERS
        if (folder / name).exists()
    ]
    text = _TEMPLATES.get_template("checks.html.j2").render(run_id=folder.name, borders=borders)
    page = folder / PAGE
    page.write_text(text, encoding="utf-8")
    return page


def _border(title: str, record: dict[str, Any]) -> dict[str, Any]:
    """Sort what came of the checks: by suite, what failed first."""
    suites: dict[str, list[dict[str, Any]]] = {}
    for one in record["findings"]:
        suites.setdefault(one["suite"] or "(none)", []).append(one)
    for found in suites.values():
        found.sort(key=lambda one: (_ORDER[one["result"]], one["severity"] != CRITICAL))
    failed = [one for one in record["findings"] if one["result"] == FAILED]
    return {
        "title": title,
        "suites": suites,
        "made": sum(one["result"] != NOT_MADE for one in record["findings"]),
        "critical": sum(one["severity"] == CRITICAL for one in failed),
        "warnings": sum(one["severity"] != CRITICAL for one in failed),
        "notes": record.get("notes", []),
    }
