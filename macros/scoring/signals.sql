{#-
    signals() -> {model: {event_type: ..., made_of: {event type: whether one such event tells anything by itself}}}

    Events derived from runs of others. A new signal is a model that gives the columns int_scorable_events names,
    and one more line here. What it is made of is carried as far as the signal, and moves its lead; an event that
    tells nothing by itself does so only where one that tells comes with it or after it (int_told_streaks).
-#}
{% macro signals() %}
    {% do return({
        'int_email_open_streaks': {
            'event_type': 'email_open_streak',
            'made_of': {'email_opened': true, 'email_sent': false},
        },
    }) %}
{% endmacro %}
