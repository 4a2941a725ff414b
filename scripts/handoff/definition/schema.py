"""The definition folder on one page: each seed, its columns, and what a cell may hold.

Names and order of the columns are the contract. Whatever can be said of one cell alone is said
here; what binds several rows or files together is in scoring.py, criteria.py, lifecycle.py and
handling.py.
"""

from dataclasses import dataclass

from handoff.definition.kinds import (
    DATE,
    HOUR,
    IDENTIFIER,
    MOMENT,
    TEXT,
    TIME_ZONE,
    Kind,
    choice,
    whole,
)

OPERATORS = (
    "equals", "not_equals", "in", "not_in", "contains", "starts_with", "ends_with", "at_least",
    "at_most", "between", "is_present", "is_missing", "always",
)  # fmt: skip
STATUSES = ("official", "shadow")
AXES = ("fit", "intent", "product")
EVENT_AXES = ("intent", "product")
OUTCOMES = ("rejected", "recycled", "disqualified", "lost")
TRIGGERS = ("status", "outcome", "event")
TRACKS = ("marketing", "product")
ENTERED_BY = ("created", "computed", "reported")
PERIODS = ("day", "week", "month", "ever")
MATCH_ON = ("utm_medium", "utm_source", "referrer_host", "lead_source", "platform")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
REQUIRED_STAGES = ("lead", "mql", "sql", "opportunity", "customer")

# What a rule may name of a table; any other name is a key of the JSON object.
LEAD_COLUMNS = (
    "lead_id", "created_at", "updated_at", "email", "full_name", "job_title", "company_name",
    "company_domain", "industry", "employee_count", "annual_revenue", "country", "region",
    "lead_source", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term",
    "owner_id", "is_deleted", "attributes",
)  # fmt: skip
EVENT_COLUMNS = (
    "event_id", "occurred_at", "event_type", "lead_id", "anonymous_id", "page_url", "referrer_url",
    "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "value", "user_agent",
    "properties",
)  # fmt: skip
ACCOUNT_COLUMNS = (
    "company_domain", "updated_at", "is_target_account", "account_tier", "industry",
    "employee_count", "annual_revenue", "country",
)  # fmt: skip

# More rows than this is no agreement two teams have read.
MAX_ROWS = 5_000
POINTS = whole(-100_000, 100_000)
LIMIT = whole(0, 100_000)
FLOOR = whole(-100_000, 0)
COUNT = whole(1, 1_000_000)
ORDER = whole(0, 1_000_000)
PERCENT = whole(0, 100)
EMPLOYEES = whole(0, 100_000_000)


@dataclass(frozen=True)
class Column:
    """One column: its name, what a cell may hold, and whether it may be blank."""

    name: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True)
class Seed:
    """One file: its columns, what is unique in it, and what stands in when a folder lacks it.

    `keys` lists sets of columns of which no two rows may hold the same; blanks take part.
    """

    name: str
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]
    when_missing: str = "no_rules"

    @property
    def file(self) -> str:
        """Name the file."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """Name the columns in the contract's order."""
        return tuple(column.name for column in self.columns)


def _must(name: str, kind: Kind = IDENTIFIER) -> Column:
    """Write a column that may not be blank."""
    return Column(name, kind, required=True)


def _may(name: str, kind: Kind = TEXT) -> Column:
    """Write a column that may be blank."""
    return Column(name, kind)


_ALL = (
    Seed(
        "definitions",
        (
            _must("definition_id"), _must("status", choice(STATUSES)),
            _may("effective_from", MOMENT), _may("effective_to", MOMENT), _may("title"),
            _may("marketing_owner"), _may("sales_owner"), _may("approved_on", DATE), _may("reason"),
        ),
        (("definition_id",),),
        when_missing="refused",
    ),
    Seed(
        "fit_rules",
        (
            _must("definition_id"), _must("rule_id"), _may("group_id", IDENTIFIER),
            _must("attribute"), _must("operator", choice(OPERATORS)),
            _may("value", IDENTIFIER), _must("points", POINTS), _may("max_points", LIMIT),
            _may("reason"),
        ),
        (),
    ),
    Seed(
        "event_rules",
        (
            _must("definition_id"), _must("rule_id"), _must("axis", choice(EVENT_AXES)),
            _may("group_id", IDENTIFIER), _must("event_type"), _may("property", IDENTIFIER),
            _may("operator", choice(OPERATORS)), _may("value", IDENTIFIER), _must("points", POINTS),
            _may("max_points", LIMIT), _may("decay_id", IDENTIFIER),
            _may("distinct_by", IDENTIFIER), _may("min_count", COUNT), _may("within_days", COUNT),
            _may("limit_count", COUNT), _may("limit_period", choice(PERIODS)), _may("reason"),
        ),
        (),
    ),
    Seed(
        "decay_schedules",
        (_must("decay_id"), _must("after_days", ORDER), _must("remaining_percent", PERCENT)),
        (("decay_id", "after_days"),),
    ),
    Seed(
        "rule_groups",
        (
            _must("definition_id"), _must("axis", choice(AXES)), _must("group_id"),
            _may("min_points", FLOOR), _may("max_points", LIMIT), _may("reason"),
        ),
        (("definition_id", "axis", "group_id"),),
    ),
    Seed(
        "axes",
        (
            _must("definition_id"), _must("axis", choice(AXES)), _may("min_score", FLOOR),
            _may("max_score", LIMIT),
        ),
        (("definition_id", "axis"),),
    ),
    Seed(
        "grades",
        (
            _must("definition_id"), _must("axis", choice(AXES)), _must("grade"),
            _must("min_score", POINTS),
        ),
        (("definition_id", "axis", "grade"), ("definition_id", "axis", "min_score")),
    ),
    Seed(
        "stage_criteria",
        (
            _must("definition_id"), _must("stage"), _must("criterion_id"), _must("priority", ORDER),
            _may("min_fit_score", POINTS), _may("min_intent_score", POINTS),
            _may("min_product_score", POINTS), _may("min_total_score", POINTS),
            _may("required_rules", IDENTIFIER), _may("reason"),
        ),
        (("definition_id", "stage", "criterion_id"), ("definition_id", "stage", "priority")),
        when_missing="refused",
    ),
    Seed(
        "resets",
        (
            _must("definition_id"), _must("trigger_type", choice(TRIGGERS)), _must("trigger_value"),
            _must("axis", choice(AXES)), _may("reason"),
        ),
        (("definition_id", "trigger_type", "trigger_value", "axis"),),
    ),
    Seed(
        "stages",
        (
            _must("stage"), _must("rank", ORDER), _may("track", choice(TRACKS)),
            _must("entered_by", choice(ENTERED_BY)), _may("horizon_days", COUNT),
            _may("description"),
        ),
        (("stage",),),
        when_missing="refused",
    ),
    Seed(
        "status_map",
        (_must("status"), _may("stage", IDENTIFIER), _may("outcome", choice(OUTCOMES))),
        (("status",),),
    ),
    Seed(
        "sla",
        (_must("stage"), _may("criterion_id", IDENTIFIER), _must("minutes", COUNT), _may("reason")),
        (("stage", "criterion_id"),),
        when_missing="shipped",
    ),
    Seed(
        "response_classes",
        (_must("response_class"), _may("up_to_minutes", COUNT)),
        (("response_class",), ("up_to_minutes",)),
        when_missing="shipped",
    ),
    Seed(
        "working_hours",
        (
            _must("weekday", choice(WEEKDAYS)), _must("opens", HOUR), _must("closes", HOUR),
            _must("time_zone", TIME_ZONE),
        ),
        (("weekday", "opens"),),
        when_missing="shipped",
    ),
    Seed(
        "holidays",
        (_must("holiday_date", DATE), _may("name")),
        (("holiday_date",),),
        when_missing="shipped",
    ),
    Seed(
        "routing_rules",
        (
            _must("priority", ORDER), _must("queue"), _may("owner_id", IDENTIFIER),
            _may("country", IDENTIFIER), _may("region", IDENTIFIER), _may("industry", IDENTIFIER),
            _may("min_employees", EMPLOYEES),
            _may("max_employees", EMPLOYEES), _may("reason"),
        ),
        (("priority",),),
        when_missing="shipped",
    ),
    Seed(
        "channel_rules",
        (
            _must("priority", ORDER), _must("channel"), _must("match_on", choice(MATCH_ON)),
            _must("operator", choice(OPERATORS)), _may("value", IDENTIFIER), _may("reason"),
        ),
        (("priority",),),
        when_missing="shipped",
    ),
)  # fmt: skip

SEEDS = {seed.name: seed for seed in _ALL}
