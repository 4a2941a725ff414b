{#-
    check_settings() -> nothing, or a compile error that names the var, its value and its range

    Runs before anything is built. What each var may be stands in the var allowed_values of dbt_project.yml.
-#}
{% macro check_settings() %}
    {% if execute %}
        {% for name, rule in var('allowed_values').items() %}
            {% set given = var(name) %}
            {% if rule.pattern is defined %}
                {% set is_allowed = modules.re.fullmatch(rule.pattern, given | string) is not none %}
                {% set expected = rule.expected %}
            {% else %}
                {% set is_kind = (given is integer) if (rule.type == 'whole number') else (given is number) %}
                {% set is_allowed = (
                    is_kind and given is not boolean
                    and (rule.least is not defined or given >= rule.least)
                    and (rule.most is not defined or given <= rule.most)
                ) %}
                {% set expected = (
                    'a ' ~ rule.type
                    ~ (' at least ' ~ rule.least if rule.least is defined else '')
                    ~ (' at most ' ~ rule.most if rule.most is defined else '')
                ) %}
            {% endif %}
            {% if not is_allowed %}
                {% do exceptions.raise_compiler_error(
                    "var " ~ name ~ " is '" ~ given ~ "'; expected " ~ expected
                ) %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
