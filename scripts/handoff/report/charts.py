"""The kinds of picture on the page: rates with intervals, rates over months, bars.

A rate is a dot on the line of its interval; hollow where the sample is small. What colour says is
also said by shape, place or words. Names are drawn as text of limited width, never as an axis: two
names that are alike once shortened stay two.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import altair as alt

from handoff.report.paints import PAINTS
from handoff.report.wording import percent

TEXT = 12
ROWS = "rows"
SMALL_TEXT = 11
# Widths in pixels: names, plot, notes to the right.
WIDE = {"names": 180, "plot": 530, "rates": 62, "notes": 160}
NARROW = {"names": 126, "plot": 120, "rates": 50, "notes": 100}
ROW = 34
CORNERS = 2


@dataclass(frozen=True)
class Plot:
    """A chart and its data by name: a chart that carries its data copies them at every turn."""

    chart: alt.TopLevelMixin
    data: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class RateRow:
    """One row of a picture of rates."""

    name: str
    rate: float | None
    low: float | None
    high: float | None
    of: str
    """What the rate is of, such as `12 of 76`; on narrow pages the part after `of` is enough."""
    tip: str
    is_small: bool = False
    raw: float | None = None
    volume: int | None = None


@dataclass(frozen=True)
class Reference:
    """A line to hold rates against, with its name."""

    at: float
    words: str


def rates(
    rows: Sequence[RateRow],
    *,
    is_narrow: bool,
    title: str,
    reference: Reference | None = None,
    paint: str = "first",
    volume_title: str = "",
    ceiling: float | None = None,
) -> Plot:
    """Draw rows of rates with their intervals; on wide pages with bars of volume before them."""
    widths = NARROW if is_narrow else WIDE
    with_bars = bool(volume_title) and not is_narrow
    bars = 130 if with_bars else 0
    gap = 44 if with_bars else 0
    width = widths["plot"] - bars - gap
    data = {ROWS: [_rate_values(at, row, is_narrow=is_narrow) for at, row in enumerate(rows)]}
    top = ceiling or rates_top(rows, reference)
    scale = alt.Scale(domain=[0, top], nice=False, zero=True)
    axis = alt.Axis(format=".0%", tickCount=4 if is_narrow else 6, title=title, domain=False)
    y = alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    base = alt.Chart(alt.NamedData(ROWS)).encode(y=y, description=alt.Description("tip:N"))
    known = base.transform_filter("isValid(datum.rate)")
    layers = [
        *_reference_layers(reference),
        known.mark_rule(strokeWidth=3, strokeCap="round", color=PAINTS[paint], opacity=0.45)
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2=alt.X2("high:Q")),
        known.transform_filter("isValid(datum.raw)")
        .mark_point(shape="diamond", size=60, filled=True, fill=PAINTS["paper"],
                    stroke=PAINTS["soft"], strokeWidth=1.5, opacity=1)
        .encode(x=alt.X("raw:Q", scale=scale)),
        known.transform_filter("!datum.is_small")
        .mark_point(shape="circle", size=90, filled=True, color=PAINTS[paint], opacity=1)
        .encode(x=alt.X("rate:Q", scale=scale)),
        known.transform_filter("datum.is_small")
        .mark_point(shape="circle", size=80, filled=True, fill=PAINTS["paper"],
                    stroke=PAINTS[paint], strokeWidth=2, opacity=1)
        .encode(x=alt.X("rate:Q", scale=scale)),
        base.mark_text(align="right", baseline="middle", fontSize=TEXT, fontWeight="bold",
                       color=PAINTS["ink"])
        .encode(x=alt.XValue(width + widths["rates"]), text=alt.Text("shown:N")),
        base.mark_text(align="right", baseline="middle", fontSize=SMALL_TEXT,
                       color=PAINTS["soft"])
        .encode(x=alt.XValue(width + widths["notes"]), text=alt.Text("of:N")),
    ]  # fmt: skip
    if with_bars:
        plot = alt.layer(*layers).properties(width=width, height=alt.Step(ROW))
        before = _volume(base, widths["names"], bars, volume_title)
        return Plot(alt.hconcat(before, plot, spacing=gap), data)
    names = _names(base, widths["names"])
    return Plot(alt.layer(names, *layers).properties(width=width, height=alt.Step(ROW)), data)


def rates_top(rows: Sequence[RateRow], reference: Reference | None = None) -> float:
    """Say where the scale of rates ends: a round figure above all that is drawn."""
    ends = [one for row in rows for one in (row.high, row.raw) if one is not None]
    return round_up(max([*ends, reference.at if reference else 0, 0.02]))


def round_up(share: float) -> float:
    """Round a share up to a step an axis can be read by."""
    steps = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    return next((step for step in steps if share <= step), 1.0)


def _rate_values(place: int, row: RateRow, *, is_narrow: bool) -> dict[str, Any]:
    of = f"of {row.of.rpartition(' of ')[2]}" if is_narrow and " of " in row.of else row.of
    shown = percent(row.rate) if row.rate is not None else ""
    return asdict(row) | {"place": place, "of": of, "shown": shown}


def _names(base: alt.Chart, width: int) -> alt.Chart:
    return base.mark_text(
        align="left", baseline="middle", fontSize=TEXT, color=PAINTS["ink"], limit=width - 10
    ).encode(x=alt.XValue(-width), text=alt.Text("name:N"))


def _reference_layers(reference: Reference | None) -> list[alt.Chart]:
    if reference is None:
        return []
    data = alt.Data(values=[{"at": reference.at, "words": reference.words}])
    base = alt.Chart(data).encode(x=alt.X("at:Q"))
    rule = base.mark_rule(color=PAINTS["soft"], strokeDash=[4, 3], strokeWidth=1)
    words = base.mark_text(
        align="center", baseline="bottom", fontSize=SMALL_TEXT, color=PAINTS["soft"], dy=-4
    ).encode(y=alt.YValue(0), text=alt.Text("words:N"))
    return [rule, words]


def _volume(base: alt.Chart, names: int, width: int, title: str) -> alt.LayerChart:
    x = alt.X(
        "volume:Q",
        axis=alt.Axis(title=title, tickCount=3, domain=False, format=",d"),
        scale=alt.Scale(zero=True, nice=True),
    )
    bars = base.mark_bar(
        color=PAINTS["third"], cornerRadiusEnd=CORNERS, height={"band": 0.5}
    ).encode(x=x)
    return alt.layer(_names(base, names), bars).properties(width=width, height=alt.Step(ROW))


@dataclass(frozen=True)
class MonthRate:
    """The rate of one month; young months are not judged yet."""

    month: str
    rate: float
    low: float
    high: float
    is_young: bool
    tip: str


@dataclass(frozen=True)
class Line:
    """A published figure drawn across the months; `high` differs from `low` where it is a range."""

    tag: str
    low: float
    high: float
    words: str


def rates_by_month(
    months: Sequence[MonthRate], lines: Sequence[Line], *, is_narrow: bool, title: str
) -> Plot:
    """Draw a rate over months with its interval, and published figures as lines across it."""
    notes = (28 if is_narrow else 190) if lines else 0
    width = (300 if is_narrow else 810) - notes
    height = 230 if is_narrow else 300
    ends = [one.high for one in months] + [line.high for line in lines]
    scale = alt.Scale(domain=[0, round_up(max(ends))], nice=False)
    x = alt.X(
        "yearmonth(month):T",
        axis=alt.Axis(title=None, format="%b %y", tickCount=4 if is_narrow else 8, grid=False),
        scale=alt.Scale(padding=14),
    )
    y_axis = alt.Axis(format=".0%", title=None, tickCount=5, domain=False, ticks=False)
    base = alt.Chart(alt.NamedData(ROWS), title=_title(title)).encode(
        x=x, description=alt.Description("tip:N")
    )
    y = alt.Y("rate:Q", scale=scale, axis=y_axis)
    old = base.transform_filter("!datum.is_young")
    young = base.transform_filter("datum.is_young")
    layers = [
        *_line_layers(lines, scale, width, height, is_narrow=is_narrow),
        base.mark_rule(strokeWidth=2.5, strokeCap="round", color=PAINTS["first"], opacity=0.35)
        .encode(y=alt.Y("low:Q", scale=scale, axis=y_axis), y2=alt.Y2("high:Q")),
        old.mark_line(color=PAINTS["first"], strokeWidth=2).encode(y=y),
        old.mark_point(size=60, filled=True, color=PAINTS["first"], opacity=1).encode(y=y),
        young.mark_point(size=55, filled=True, fill=PAINTS["paper"], stroke=PAINTS["first"],
                         strokeWidth=2, opacity=1).encode(y=y),
    ]  # fmt: skip
    chart = alt.layer(*layers).properties(width=width, height=height)
    return Plot(chart, {ROWS: [asdict(one) for one in months]})


@dataclass(frozen=True)
class DayShare:
    """The share that had gone on by a day; only milestones have a dot and their interval."""

    paint: str
    day: int
    share: float
    low: float | None
    high: float | None
    is_milestone: bool
    tip: str


def shares_by_day(points: Sequence[DayShare], *, is_narrow: bool, title: str) -> Plot:
    """Draw shares that grow by the day, one curve of steps for each paint."""
    width, height = (300, 210) if is_narrow else (810, 240)
    milestones = sorted({one.day for one in points if one.is_milestone})
    ends = [one.share if one.high is None else one.high for one in points]
    scale = alt.Scale(domain=[0, round_up(max(ends))], nice=False)
    y_axis = alt.Axis(format=".0%", title=None, tickCount=5, domain=False, ticks=False)
    x = alt.X(
        "day:Q",
        axis=alt.Axis(title="days since the MQL", values=milestones, grid=False, format="d"),
        scale=alt.Scale(domain=[0, max(one.day for one in points) + 2], nice=False),
    )
    y = alt.Y("share:Q", scale=scale, axis=y_axis)
    layers = []
    for paint in sorted({one.paint for one in points}):
        base = (
            alt.Chart(alt.NamedData(ROWS), title=_title(title))
            .transform_filter(f"datum.paint == '{paint}'")
            .encode(x=x)
        )
        told = base.transform_filter("datum.is_milestone").encode(
            description=alt.Description("tip:N")
        )
        layers += [
            base.mark_line(interpolate="step-after", color=PAINTS[paint], strokeWidth=1.5)
            .encode(y=y),
            told.transform_filter("isValid(datum.low)")
            .mark_rule(strokeWidth=3, strokeCap="round", color=PAINTS[paint], opacity=0.45)
            .encode(y=alt.Y("low:Q", scale=scale, axis=y_axis), y2=alt.Y2("high:Q")),
            told.mark_point(size=60, filled=True, color=PAINTS[paint], opacity=1).encode(y=y),
        ]  # fmt: skip
    chart = alt.layer(*layers).properties(width=width, height=height)
    return Plot(chart, {ROWS: [asdict(one) for one in points]})


def _line_layers(
    lines: Sequence[Line], scale: alt.Scale, width: int, height: int, *, is_narrow: bool
) -> list[alt.Chart]:
    if not lines:
        return []
    top = scale.domain[1]
    at = [height * (1 - (line.low + line.high) / 2 / top) for line in lines]
    places = spread(at, gap=15, lowest=0, highest=height)
    values = [
        asdict(line)
        | {"shown": line.tag if is_narrow else f"{line.tag} · {line.words}", "place": y}
        for line, y in zip(lines, places, strict=True)
    ]
    base = alt.Chart(alt.Data(values=values)).encode(description=alt.Description("words:N"))
    edge = {"x": alt.XValue(0), "x2": alt.X2Value(width)}
    bands = base.transform_filter("datum.high > datum.low").mark_rect(
        color=PAINTS["second"], opacity=0.13
    )
    rules = base.mark_rule(color=PAINTS["second"], strokeDash=[5, 3], strokeWidth=1.2)
    words = [
        alt.Chart(alt.Data(values=[one]))
        .mark_text(align="left", baseline="middle", fontSize=SMALL_TEXT, color=PAINTS["second"],
                   fontWeight="bold" if is_narrow else "normal", limit=18 if is_narrow else 182)
        .encode(x=alt.XValue(width + 8), y=alt.YValue(one["place"]), text=alt.Text("shown:N"))
        for one in values
    ]  # fmt: skip
    y = alt.Y("low:Q", scale=scale)
    return [
        bands.encode(y=y, y2=alt.Y2("high:Q"), **edge),
        rules.encode(y=y, **edge),
        rules.transform_filter("datum.high > datum.low").encode(
            y=alt.Y("high:Q", scale=scale), **edge
        ),
        *words,
    ]


def spread(places: Sequence[float], *, gap: float, lowest: float, highest: float) -> list[float]:
    """Move labels apart so that none covers another, in their order, each as little as it may."""
    order = sorted(range(len(places)), key=lambda one: (places[one], one))
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    limit = highest
    for one in reversed(order):
        moved[one] = max(lowest, min(moved[one], limit))
        limit = moved[one] - gap
    return moved


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar."""

    bar: str
    bar_rank: int
    part: str
    part_rank: int
    amount: float
    tip: str


def stacked(parts: Sequence[Part], paints: Sequence[str], *, is_narrow: bool, title: str) -> Plot:
    """Draw columns of parts that add up, one a month, the first part lowest."""
    width, height = (300, 200) if is_narrow else (820, 220)
    names = sorted({(one.part_rank, one.part) for one in parts})
    bars = sorted({(one.bar_rank, one.bar) for one in parts})
    every = max(1, -(-len(bars) // (4 if is_narrow else 9)))
    ticks = [rank for rank, _ in bars][::every]
    words = " : ".join(f"datum.value == {rank} ? '{bar}'" for rank, bar in bars) + " : ''"
    chart = (
        alt.Chart(alt.NamedData(ROWS), title=_title(title))
        .mark_bar(stroke=PAINTS["paper"], strokeWidth=1)
        .encode(
            x=alt.X(
                "bar_rank:O",
                scale=alt.Scale(paddingInner=0.25),
                axis=alt.Axis(values=ticks, labelExpr=words, title=None, labelAngle=0, ticks=False),
            ),
            y=alt.Y(
                "amount:Q",
                axis=alt.Axis(title=None, domain=False, ticks=False, tickCount=4, format=",d"),
            ),
            color=alt.Color(
                "part:N",
                legend=None,
                scale=alt.Scale(
                    domain=[part for _, part in names], range=[PAINTS[paint] for paint in paints]
                ),
            ),
            order=alt.Order("part_rank:Q"),
            description=alt.Description("tip:N"),
        )
        .properties(width=width, height=height)
    )
    return Plot(chart, {ROWS: [asdict(one) for one in parts]})


def _title(words: str) -> alt.TitleParams:
    return alt.TitleParams(
        words, anchor="start", fontSize=TEXT, fontWeight="normal", color=PAINTS["soft"], offset=10
    )


@dataclass(frozen=True)
class BarRow:
    """One bar to the right of nought, or to the left."""

    name: str
    amount: float
    shown: str
    of: str
    tip: str


def bars(
    groups: Sequence[tuple[str, str, Sequence[BarRow]]], *, is_narrow: bool, title: str
) -> Plot:
    """Draw groups of bars under one scale; a group is its title, its paint and its rows."""
    widths = NARROW if is_narrow else WIDE
    amounts = [row.amount for _, _, rows in groups for row in rows]
    scale = alt.Scale(domain=[min([0, *amounts]), max([0, *amounts])], nice=True, zero=True)
    charts, data = [], {}
    for place, (name, paint, rows) in enumerate(groups):
        is_last = place == len(groups) - 1
        data[f"{ROWS}{place}"] = [asdict(row) | {"place": at} for at, row in enumerate(rows)]
        axis = alt.Axis(
            title=title if is_last else None,
            labels=is_last,
            ticks=False,
            domain=False,
            tickCount=3 if is_narrow else 6,
            format=",d",
        )
        base = alt.Chart(alt.NamedData(f"{ROWS}{place}")).encode(
            y=alt.Y("place:O", axis=None, scale=alt.Scale(padding=0)),
            description=alt.Description("tip:N"),
        )
        bar = base.mark_bar(color=PAINTS[paint], height={"band": 0.56}).encode(
            x=alt.X("amount:Q", scale=scale, axis=axis)
        )
        figures = base.mark_text(
            align="right", baseline="middle", fontSize=TEXT, color=PAINTS["ink"], fontWeight="bold"
        ).encode(x=alt.XValue(widths["plot"] + widths["rates"]), text=alt.Text("shown:N"))
        notes = base.mark_text(
            align="right", baseline="middle", fontSize=SMALL_TEXT, color=PAINTS["soft"]
        ).encode(x=alt.XValue(widths["plot"] + widths["notes"]), text=alt.Text("of:N"))
        heading = alt.TitleParams(
            name,
            anchor="start",
            fontSize=TEXT,
            fontWeight="bold",
            color=PAINTS["ink"],
            frame="group",
            dx=-widths["names"],
            offset=4,
        )
        charts.append(
            alt.layer(_names(base, widths["names"]), bar, figures, notes).properties(
                width=widths["plot"], height=alt.Step(24), title=heading
            )
        )
    return Plot(alt.vconcat(*charts, spacing=14), data)
