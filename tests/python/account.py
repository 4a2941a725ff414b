"""One lead's account, written down by hand: the tables `explain` reads, without a build.

L-1 meets every limit, is recycled and comes back; two definitions, one official after the other.
What the warehouse says of its scores stands here as numbers, worked out on paper.
"""

from pathlib import Path

import duckdb

from handoff.home import Home

COLUMNS = {
    "control.as_of": "as_of timestamp",
    "staging.stg_definitions": "definition_id varchar, title varchar, is_official boolean,"
    " effective_from timestamp, effective_to timestamp",
    "staging.stg_fit_rules": "definition_id varchar, rule_id varchar, group_id varchar,"
    " attribute varchar, operator varchar, compared_value varchar, points integer,"
    " max_points integer, reason varchar",
    "staging.stg_event_rules": "definition_id varchar, rule_id varchar, axis varchar,"
    " group_id varchar, event_type varchar, property varchar, operator varchar,"
    " compared_value varchar, points integer, max_points integer, decay_id varchar,"
    " distinct_by varchar, reason varchar",
    "staging.stg_rule_groups": "definition_id varchar, axis varchar, group_id varchar,"
    " min_points integer, max_points integer",
    "staging.stg_axes": "definition_id varchar, axis varchar, min_score integer, max_score integer",
    "staging.stg_decay_schedules": "decay_id varchar, after_days integer,"
    " remaining_percent integer",
    "staging.stg_resets": "definition_id varchar, trigger_type varchar, trigger_value varchar,"
    " axis varchar, reason varchar",
    "staging.stg_stage_criteria": "definition_id varchar, stage varchar, criterion_id varchar,"
    " priority integer, min_fit_score integer, min_intent_score integer,"
    " min_product_score integer, min_total_score integer, required_rules varchar, reason varchar",
    "staging.stg_grades": "definition_id varchar, axis varchar, grade varchar, min_score integer",
    "staging.stg_status_map": "comparable_status varchar, outcome varchar",
    "staging.stg_leads": "lead_id varchar, created_at timestamp",
    "staging.stg_events": "event_id varchar, occurred_at timestamp, event_type varchar,"
    " lead_id varchar, anonymous_id varchar, page_url varchar, referrer_url varchar,"
    " utm_source varchar, utm_medium varchar, utm_campaign varchar, utm_content varchar,"
    " utm_term varchar, value decimal(28, 8), user_agent varchar, properties varchar",
    "staging.stg_opportunities": "opportunity_id varchar, lead_id varchar, closed_at timestamp",
    "staging.stg_stage_changes": "change_id varchar, lead_id varchar, changed_at timestamp,"
    " status varchar, comparable_status varchar",
    "intermediate.int_lead_register": "lead_id varchar, created_at timestamp, is_deleted boolean,"
    " has_attribute_history boolean",
    "intermediate.fct_score_ledger": "definition_id varchar, lead_id varchar, axis varchar,"
    " group_id varchar, rule_id varchar, source_id varchar, entry_at timestamp,"
    " entry_kind varchar, points decimal(18, 2)",
    "intermediate.int_score_history": "definition_id varchar, lead_id varchar,"
    " scored_at timestamp, next_scored_at timestamp, has_credit boolean, fit_hundredths bigint,"
    " intent_hundredths bigint, product_hundredths bigint, mql_criterion_id varchar",
    "intermediate.int_stage_entries": "lead_id varchar, cycle bigint, stage varchar, rank integer,"
    " observed_at timestamp, reached_at timestamp, definition_id varchar, criterion_id varchar,"
    " fit_hundredths bigint, intent_hundredths bigint, product_hundredths bigint,"
    " cycle_ended_at timestamp, cycle_outcome varchar",
}

# In the order of the columns above; times are of 2026, UTC.
ROWS = {
    "control.as_of": [("2026-04-01",)],
    "staging.stg_definitions": [
        ("new", "Right company, right moment", True, "2026-03-01", None),
        ("old", "Twenty points", True, None, "2026-03-01"),
    ],
    "staging.stg_fit_rules": [
        ("new", "size", "company", "employee_count", "at_least", "200", 30, None, "Buys"),
        ("new", "title", "company", "job_title", "contains", "vp", 20, None, "Signs"),
    ],
    "staging.stg_event_rules": [
        ("new", "visit", "intent", None, "pricing_view", None, "always", None, 20, 30, "visits",
         None, "Compares cost"),
        ("new", "demo", "intent", "hands", "demo_request", None, "always", None, 50, None, "demos",
         None, "Asked to see it"),
        ("new", "unsubscribe", "intent", None, "unsubscribe", None, "always", None, -25, None,
         None, None, "Asked us to be quiet"),
        ("old", "visit", "intent", None, "pricing_view", None, "always", None, 10, None, None,
         None, "Looks"),
    ],
    "staging.stg_rule_groups": [("new", "fit", "company", 0, 40)],
    "staging.stg_axes": [("new", "intent", None, 60)],
    "staging.stg_decay_schedules": [("visits", 10, 50), ("visits", 30, 0), ("demos", 60, 0)],
    "staging.stg_resets": [("new", "outcome", "recycled", "intent", "Goes back with nothing")],
    "staging.stg_stage_criteria": [
        ("new", "mql", "hand_raise", 10, 30, None, None, None, "demo", "Asked and fits"),
        ("new", "mql", "both", 20, 30, 40, None, None, None, "Enough of both"),
        ("old", "mql", "twenty", 10, None, None, None, 20, None, "The old bar"),
    ],
    "staging.stg_grades": [
        ("new", "fit", "A", 40), ("new", "fit", "B", 30), ("new", "fit", "C", 0),
        ("new", "intent", "1", 50), ("new", "intent", "2", 20), ("new", "intent", "3", 0),
    ],
    "staging.stg_status_map": [("recycled", "recycled")],
    "staging.stg_leads": [
        ("L-1", "2026-01-01"), ("L-2", "2026-01-01"), ("L-9", "2026-05-01"), ("L-8", "2026-01-01"),
    ],
    "staging.stg_events": [
        ("e1", "2026-01-02", "pricing_view", "L-1", None,
         "https://shop.example/pricing?email=jan.doe@mail.example") + (None,) * 9,
        ("e2", "2026-01-03", "pricing_view", "L-1") + (None,) * 11,
        ("e3", "2026-01-05", "demo_request", "L-1", *(None,) * 10,
         '{"show_id": "berlin", "full_name": "Jan Doe"}'),
        ("e4", "2026-03-10", "pricing_view", "L-1") + (None,) * 11,
        ("e5", "2026-03-25", "unsubscribe", "L-1") + (None,) * 11,
        ("e6", "2026-03-26", "demo_request", "L-1") + (None,) * 11,
        ("e7", "2026-03-26", "demo_request", "L-7") + (None,) * 11,
    ],
    "staging.stg_opportunities": [],
    "staging.stg_stage_changes": [
        ("c1", "L-1", "2026-02-01 12:00", "Recycled", "recycled"),
    ],
    "intermediate.int_lead_register": [
        ("L-1", "2026-01-01", False, True),
        ("L-2", "2026-01-01", True, True),
        ("jan.doe@mail.example", "2026-01-01", False, True),
    ],
    "intermediate.fct_score_ledger": [
        ("new", "L-1", *entry)
        for entry in [
            ("fit", "company", "size", "lead version 1", "2026-01-01", "credit", 30),
            ("fit", "company", "title", "lead version 1", "2026-01-01", "credit", 20),
            ("intent", None, "visit", "e1", "2026-01-02", "credit", 20),
            ("intent", None, "visit", "e2", "2026-01-03", "credit", 20),
            ("intent", "hands", "demo", "e3", "2026-01-05", "credit", 50),
            ("intent", None, "visit", "e1", "2026-01-12", "decay", -10),
            ("intent", None, "visit", "e2", "2026-01-13", "decay", -10),
            ("fit", "company", "title", "lead version 1", "2026-01-20", "reversal", -20),
            ("intent", None, "visit", "e1", "2026-02-01", "decay", -10),
            ("intent", None, "visit", "c1", "2026-02-01 12:00", "reset", -10),
            ("intent", "hands", "demo", "c1", "2026-02-01 12:00", "reset", -50),
            ("intent", None, "visit", "e4", "2026-03-10", "credit", 20),
            ("intent", None, "visit", "e4", "2026-03-20", "decay", -10),
            ("intent", None, "unsubscribe", "e5", "2026-03-25", "credit", -25),
            ("intent", "hands", "demo", "e6", "2026-03-26", "credit", 50),
            ("intent", None, "visit", "e4", "2026-04-09", "decay", -10),
            ("intent", "hands", "demo", "e6", "2026-05-25", "decay", -50),
        ]
    ]
    + [
        ("old", "L-1", "intent", None, "visit", event, at, "credit", 10)
        for event, at in [("e1", "2026-01-02"), ("e2", "2026-01-03"), ("e4", "2026-03-10")]
    ],
    "intermediate.int_score_history": [
        ("new", "L-1", at, None, has_credit, fit, intent, 0, criterion)
        for at, has_credit, fit, intent, criterion in [
            ("2026-01-01", True, 4000, 0, None),
            ("2026-01-02", True, 4000, 2000, None),
            ("2026-01-03", True, 4000, 3000, None),
            ("2026-01-05", True, 4000, 6000, "hand_raise"),
            ("2026-01-20", False, 3000, 6000, "hand_raise"),
            ("2026-02-01 12:00", False, 3000, 0, None),
            ("2026-03-10", True, 3000, 2000, None),
            ("2026-03-20", False, 3000, 1000, None),
            ("2026-03-25", False, 3000, 0, None),
            ("2026-03-26", True, 3000, 3500, "hand_raise"),
            ("2026-04-09", False, 3000, 2500, "hand_raise"),
            ("2026-05-25", False, 3000, 0, None),
        ]
    ]
    + [
        ("old", "L-1", "2026-01-02", None, True, 0, 1000, 0, None),
        ("old", "L-1", "2026-01-03", None, True, 0, 2000, 0, "twenty"),
        ("old", "L-1", "2026-03-10", None, True, 0, 3000, 0, "twenty"),
    ],
    "intermediate.int_stage_entries": [
        ("L-1", 1, "lead", 0, "2026-01-01", "2026-01-01") + (None,) * 5
        + ("2026-02-01 12:00", "recycled"),
        ("L-1", 1, "mql", 2, "2026-01-03", "2026-01-03", "old", "twenty", 0, 2000, 0,
         "2026-02-01 12:00", "recycled"),
        ("L-1", 2, "mql", 2, "2026-03-26", "2026-03-26", "new", "hand_raise", 3000, 3500, 0,
         None, None),
    ],
}  # fmt: skip


def built(folder: Path, *statements: str) -> Home:
    """Write the account into a home's working database; `statements` change it afterwards."""
    home = Home.at(folder).create()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.work_db}' as work (storage_version 'v1.4.0')")
        connection.execute("use work")
        connection.execute("begin")
        for schema in ("control", "staging", "intermediate"):
            connection.execute(f"create schema {schema}")
        for table, columns in COLUMNS.items():
            connection.execute(f"create table {table} ({columns})")
            for row in ROWS[table]:
                places = ", ".join("?" for _ in row)
                connection.execute(f"insert into {table} values ({places})", list(row))
        for statement in statements:
            connection.execute(statement)
        connection.execute("commit")
    return home
