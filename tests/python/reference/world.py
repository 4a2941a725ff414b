"""What goes in: rows as landed, the definition's seeds as text, and the moment asked about."""

from dataclasses import dataclass
from datetime import datetime

Row = dict[str, object]

# Open ends of time.
BEGINNING = datetime.fromisoformat("0001-01-01")
END = datetime.fromisoformat("9999-12-31")

# Contract order: where several rows claim one key, it decides which stands.
# fmt: off
COLUMNS = {
    "leads": [
        "lead_id", "created_at", "updated_at", "email", "full_name",
        "job_title", "company_name", "company_domain", "industry", "employee_count",
        "annual_revenue", "country", "region", "lead_source", "utm_source",
        "utm_medium", "utm_campaign", "utm_content", "utm_term", "owner_id",
        "is_deleted", "attributes",
    ],
    "events": [
        "event_id", "occurred_at", "event_type", "lead_id", "anonymous_id",
        "page_url", "referrer_url", "utm_source", "utm_medium", "utm_campaign",
        "utm_content", "utm_term", "value", "user_agent", "properties",
    ],
    "stage_changes": [
        "change_id", "lead_id", "changed_at", "status", "reason",
        "owner_id",
    ],
    "opportunities": [
        "opportunity_id", "lead_id", "created_at", "amount", "currency",
        "closed_at", "is_won",
    ],
    "sales_touches": [
        "touch_id", "lead_id", "touched_at", "touch_type", "owner_id",
    ],
    "ad_spend": [
        "spend_date", "platform", "campaign", "ad_variant", "audience",
        "spend", "impressions", "clicks", "currency",
    ],
    "accounts": [
        "company_domain", "updated_at", "is_target_account", "account_tier", "industry",
        "employee_count", "annual_revenue", "country",
    ],
}
# fmt: on


@dataclass(frozen=True)
class World:
    """One little world. Rows may lack columns (blank); every row says when it was loaded."""

    tables: dict[str, list[Row]]
    definition: dict[str, list[dict[str, str]]]
    as_of: datetime
    requalify_after_days: int = 0

    def rows(self, table: str) -> list[Row]:
        """The landed rows of one table."""
        return self.tables.get(table, [])
