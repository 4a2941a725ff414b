{#-
    url_host('events.referrer_url') -> 'www.example.com' for 'https://www.Example.com:443/a?b#c'

    Lower case, without scheme, credentials, port or path. Null for a blank and for a relative path.
-#}
{% macro url_host(url) -%}
    case
        when {{ url }} like '%://%' then nullif(lower(
            {{ dbt.split_part(dbt.split_part(dbt.split_part(dbt.split_part(dbt.split_part(
                url, "'://'", 2), "'/'", 1), "'?'", 1), "'#'", 1), "':'", 1) }}
        ), '')
        when {{ url }} like '/%' then null
        when {{ url }} like '%.%' then nullif(lower(
            {{ dbt.split_part(dbt.split_part(dbt.split_part(dbt.split_part(
                url, "'/'", 1), "'?'", 1), "'#'", 1), "':'", 1) }}
        ), '')
    end
{%- endmacro %}
