{#-
    raw_table_columns() -> {table: [[column, type], ...]}

    The landing contract as column lists, in the order of docs/landing.md. Types are names of the
    macros in cross_db and of dbt's own; `handoff load` writes the same columns.
-#}
{% macro raw_table_columns() %}
    {% set text = dbt.type_string() %}
    {% set moment = dbt.type_timestamp() %}
    {% set yes_no = 'boolean' %}
    {% set whole = 'bigint' %}
    {% set money = 'decimal(18, 4)' %}
    {% do return({
        'leads': [
            ['lead_id', text], ['created_at', moment], ['updated_at', moment], ['email', text],
            ['full_name', text], ['job_title', text], ['company_name', text], ['company_domain', text],
            ['industry', text], ['employee_count', whole], ['annual_revenue', money], ['country', text],
            ['region', text], ['lead_source', text], ['utm_source', text], ['utm_medium', text],
            ['utm_campaign', text], ['utm_content', text], ['utm_term', text], ['owner_id', text],
            ['is_deleted', yes_no], ['attributes', text],
        ],
        'events': [
            ['event_id', text], ['occurred_at', moment], ['event_type', text], ['lead_id', text],
            ['anonymous_id', text], ['page_url', text], ['referrer_url', text], ['utm_source', text],
            ['utm_medium', text], ['utm_campaign', text], ['utm_content', text], ['utm_term', text],
            ['value', 'decimal(28, 8)'], ['user_agent', text], ['properties', text],
        ],
        'stage_changes': [
            ['change_id', text], ['lead_id', text], ['changed_at', moment], ['status', text],
            ['reason', text], ['owner_id', text],
        ],
        'opportunities': [
            ['opportunity_id', text], ['lead_id', text], ['created_at', moment], ['amount', money],
            ['currency', text], ['closed_at', moment], ['is_won', yes_no],
        ],
        'sales_touches': [
            ['touch_id', text], ['lead_id', text], ['touched_at', moment], ['touch_type', text],
            ['owner_id', text],
        ],
        'ad_spend': [
            ['spend_date', 'date'], ['platform', text], ['campaign', text], ['ad_variant', text],
            ['audience', text], ['spend', money], ['impressions', whole], ['clicks', whole],
            ['currency', text],
        ],
        'accounts': [
            ['company_domain', text], ['updated_at', moment], ['is_target_account', yes_no],
            ['account_tier', text], ['industry', text], ['employee_count', whole],
            ['annual_revenue', money], ['country', text],
        ],
    }) %}
{% endmacro %}
