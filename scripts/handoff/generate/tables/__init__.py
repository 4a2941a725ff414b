"""The tables as an export would show them, each made of a finished block."""

from handoff.generate.tables.accounts import accounts
from handoff.generate.tables.crm import opportunities, sales_touches, stage_changes
from handoff.generate.tables.events import events
from handoff.generate.tables.leads import leads
from handoff.generate.tables.truth import truth

__all__ = [
    "accounts",
    "events",
    "leads",
    "opportunities",
    "sales_touches",
    "stage_changes",
    "truth",
]
