"""A company whose personal columns hold words found nowhere else, and a search for them."""

import csv
import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from handoff.cli import main

AS_OF = "2026-07-01"
# table.column -> what the person's rows hold there
WORDS = {
    "leads.email": "zqmail@zqdomain.example",
    "leads.full_name": "Zqfirst Zqlast",
    "leads.attributes": '{"phone": "zqphone-4711"}',
    "stage_changes.reason": "zqreason told me so",
}
MARKS = ("zqmail", "zqdomain", "zqfirst", "zqlast", "zqphone", "zqreason", "zqbroken")
PERSON = "L-zqlead"


def land(folder: Path, *, leads: int = 60) -> Path:
    """Write the demo company, and one more lead, who has done all there is."""
    assert run("generate", "--out", str(folder), "--leads", str(leads)).code == 0
    add(
        folder / "leads.csv",
        lead_id=PERSON,
        created_at="2026-03-01",
        job_title="CMO",
        **of("leads"),
    )
    add(
        folder / "leads.csv",
        lead_id=PERSON,
        created_at="2026-03-01",
        updated_at="2026-04-01",
        job_title="CEO",
        **of("leads"),
    )
    # A row that cannot be taken holds a person too.
    add(
        folder / "leads.csv", lead_id="", created_at="2026-03-01", email="zqbroken@zqdomain.example"
    )
    events = folder / "events" / "zq.csv"
    rows = [
        {"event_type": "demo_request", "lead_id": PERSON, "anonymous_id": "zqcookie"},
        {"event_type": "page_view", "anonymous_id": "zqcookie"},
        {"event_type": "pricing_view", "lead_id": PERSON},
    ]
    with events.open("w", newline="", encoding="utf-8") as file:
        names = ["event_id", "occurred_at", "event_type", "lead_id", "anonymous_id"]
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        for number, row in enumerate(rows):
            moment = f"2026-06-{20 + number}T10:00:00Z"
            writer.writerow({"event_id": f"zq{number}", "occurred_at": moment, **row})
    add(
        folder / "stage_changes.csv",
        change_id="zqchange",
        lead_id=PERSON,
        changed_at="2026-06-25",
        status="Disqualified",
        **of("stage_changes"),
    )
    return folder


def of(table: str) -> dict[str, str]:
    """The words of one table, by column."""
    return {
        name.partition(".")[2]: word for name, word in WORDS.items() if name.startswith(f"{table}.")
    }


def add(path: Path, **row: str) -> None:
    """Append a row to a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert set(row) <= set(header), f"{path.name} has no {set(row) - set(header)}"
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, header, restval="").writerow(row)


class Ran(str):
    """What a command printed, and its exit code."""

    code: int


def run(*arguments: str) -> Ran:
    """Run a command in this process; returns all it printed."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(list(arguments))
    ran = Ran(out.getvalue() + err.getvalue())
    ran.code = code
    return ran


def files_holding(folder: Path, *words: str) -> dict[str, list[str]]:
    """Search the bytes of every file, in UTF-8 and UTF-16: words found, by file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes().lower()
        hits = [
            word
            for word in words
            if any(
                word.lower().encode(code) in data for code in ("utf-8", "utf-16-le", "utf-16-be")
            )
        ]
        if hits:
            found[path.relative_to(folder).as_posix()] = hits
    return found
