{#-
    forget_touched_leads() -> a delete, run before a kept table takes in this run's rows

    By lead, not by key: a lead that has no row any more must lose the ones it had.
-#}
{% macro forget_touched_leads() %}
    {% if is_incremental() %}
    delete from {{ this }} where lead_id in (select lead_id from {{ ref('int_touched_leads') }})
    {% endif %}
{% endmacro %}
