{#-
    check_settings() -> nothing, or a compile error that names the var, its value and its range

    Runs before anything is built. Each of a project's vars is checked here and nowhere else.
-#}
{% macro check_settings() %}
    {% if execute %}
        {% for name, least in [
            ('requalify_after_days', 0),
            ('min_sample', 1),
            ('rule_landmark_days', 0),
            ('min_expected_customers', 1),
            ('lift_stratum_points', 1),
            ('definition_max_age_months', 1),
            ('threshold_step', 1),
        ] %}
            {% set given = var(name) %}
            {% if given is not integer or given < least %}
                {% do exceptions.raise_compiler_error(
                    "var " ~ name ~ " is '" ~ given ~ "'; expected a whole number of at least " ~ least
                ) %}
            {% endif %}
        {% endfor %}
        {% for name, pattern in [('loaded_at_column', '[A-Za-z_][A-Za-z0-9_]*'), ('load_order_column', '([A-Za-z_][A-Za-z0-9_]*)?')] %}
            {% if not modules.re.fullmatch(pattern, var(name)) %}
                {% do exceptions.raise_compiler_error(
                    "var " ~ name ~ " is '" ~ var(name) ~ "'; expected the name of a column"
                ) %}
            {% endif %}
        {% endfor %}
        {% set material = var('material_lift') %}
        {% if material is not number or material is boolean or material < 1 %}
            {% do exceptions.raise_compiler_error(
                "var material_lift is '" ~ material ~ "'; expected a number of at least 1"
            ) %}
        {% endif %}
        {% for name in ['mql_handling_cost', 'customer_gain'] %}
            {% if not modules.re.fullmatch('(\d{1,12}(\.\d{1,2})?)?', var(name) | string) %}
                {% do exceptions.raise_compiler_error(
                    "var " ~ name ~ " is '" ~ var(name)
                    ~ "'; expected an amount of at least 0 with at most two decimals, such as 120.50, or nothing"
                ) %}
            {% endif %}
        {% endfor %}
        {% set began = var('tracking_started_at') | string %}
        {% if not modules.re.fullmatch('(\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?)?)?', began) %}
            {% do exceptions.raise_compiler_error(
                "var tracking_started_at is '" ~ began
                ~ "'; expected a moment in UTC such as 2026-07-01 or 2026-07-01T06:30:00, or nothing"
            ) %}
        {% endif %}
        {% if not modules.re.fullmatch('[A-Za-z]{0,3}', var('reporting_currency')) %}
            {% do exceptions.raise_compiler_error(
                "var reporting_currency is '" ~ var('reporting_currency') ~ "'; expected three letters, or nothing"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
