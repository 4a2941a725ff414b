{#-
    asked_as_of() -> the moment this run is asked about, as text: 2026-07-01 06:30:00, in UTC

    Asked for by the var `as_of`, by $HANDOFF_AS_OF, else it is the moment this run began.
-#}
{% macro asked_as_of() %}
    {% set asked = var('as_of') or env_var('HANDOFF_AS_OF', '') %}
    {% if asked and not modules.re.fullmatch('\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?)?', asked) %}
        {% do exceptions.raise_compiler_error(
            "as_of is '" ~ asked ~ "'; expected a moment in UTC such as 2026-07-01 or 2026-07-01T06:30:00"
        ) %}
    {% endif %}
    {% do return((asked or run_started_at.strftime('%Y-%m-%d %H:%M:%S')) | replace('T', ' ') | replace('Z', '')) %}
{% endmacro %}
