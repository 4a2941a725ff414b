"""Puts the page together: the sections in their order, the template, the style, the policy.

The page has no script and asks for nothing: its policy forbids all loading and allows the one style
sheet it carries, by its hash.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from types import ModuleType

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from handoff.report.marts import Marts
from handoff.report.section import Picture, Section
from handoff.report.sections import (
    acceptance,
    calibration,
    definitions,
    funnel,
    gaps,
    masthead,
    reasons,
    sources,
    speed,
)

IN_ORDER: tuple[tuple[ModuleType, str], ...] = (
    (funnel, "The funnel"),
    (sources, "Source quality"),
    (acceptance, "Acceptance"),
    (calibration, "Does the score hold"),
    (speed, "Speed to lead"),
    (definitions, "Definitions compared"),
    (reasons, "Where the score comes from"),
    (gaps, "What to mind"),
)


@dataclass(frozen=True)
class Signature:
    """Which run made the marts, if anything says so."""

    run_id: str | None = None
    as_of: datetime | None = None


def assemble(marts: Marts, signature: Signature, min_sample: int) -> str:
    """Make the whole page of the marts."""
    style = Markup(_text("report.css"))  # noqa: S704 - our own file, nothing of the data in it
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["drawn"] = _drawn
    template = environment.from_string(_text("report.html.j2"))
    return template.render(
        policy=policy(style),
        style=style,
        head=masthead.build(marts, signature.run_id, signature.as_of),
        sections=[_section(marts, one, title, min_sample) for one, title in IN_ORDER],
    )


def policy(style: str) -> str:
    """Forbid everything but this style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _section(marts: Marts, module: ModuleType, title: str, min_sample: int) -> Section:
    lack = next((said for need in module.NEEDS if (said := marts.lack(need))), None)
    if lack is not None:
        anchor = module.__name__.rpartition(".")[2]
        return Section(anchor=anchor, title=title, question="", lack=lack)
    build: Callable[[Marts, int], Section] = module.build
    return build(marts, min_sample)


def _drawn(picture: Picture, layout: str) -> Markup:
    """Pass on a picture's markup, which `drawing` built from a list of what is allowed."""
    return Markup(getattr(picture, layout))  # noqa: S704


def _text(file: str) -> str:
    folder = resources.files("handoff.report") / "templates"
    return (folder / file).read_text(encoding="utf-8")
