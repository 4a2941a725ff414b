"""The planted truth, written beside the data for tests: what is really so, and what was spoilt."""

from dataclasses import asdict

from handoff.generate import sales
from handoff.generate.block import Plan
from handoff.generate.clock import END, START
from handoff.generate.origins import FIT_CLASSES, INTERESTS, ORIGINS
from handoff.generate.templates import TEMPLATES

FOLDER = "_truth"
MADE_BY = "handoff generate"


def _chances(table: tuple[tuple[int, ...], ...]) -> dict[str, dict[str, int]]:
    """Name the cells of a table by fit and interest."""
    return {
        fit: dict(zip(INTERESTS, row, strict=True))
        for fit, row in zip(FIT_CLASSES, table, strict=True)
    }


def _pulls() -> dict[str, int]:
    """Say what each type of event truly says about buying (the most it can say)."""
    pulls: dict[str, int] = {}
    for template in TEMPLATES:
        pulls[template.event_type] = max(pulls.get(template.event_type, 0), template.pull)
    return dict(sorted(pulls.items()))


def planted(plan: Plan) -> dict:
    """Write down what was planted; chances and shares in ten-thousandths."""
    return {
        "made_by": MADE_BY,
        **asdict(plan),
        "starts_at": START,
        "ends_before": END,
        "origins": {
            origin.name: {
                "channel": origin.channel,
                "share": origin.share,
                "fit": dict(zip(FIT_CLASSES, origin.fit, strict=True)),
                "interest": dict(zip(INTERESTS, origin.interest, strict=True)),
                "quality": origin.quality,
                "reads_ebooks": origin.ebooks,
                "arrives_as": [asdict(touch) for touch, _weight in origin.touches],
                "lead_sources": [text for text, _weight in origin.lead_sources],
            }
            for origin in ORIGINS
        },
        "event_pull": _pulls(),
        "ebook_effect": 0,
        "fit_bar": sales.FIT_BAR,
        "hot_at": sales.HOT_AT,
        "chances": {
            "accepted_if_hot": _chances(sales.ACCEPTED),
            "qualified_if_accepted": _chances(sales.QUALIFIED),
            "won_if_qualified": _chances(sales.WON),
            "opportunity_if_qualified": sales.OPPORTUNITY,
            "quick_response_bonus": sales.QUICK_BONUS,
        },
    }
