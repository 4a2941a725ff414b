"""What to mind: what came in and moves nobody, and what the definition leaves open."""

from typing import Any

from handoff.report.marts import SCHEMA, Marts, Need
from handoff.report.section import Column, Figure, Row, Section, Table
from handoff.report.wording import NOTHING, count, label, name, plain, several

NEEDS = (Need("mart_input_gaps", ("gap", "found", "occurrences")),)
LINT = Need("mart_definition_lint", ("definition_id", "is_official", "finding", "reason"))
GAPS = f"""
    select gap, found, occurrences from {SCHEMA}.mart_input_gaps
    order by gap, occurrences desc, found nulls last
"""
FINDINGS = f"""
    select definition_id, is_official, finding, reason from {SCHEMA}.mart_definition_lint
    order by is_official desc, definition_id, finding, reason
"""
MOST = 5
# As docs/marts.md says it.
WHAT_TO_DO = {
    "status_not_in_map": "Name the status in status_map, as a stage or an outcome, or leave it:"
    " it is kept and moves nobody.",
    "event_type_in_no_rule": "An act nobody scores, or a word spelt otherwise: types compare with"
    " upper and lower case.",
    "event_still_anonymous": "Visits of somebody who has not been identified; they count from when"
    " they are.",
    "event_waiting_for_its_lead": "The lead has not arrived; if it never does, look at the export"
    " of leads.",
    "record_waiting_for_its_lead": "The lead has not arrived; if it never does, look at the export"
    " of leads.",
    "key_delivered_with_different_contents": "One id, several contents: a fixed rule on the content"
    " chose; ask the source which is right.",
}


def build(marts: Marts, min_sample: int) -> Section:
    """Say what was passed over, so that nothing is passed over in silence."""
    del min_sample
    gaps = marts.rows(GAPS)
    figures = [_gap_figure(gaps)] if gaps else []
    notes = [] if gaps else ["Nothing came in that moves nobody."]
    if marts.lack(LINT) is None:
        findings = marts.rows(FINDINGS)
        if findings:
            figures.append(_lint_figure(findings))
        else:
            notes.append("Nothing was found in the definitions.")
    return Section(
        anchor="gaps",
        title="What to mind",
        question="What came in and moves nobody, and what does the definition leave open?",
        finding=_finding(gaps),
        figures=tuple(figures),
        notes=tuple(notes),
    )


def _finding(gaps: list[dict[str, Any]]) -> str:
    if not gaps:
        return ""
    kinds = len({row["gap"] for row in gaps})
    most = max(gaps, key=lambda row: row["occurrences"])
    what = plain(label(most["gap"])) + (f", {label(most['found'])}" if most["found"] else "")
    return (
        f"{several(kinds, 'kind')} of input moved nobody; the most frequent is {what}"
        f" ({count(most['occurrences'])} times)."
    )


def _gap_figure(gaps: list[dict[str, Any]]) -> Figure:
    rows: list[Row] = []
    for gap in sorted({row["gap"] for row in gaps}):
        found = [row for row in gaps if row["gap"] == gap]
        most = found if len(found) == MOST + 1 else found[:MOST]
        rest = found[len(most) :]
        todo = WHAT_TO_DO.get(gap, "")
        for place, row in enumerate(most):
            what = name(row["found"], blank=NOTHING)
            cells = (plain(gap), what, count(row["occurrences"]), todo if place == 0 else "")
            rows.append(Row(cells))
        if rest:
            more = sum(row["occurrences"] for row in rest)
            cells = (plain(gap), f"{len(rest)} others together", count(more), "")
            rows.append(Row(cells, "rest"))
    return Figure(
        title="Input that moves nobody",
        picture=None,
        how_to_read="Not every line is a fault: page views need no rule. Look for a status or an"
        " act that somebody meant to count, and for words spelt in several ways.",
        table=Table(
            key="gaps",
            caption="How often each was met. Every line: mart_input_gaps.",
            columns=(
                Column("Gap", is_figure=False),
                Column("Found", is_figure=False),
                Column("Times"),
                Column("What to do", is_figure=False),
            ),
            rows=tuple(rows),
        ),
        is_table_open=True,
    )


def _lint_figure(findings: list[dict[str, Any]]) -> Figure:
    return Figure(
        title="What the definitions leave open",
        picture=None,
        how_to_read="A finding is a question to the owners of a definition, not an error.",
        table=Table(
            key="lint",
            caption="Found by reading the definitions, not the leads.",
            columns=(
                Column("Definition", is_figure=False),
                Column("Finding", is_figure=False),
                Column("What it means", is_figure=False),
            ),
            rows=tuple(
                Row(
                    (
                        plain(name(row["definition_id"]))
                        + (" (official)" if row["is_official"] else ""),
                        plain(row["finding"]),
                        name(row["reason"]),
                    )
                )
                for row in findings
            ),
        ),
        is_table_open=True,
    )
