"""The picture of a benchmark: seconds of every step by number of events, both on log scales."""

from pathlib import Path

import altair as alt

from handoff.bench.plan import Size


def draw(sizes: list[Size], target: Path) -> None:
    """Write an SVG: one line a step, the floors dashed."""
    rows = [
        {
            "step": step.step,
            "events": size.events,
            "seconds": step.facts.get("seconds", step.seconds)
            if step.step.startswith("floor")
            else step.seconds,
            "kind": "floor" if step.step.startswith("floor") else "handoff",
        }
        for size in sizes
        for step in size.steps
        if step.step != "generate"
    ]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("events:Q", scale=alt.Scale(type="log"), title="events"),
            y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds"),
            color=alt.Color("step:N", title=None, scale=alt.Scale(scheme="tableau20")),
            # the names of the steps say which are floors
            strokeDash=alt.StrokeDash("kind:N", sort=["handoff", "floor"], legend=None),
        )
        .properties(width=560, height=360)
    )
    chart.save(str(target), format="svg")
