"""Turns a chart into markup that is safe inside the page and takes its colours from it.

A chart is drawn in stand-in colours; each becomes a CSS variable, so that one drawing serves light,
dark and print. The markup is then built anew from a short list of elements and attributes: whatever
the drawing library or a text of the data might bring along has no way in.
"""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree  # reads only what the drawing library has just written
from xml.sax.saxutils import escape, quoteattr

import vl_convert
from altair.utils.schemapi import debug_mode

from handoff.report.charts import Plot
from handoff.report.paints import PAINTS, VARIABLES
from handoff.report.section import Picture

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
VEGA_LITE = "6.4"
ELEMENTS = {"svg", "g", "path", "line", "rect", "circle", "text", "tspan"}
ATTRIBUTES = {
    "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "dx", "dy", "width", "height",
    "viewBox", "transform", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity",
    "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "opacity",
    "text-anchor", "font-size", "font-weight", "font-style",
}  # fmt: skip
PLAIN_VALUE = re.compile(r"[\w\s.,#%+()\-]*")
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
# Room for what a chart holds beside its marks; its last words must not touch the edge.
PADDING = {"left": 2, "right": 4, "top": 4, "bottom": 4}
LOOK = {
    "font": FONT,
    "background": "transparent",
    "padding": PADDING,
    "axis": {
        "labelColor": PAINTS["soft"],
        "titleColor": PAINTS["soft"],
        "gridColor": PAINTS["line"],
        "tickColor": PAINTS["line"],
        "domainColor": PAINTS["line"],
        "labelFontSize": 12,
        "labelOverlap": "greedy",
        "labelSeparation": 8,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
}


def picture(make: Callable[..., Plot], alt_text: str) -> Picture:
    """Draw a plot for wide and for narrow pages; `make(is_narrow=...)` returns it."""
    with debug_mode(arg=False):  # the drawing library checks itself at every step, and slowly
        return Picture(
            wide=svg(make(is_narrow=False)), narrow=svg(make(is_narrow=True)), alt=alt_text
        )


def svg(plot: Plot) -> str:
    """Draw one plot as clean markup."""
    drawn = plot.chart.to_dict(validate=False)
    # In the finished words: each of the library's own methods for this copies the whole chart.
    spec = drawn | {"config": _dressed(drawn.get("config", {})), "datasets": plot.data}
    return clean(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))


def _dressed(config: dict[str, Any]) -> dict[str, Any]:
    """Give the look of all charts, beside what the library says of its own accord."""
    return config | LOOK | {"view": config.get("view", {}) | {"stroke": None}}


def clean(drawn: str) -> str:
    """Build the markup anew from what is allowed; a mark's description becomes its tooltip."""
    return _element(ElementTree.fromstring(drawn), is_root=True)  # noqa: S314


def _element(node: ElementTree.Element, *, is_root: bool = False) -> str:
    tag = node.tag.rpartition("}")[2]
    if tag not in ELEMENTS or node.get("display") == "none" or _is_nothing(node, tag):
        return ""
    attributes = {name: value for name, value in node.attrib.items() if _is_allowed(name, value)}
    if is_root:
        attributes |= {"class": "drawing", "aria-hidden": "true", "focusable": "false"}
    written = "".join(f" {name}={quoteattr(_value(one))}" for name, one in attributes.items())
    inside = _tooltip(node) + escape(node.text or "")
    inside += "".join(_element(child) + escape(child.tail or "") for child in node)
    if tag == "g" and not inside:
        return ""
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def _is_nothing(node: ElementTree.Element, tag: str) -> bool:
    """Tell the empty frames around charts and axes, and labels that had no room."""
    if tag == "text" and node.get("opacity") == "0":
        return True
    return tag == "path" and (node.get("d") in {None, "", "M0,0h0v0h0Z"})


def _is_allowed(name: str, value: str) -> bool:
    return name in ATTRIBUTES and bool(PLAIN_VALUE.fullmatch(value)) and "url" not in value


def _value(text: str) -> str:
    if text in VARIABLES:
        return VARIABLES[text]
    return LONG_NUMBER.sub(lambda found: f"{float(found.group()):.2f}", text)


def _tooltip(node: ElementTree.Element) -> str:
    if node.get("role") != "graphics-symbol" or "mark" not in node.get("aria-roledescription", ""):
        return ""
    described = node.get("aria-label", "")
    return f"<title>{escape(described)}</title>" if described else ""
