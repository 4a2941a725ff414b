{#-
    check_settings() -> nothing, or a compile error that names the var, its value and its range

    Runs before anything is built. Each of a project's vars is checked here and nowhere else.
-#}
{% macro check_settings() %}
    {% if execute %}
        {% for name, least in [('requalify_after_days', 0), ('min_sample', 1)] %}
            {% set given = var(name) %}
            {% if given is not integer or given < least %}
                {% do exceptions.raise_compiler_error(
                    "var " ~ name ~ " is '" ~ given ~ "'; expected a whole number of at least " ~ least
                ) %}
            {% endif %}
        {% endfor %}
        {% if not modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_]*', var('loaded_at_column')) %}
            {% do exceptions.raise_compiler_error(
                "var loaded_at_column is '" ~ var('loaded_at_column') ~ "'; expected the name of a column"
            ) %}
        {% endif %}
        {% if not modules.re.fullmatch('[A-Za-z]{0,3}', var('reporting_currency')) %}
            {% do exceptions.raise_compiler_error(
                "var reporting_currency is '" ~ var('reporting_currency') ~ "'; expected three letters, or nothing"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
