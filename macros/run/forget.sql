{#-
    forget('event_id', 'int_repeated_ids') -> a delete, run before a kept table takes in this run's rows

    By the key that this run asks about anew, so that what has no row any more loses the one it had; every row
    where everything is new.
-#}
{% macro forget(key, asked_about) %}
    {% if is_incremental() %}
    delete from {{ this }}
    where
        {{ key }} in (select {{ key }} from {{ ref(asked_about) }})
        or exists (select 1 from {{ ref('int_news') }} where is_everything_new)
    {% endif %}
{% endmacro %}
