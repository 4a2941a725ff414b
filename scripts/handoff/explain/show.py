"""The statement for people: it is what was asked for, so it goes to stdout; plain in a pipe."""

from decimal import Decimal

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from handoff.explain.statement import LimitBound, Line, StageLine, Statement

NUMBERS = ("points", "fit", "intent", "product")


def show(statement: Statement) -> None:
    """Print the statement: where the lead stands, how it came about, what will fade, the stages."""
    console = Console(highlight=False, soft_wrap=True)
    for line in _heading(statement):
        console.print(Text(line))
    _section(console, "Entries", _entries(statement.lines), statement.lines, "none")
    at = _moment(statement.at)
    _section(console, f"Fades after {at}", _entries(statement.fades), statement.fades, "none")
    _section(console, "Stages", _stages(statement.stages), statement.stages, "none reached")
    if statement.notes:
        console.print(Text("\nNotes", style="bold"))
    for note in statement.notes:
        console.print(Text(f"- {note}"))


def _section(
    console: Console, title: str, table: Table, rows: list[Line] | list[StageLine], empty: str
) -> None:
    """Print one table under its title; wide enough that no number is cut."""
    console.print(Text(f"\n{title}" + ("" if rows else f": {empty}"), style="bold"))
    if not rows:
        return
    needed = Measurement.get(console, console.options.update(max_width=10_000), table)
    # in a file or a pipe one entry is one line; in a terminal words wrap and numbers do not
    width = max(console.width, needed.minimum) if console.is_terminal else needed.maximum
    Console(width=width, highlight=False).print(table)


def _heading(statement: Statement) -> list[str]:
    scores, grades, definition = statement.scores, statement.grades, statement.definition
    role = "official" if definition.is_official_at else "not official"
    grade = f", grade {grades.combined}" if grades.combined else ""
    product = f"product {scores.product}{grade}"
    title = f": {definition.title}" if definition.title else ""
    lines = [
        f"Lead {statement.lead_id} at {_moment(statement.at)} UTC",
        f"Definition {definition.definition_id} ({role} at this time){title}",
        f"Fit {scores.fit} + intent {scores.intent} = total {scores.total}; {product}",
        _qualified(statement),
    ]
    if statement.mql.first_qualified_at:
        lines.append(
            f"First act at which it held: {_moment(statement.mql.first_qualified_at)}"
            f" by {statement.mql.first_qualified_criterion_id}"
        )
    return lines


def _qualified(statement: Statement) -> str:
    mql = statement.mql
    if not mql.holds:
        return "MQL condition: does not hold"
    until = f"cools {_moment(mql.cools_at)}" if mql.cools_at else "nothing scheduled ends it"
    reason = f" ({mql.reason})" if mql.reason else ""
    return f"MQL condition: holds by {mql.criterion_id}{reason}; {until}"


def _entries(lines: list[Line]) -> Table:
    """Lay the entries out; the balance stands once, on the last entry of its instant."""
    table = _table("date (UTC)", "kind", "what happened", "rule", *NUMBERS, "limits that bound")
    last_of_instant = {line.at: number for number, line in enumerate(lines)}
    for number, line in enumerate(lines):
        is_last = last_of_instant[line.at] == number
        after = line.balance
        reason = f": {line.reason}" if line.reason else ""
        table.add_row(
            Text(_moment(line.at)),
            Text(line.kind),
            Text(line.happened),
            Text(f"{line.rule_id}{reason}"),
            Text(f"{line.points:+}"),
            *(Text(str(v)) if is_last else "" for v in (after.fit, after.intent, after.product)),
            Text("; ".join(_bound(limit) for limit in line.limits)),
        )
    return table


def _bound(limit: LimitBound) -> str:
    edge = "at most" if limit.bound == "highest" else "at least"
    name = limit.name if limit.level == limit.name else f"{limit.level} {limit.name}"
    return (
        f"{name} {edge} {_short(limit.limit)} swallowed {limit.swallowed:+}"
        f" ({limit.balance} counts as {limit.held})"
    )


def _stages(stages: list[StageLine]) -> Table:
    table = _table(
        "cycle", "stage", "reached (UTC)", "observed (UTC)", "definition", "criterion",
        "fit", "intent", "product", "grade", "cycle ended", "why",
    )  # fmt: skip
    for stage in stages:
        scores = (stage.fit_score, stage.intent_score, stage.product_score)
        table.add_row(
            str(stage.cycle),
            Text(stage.stage),
            _moment(stage.reached_at),
            _moment(stage.observed_at) if stage.observed_at else "inferred",
            Text(stage.definition_id or ""),
            Text(stage.criterion_id or ""),
            *("" if score is None else str(score) for score in scores),
            Text(f"{stage.fit_grade or ''}{stage.intent_grade or ''}"),
            Text(_ended(stage)),
            Text(stage.reason or ""),
        )
    return table


def _ended(stage: StageLine) -> str:
    if stage.cycle_ended_at is None:
        return ""
    return f"{_moment(stage.cycle_ended_at)} {stage.cycle_outcome}"


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    wrapped = {"what happened": 24, "rule": 24, "limits that bound": 24, "why": 24}
    for heading in headings:
        table.add_column(
            heading,
            justify="right" if heading in NUMBERS else "left",
            no_wrap=heading not in wrapped,
            min_width=wrapped.get(heading),
            overflow="fold",
        )
    return table


def _moment(text: str) -> str:
    """Write an ISO time the way a table reads best; every time here is in UTC."""
    return text.replace("T", " ").removesuffix("Z")


def _short(points: Decimal) -> str:
    return f"{points:.0f}"
