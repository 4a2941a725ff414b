{#-
    join_grade_bands('scores') -> left joins of int_grade_bands as fit_bands and intent_bands

    By the definition_id, fit_hundredths and intent_hundredths of `scores`: fit_bands.grade and intent_bands.grade are
    then its grades, null below all. The model names the bands itself: `grade_bands` is its import of int_grade_bands.
-#}
{% macro join_grade_bands(scores) -%}
    {%- for axis in ['fit', 'intent'] -%}
    left join grade_bands as {{ axis }}_bands
        on
            {{ axis }}_bands.axis = '{{ axis }}'
            and {{ scores }}.definition_id = {{ axis }}_bands.definition_id
            and {{ scores }}.{{ axis }}_hundredths >= {{ axis }}_bands.from_hundredths
            and (
                {{ axis }}_bands.below_hundredths is null
                or {{ scores }}.{{ axis }}_hundredths < {{ axis }}_bands.below_hundredths
            )
    {% endfor -%}
{%- endmacro %}
