{#-
    all_marts() -> ['dim_leads', ...], and makes the caller depend on each of them

    For claims over all marts at once. dbt must know before it runs anything which models come first, so the names
    stand here, once; the claim every_mart_is_covered_by_the_claims_over_all_marts fails for one that is missing.
-#}
{% macro all_marts() -%}
    {%- set names = [
        'dim_leads',
        'fct_ad_spend',
        'fct_alerts',
        'fct_lead_outcomes',
        'fct_lead_scores',
        'fct_lead_stages',
        'fct_sales_decisions',
        'fct_score_reasons',
        'mart_attribution',
        'mart_benchmark_verdicts',
        'mart_conversion_curves',
        'mart_definition_backtest',
        'mart_definition_comparison',
        'mart_definition_lint',
        'mart_funnel_activity',
        'mart_funnel_conversion',
        'mart_input_gaps',
        'mart_lead_pricing',
        'mart_lead_source_quality',
        'mart_mql_acceptance',
        'mart_mql_queue',
        'mart_mql_vs_pql',
        'mart_pipeline_contribution',
        'mart_routing_coverage',
        'mart_rule_lift',
        'mart_score_calibration',
        'mart_score_drift',
        'mart_sla',
        'mart_source_quality_trend',
        'mart_speed_to_lead',
        'mart_threshold_sweep',
    ] -%}
    {%- for name in names %}{% do ref(name) %}{% endfor -%}
    {{ return(names) }}
{%- endmacro %}
