{#-
    forget('lead_id', 'int_touched_leads') -> a delete, run before a kept table takes in this run's rows

    By the key that this run asks about anew, so that what has no row any more loses the ones it had; every row
    where everything is new. int_news is there before: whatever a run asks about is made of it.
-#}
{% macro forget(key, asked_about) %}
    {% if is_incremental() %}
    delete from {{ this }}
    where
        exists (select 1 from {{ news_relation() }} where is_everything_new)
        or {{ key }} in (select {{ key }} from {{ ref(asked_about) }})
    {% endif %}
{% endmacro %}
