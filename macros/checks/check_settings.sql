{#-
    check_settings() -> nothing, or a compile error that names the var, its value and its range

    Runs before anything is built. What each var may be stands in the var allowed_values of dbt_project.yml: a text by
    its pattern; a number, a whole number, or a list of whole numbers by its least and most, or blank where it may.
-#}
{% macro check_settings() %}
    {% if execute %}
        {% for name, rule in var('allowed_values').items() %}
            {% set given = var(name) %}
            {% if rule.pattern is defined %}
                {% set is_allowed = modules.re.fullmatch(rule.pattern, given | string) is not none %}
                {% set expected = rule.expected %}
            {% else %}
                {% set is_list = rule.type == 'list of whole numbers' %}
                {% set numbers = given if is_list else [given] %}
                {% set expected = (
                    'a ' ~ rule.type
                    ~ (' at least ' ~ rule.least if rule.least is defined else '')
                    ~ (' at most ' ~ rule.most if rule.most is defined else '')
                    ~ (', or nothing' if rule.may_be_blank is defined else '')
                ) %}
                {% set fits = namespace(all=(numbers is sequence and numbers is not string and numbers is not mapping)) %}
                {% if fits.all and not numbers %}{% set fits.all = false %}{% endif %}
                {% for number in numbers if fits.all %}
                    {% set is_kind = (number is number) if (rule.type == 'number') else (number is integer) %}
                    {% if not is_kind or number is boolean
                        or (rule.least is defined and number < rule.least)
                        or (rule.most is defined and number > rule.most) %}
                        {% set fits.all = false %}
                    {% endif %}
                {% endfor %}
                {% set is_allowed = fits.all or (rule.may_be_blank is defined and given == '') %}
            {% endif %}
            {% if not is_allowed %}
                {% do exceptions.raise_compiler_error(
                    "var " ~ name ~ " is '" ~ given ~ "'; expected " ~ expected
                ) %}
            {% endif %}
        {% endfor %}
        {% if var('trend_min_months') > var('trend_months') %}
            {% do exceptions.raise_compiler_error(
                "var trend_min_months is '" ~ var('trend_min_months') ~ "'; expected trend_months, "
                ~ var('trend_months') ~ ", at most"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
