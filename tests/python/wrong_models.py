"""Mistakes someone could make in a model or macro, each of one sentence, and who must notice it.

A mistake replaces one passage of one file. Its passage must be there, once: a list that no longer
fits the models is a failure too. Where a tie-breaker is dropped another stands in for it: without
any, the engine could be right by luck.
"""

from dataclasses import dataclass

IDENTITY = "models/intermediate/identity/"
SIGNALS = "models/intermediate/signals/"
SCORING = "models/intermediate/scoring/"
LIFECYCLE = "models/intermediate/lifecycle/"
SOURCES = "models/intermediate/sources/"
HANDOFF = "models/intermediate/handoff/"
LEADS = "models/marts/leads/"
FUNNEL = "models/marts/funnel/"
STATISTICS = "macros/statistics/"
SOURCES_MARTS = "models/marts/sources/"

UNIT_TESTS = "unit tests"
CONTRACTS = "contracts"
WORLDS = "little worlds"


@dataclass(frozen=True)
class Mistake:
    """`before` becomes `after` in `file`; `why` is the sentence that is then no longer true.

    `noticed_in` names the models whose unit tests (or contracts) must go red where the file is a
    macro; a model speaks for itself. `noticed_by` says who notices where no unit test can. A `gap`
    says why nobody notices yet; when somebody does, it has to go.
    """

    name: str
    file: str
    before: str
    after: str
    why: str
    noticed_in: tuple[str, ...] = ()
    noticed_by: str = UNIT_TESTS
    gap: str = ""


THRESHOLDS = [
    Mistake(
        "fit has to pass the bar",
        SCORING + "int_qualification.sql",
        "timeline.fit_hundredths >= coalesce(criteria.min_fit_score * 100,",
        "timeline.fit_hundredths > coalesce(criteria.min_fit_score * 100, -1 +",
        "Thresholds are inclusive: 30 points meet a bar of 30.",
    ),
    Mistake(
        "the total has to pass the bar",
        SCORING + "int_qualification.sql",
        "timeline.fit_hundredths + timeline.intent_hundredths >= criteria.min_total_score * 100",
        "timeline.fit_hundredths + timeline.intent_hundredths > criteria.min_total_score * 100",
        "Thresholds are inclusive.",
    ),
    Mistake(
        "the total takes in product",
        SCORING + "int_qualification.sql",
        "timeline.fit_hundredths + timeline.intent_hundredths >= criteria.min_total_score * 100",
        "timeline.fit_hundredths + timeline.intent_hundredths + timeline.product_hundredths"
        " >= criteria.min_total_score * 100",
        "total = fit + intent.",
    ),
    Mistake(
        "one required rule is enough",
        SCORING + "int_qualification.sql",
        "having count(*) = max(criterion_rules.rules_required)",
        "having count(*) >= 1",
        "a&b: every one must hold a positive balance.",
    ),
    Mistake(
        "a score alone fulfils a criterion that requires rules",
        SCORING + "int_qualification.sql",
        "    where scores_sufficient.required_rules is null\n",
        "",
        "The thresholds and the required rules, all of them.",
    ),
    Mistake(
        "a required rule may be used up",
        SCORING + "int_required_rule_spells.sql",
        "where balances.balance > 0",
        "where balances.balance >= 0",
        "Required rules must hold a positive balance.",
    ),
    Mistake(
        "the last criterion is the reason",
        SCORING + "int_qualification.sql",
        "min(criteria_held.criterion_rank) as criterion_rank",
        "max(criteria_held.criterion_rank) as criterion_rank",
        "The criterion that comes first by priority is the reason.",
    ),
    Mistake(
        "at_least has to be passed",
        "macros/scoring/rule_matches.sql",
        "then coalesce({{ try_decimal(value) }} >= {{ rules }}.lowest, false)",
        "then coalesce({{ try_decimal(value) }} > {{ rules }}.lowest, false)",
        "at_least includes its end.",
        noticed_in=("int_event_matches",),
    ),
    Mistake(
        "between leaves out its upper end",
        "macros/scoring/rule_matches.sql",
        "and {{ try_decimal(value) }} <= {{ rules }}.highest, false",
        "and {{ try_decimal(value) }} < {{ rules }}.highest, false",
        "between includes both ends.",
        noticed_in=("int_event_matches",),
    ),
    Mistake(
        "an unknown attribute is never unlike",
        "macros/scoring/rule_matches.sql",
        "then {{ value }} is null or {{ value }} <> {{ rules }}.compared_value",
        "then {{ value }} <> {{ rules }}.compared_value",
        "A missing value matches not_equals.",
        noticed_in=("int_event_matches", "int_fit_credits"),
    ),
    Mistake(
        "half an item is in the list",
        "macros/scoring/is_in_list.sql",
        """{{ dbt.position("'|' || " ~ value ~ " || '|'", "'|' || " ~ list ~ " || '|'") }} > 0""",
        """{{ dbt.position(value, list) }} > 0""",
        "in asks for a whole item of a|b|c.",
        noticed_in=("int_event_matches",),
    ),
    Mistake(
        "text minds capitals",
        "macros/scoring/comparable_text.sql",
        "nullif(lower(trim({{ text }})), '')",
        "nullif(trim({{ text }}), '')",
        "Text compares trimmed and case-insensitively.",
        noticed_in=("int_event_matches",),
    ),
    Mistake(
        "a grade has to be passed",
        "macros/scoring/join_grade_bands.sql",
        "and {{ scores }}.{{ axis }}_hundredths >= {{ axis }}_bands.from_hundredths",
        "and {{ scores }}.{{ axis }}_hundredths > {{ axis }}_bands.from_hundredths",
        "The grade with the highest min_score <= score.",
        noticed_in=("int_lead_scores",),
    ),
]

DECAY = [
    Mistake(
        "points age from known_at",
        SCORING + "int_scheduled_entries.sql",
        "{{ dbt.dateadd('day', 'decay_steps.after_days', 'counted_matches.occurred_at') }}",
        "{{ dbt.dateadd('day', 'decay_steps.after_days', 'counted_matches.known_at') }}",
        "Points are credited at known_at and age from occurred_at.",
    ),
    Mistake(
        "a step at known_at is still to come",
        SCORING + "int_scheduled_entries.sql",
        "fading_entries.step_at <= fading_entries.known_at",
        "fading_entries.step_at < fading_entries.known_at",
        "The percent remaining at known_at is that of a step which begins then.",
    ),
    Mistake(
        "the step before is in force as well",
        SCORING + "int_scheduled_entries.sql",
        "or fading_entries.next_step_at > fading_entries.known_at)",
        "or fading_entries.next_step_at >= fading_entries.known_at)",
        "One credit, of the percent remaining at known_at.",
    ),
    Mistake(
        "a decay at known_at is written too",
        SCORING + "int_scheduled_entries.sql",
        "where fading_entries.step_at > fading_entries.known_at",
        "where fading_entries.step_at >= fading_entries.known_at",
        "One decay entry per later step.",
    ),
    Mistake(
        "a late credit begins in full",
        SCORING + "int_scheduled_entries.sql",
        "fading_entries.points * fading_entries.remaining_percent as hundredths",
        "fading_entries.points * 100 as hundredths",
        "One credit entry of p x (percent remaining at known_at).",
    ),
    Mistake(
        "points are rounded",
        SCORING + "int_scheduled_entries.sql",
        "fading_entries.points * fading_entries.percent_change as hundredths",
        "cast(round(fading_entries.points * fading_entries.percent_change / 100.0) * 100 as bigint)"
        " as hundredths",
        "Every entry is exact to the hundredth.",
    ),
    Mistake(
        "whole points only",
        "macros/scoring/points.sql",
        "cast({{ hundredths }} * 0.01 as decimal(18, 2))",
        "cast(round({{ hundredths }} * 0.01) as decimal(18, 2))",
        "Scores are stored to 2 decimals.",
        noticed_in=("fct_score_ledger", "int_lead_scores"),
    ),
    Mistake(
        "a score is a float",
        "macros/scoring/points.sql",
        "cast({{ hundredths }} * 0.01 as decimal(18, 2))",
        "cast({{ hundredths }} as double) / 100",
        "All point arithmetic is integer or DECIMAL, never floating point.",
        noticed_in=("fct_lead_stages",),
        noticed_by=CONTRACTS,
    ),
    Mistake(
        "a schedule begins with the whole whatever its first step",
        SCORING + "int_decay_steps.sql",
        "having min(schedules.after_days) > 0",
        "having min(schedules.after_days) >= 0",
        "A schedule begins with the whole unless its first step is at once.",
    ),
]

LIMITS = [
    Mistake(
        "a rule is limited before it fades",
        SCORING + "int_rule_balances.sql",
        "    where entries.is_limited\n",
        "    where entries.is_limited and entries.hundredths > 0\n",
        "A limit binds on the balance held now, so visits fill up again as old ones fade.",
    ),
    Mistake(
        "an axis is the sum of its rules",
        SCORING + "int_axis_balances.sql",
        "{{ ref('int_group_balances') }}",
        "{{ ref('int_rule_balances') }}",
        "First the rule, then the sum of the group, then the axis.",
        noticed_by=WORLDS,
    ),
    Mistake(
        "what a limit held back is lost",
        "macros/scoring/clamped_changes.sql",
        "{{ clamp('summed.balance', lowest, highest) }}",
        "case when summed.balance > {{ highest }} then {{ highest }} else summed.balance end",
        "Held within both ends: a floor binds as well.",
        noticed_in=("int_rule_balances", "int_group_balances", "int_axis_balances"),
    ),
    Mistake(
        "entries of one instant are clamped one by one",
        "macros/scoring/clamped_changes.sql",
        "group by {{ partition }}, {{ entries }}.entry_at",
        "group by {{ partition }}, {{ entries }}.entry_at, {{ entries }}.hundredths",
        "Entries dated at one instant are applied together.",
        noticed_in=("int_rule_balances", "int_group_balances", "int_axis_balances"),
    ),
    Mistake(
        "an axis has no floor of its own",
        SCORING + "int_rules.sql",
        "coalesce(axes.min_score, 0) * 100 as axis_lowest",
        "axes.min_score * 100 as axis_lowest",
        "What has no row in axes has no limit but the floor of 0.",
    ),
    Mistake(
        "an axis without limits has no rules",
        SCORING + "int_rules.sql",
        "    left join axes\n",
        "    inner join axes\n",
        "What has no row in axes still counts.",
    ),
    Mistake(
        "a swallowed credit is no act",
        SCORING + "int_score_timeline.sql",
        "        1 as credit\n",
        "        0 as credit\n",
        "A credit that a limit swallows is a credit time all the same.",
    ),
    Mistake(
        "a negative credit is an act",
        SCORING + "int_score_timeline.sql",
        "score_entries.entry_kind = 'credit' and score_entries.hundredths > 0",
        "score_entries.entry_kind = 'credit' and score_entries.hundredths <> 0",
        "A credit time is that of a positive credit.",
    ),
]

COUNTING = [
    Mistake(
        "distinct_by is forgotten",
        SCORING + "int_counted_matches.sql",
        "where distinct_ranked.distinct_by is null or distinct_ranked.value_rank = 1",
        "where distinct_ranked.distinct_by is null or distinct_ranked.value_rank >= 1",
        "Three scans of one booth session are one.",
    ),
    Mistake(
        "no value is one more value",
        SCORING + "int_counted_matches.sql",
        "demanding_matches.distinct_by is null or demanding_matches.distinct_value is not null",
        "demanding_matches.rule_key is not null",
        "A match without the property does not count.",
    ),
    Mistake(
        "within_days takes in its far end",
        SCORING + "int_counted_matches.sql",
        "                > {{ dbt.dateadd(",
        "                >= {{ dbt.dateadd(",
        "occurred_at > this one's - within_days days.",
    ),
    Mistake(
        "min_count asks for one match less",
        SCORING + "int_counted_matches.sql",
        "distinct_matches.match_number - distinct_matches.min_count + 1",
        "distinct_matches.match_number - distinct_matches.min_count + 2",
        "The (n - 1)-th before it has to exist.",
    ),
    Mistake(
        "the limit is never reached",
        SCORING + "int_counted_matches.sql",
        "period_ranked.period_rank <= period_ranked.limit_count",
        "period_ranked.period_rank < period_ranked.limit_count",
        "At most that many per period, and as many.",
    ),
    Mistake(
        "a month is that of known_at",
        SCORING + "int_counted_matches.sql",
        "{{ dbt.date_trunc('month', 'sufficient_matches.occurred_at') }}",
        "{{ dbt.date_trunc('month', 'sufficient_matches.known_at') }}",
        "Periods are of occurred_at.",
    ),
    Mistake(
        "of one value the largest event_id counts",
        SCORING + "int_counted_matches.sql",
        "demanding_matches.known_at, demanding_matches.occurred_at, demanding_matches.event_id",
        "demanding_matches.known_at, demanding_matches.occurred_at,"
        " demanding_matches.event_id desc",
        "Matches are taken in the order known_at, occurred_at, event_id.",
    ),
    Mistake(
        "of matches known at once the largest event_id wins",
        SCORING + "int_counted_matches.sql",
        "sufficient_matches.known_at, sufficient_matches.occurred_at, sufficient_matches.event_id",
        "sufficient_matches.known_at, sufficient_matches.occurred_at,"
        " sufficient_matches.event_id desc",
        "Matches are taken in the order known_at, occurred_at, event_id.",
        noticed_by=WORLDS,
    ),
    Mistake(
        "matches are taken as they happened",
        SCORING + "int_counted_matches.sql",
        "order by distinct_ranked.known_at, distinct_ranked.occurred_at, distinct_ranked.event_id",
        "order by distinct_ranked.occurred_at, distinct_ranked.event_id",
        "What becomes known later never displaces what was credited before.",
    ),
    Mistake(
        "counts go on over a reset",
        SCORING + "int_counted_matches.sql",
        "sufficient_matches.rule_key, sufficient_matches.lead_key,"
        " sufficient_matches.spell_number,\n",
        "sufficient_matches.rule_key, sufficient_matches.lead_key,\n",
        "A reset of the axis starts all three counts anew.",
    ),
]

RESETS = [
    Mistake(
        "an entry at the reset stands",
        SCORING + "int_score_entries.sql",
        "scheduled_entries.entry_at < scheduled_entries.reset_at",
        "scheduled_entries.entry_at <= scheduled_entries.reset_at",
        "Of every credit dated <= r the entries dated >= r are dropped.",
    ),
    Mistake(
        "what is known at the reset comes after it as well",
        SCORING + "int_event_matches.sql",
        "candidates.known_at > reset_spells.after_at",
        "candidates.known_at >= reset_spells.after_at",
        "A match with known_at = r belongs to before the reset.",
    ),
    Mistake(
        "what is known at the reset belongs nowhere",
        SCORING + "int_event_matches.sql",
        "candidates.known_at <= reset_spells.up_to_at",
        "candidates.known_at < reset_spells.up_to_at",
        "A match with known_at = r belongs to before the reset.",
    ),
    Mistake(
        "who was never reset has no matches",
        SCORING + "int_event_matches.sql",
        "    left join reset_spells\n",
        "    inner join reset_spells\n",
        "A reset is asked for by few; the others keep what they earn.",
    ),
    Mistake(
        "several resets at one instant are several",
        SCORING + "int_reset_spells.sql",
        "group by axis_keys.axis_key, triggered.lead_key, triggered.reset_at",
        "group by axis_keys.axis_key, triggered.lead_key, triggered.reset_at, triggered.source_id",
        "Of one axis, several at one instant are one.",
    ),
]

FIT = [
    Mistake(
        "every version is credited anew",
        SCORING + "int_fit_credits.sql",
        "matches_numbered.state_number - matches_numbered.match_number",
        "matches_numbered.state_number",
        "Unbroken matches are one credit, not several.",
    ),
    Mistake(
        "who matched once matches for ever",
        SCORING + "int_fit_credits.sql",
        "        matches_numbered.lead_key,\n"
        "        matches_numbered.state_number - matches_numbered.match_number\n",
        "        matches_numbered.lead_key\n",
        "Reversed when a version that no longer matches begins, credited again when one does.",
    ),
    Mistake(
        "fit credited at the reset comes after it as well",
        SCORING + "int_fit_credits.sql",
        "first_states.valid_from > reset_spells.after_at",
        "first_states.valid_from >= reset_spells.after_at",
        "A credit dated <= r is cancelled.",
    ),
    Mistake(
        "a lead without an account has no attributes",
        SCORING + "int_fit_states.sql",
        "    left join account_versions\n",
        "    inner join account_versions\n",
        "Fit follows the lead's versions, account or none.",
    ),
    Mistake(
        "an account version ends a moment late",
        SCORING + "int_fit_states.sql",
        "or lead_versions.valid_from < account_versions.valid_to)",
        "or lead_versions.valid_from <= account_versions.valid_to)",
        "A version holds until the next one.",
        noticed_by=WORLDS,
    ),
    Mistake(
        "has_fit_evidence is asked of any version",
        SCORING + "int_fit_evidence.sql",
        "    where attribute_values.valid_to is null\n",
        "",
        "has_fit_evidence speaks of the version held now.",
    ),
    Mistake(
        "a version that held for no time held",
        IDENTITY + "int_lead_versions.sql",
        "versions_seen.valid_to > versions_seen.valid_from as is_held",
        "versions_seen.valid_to >= versions_seen.valid_from as is_held",
        "Of several versions that begin to hold at one instant the last holds.",
    ),
    Mistake(
        "a version holds from before the lead",
        IDENTITY + "int_lead_versions.sql",
        "else greatest(versions_numbered.version_at, versions_numbered.lead_created_at)",
        "else versions_numbered.version_at",
        "Never before created_at.",
    ),
    Mistake(
        "the version of this moment is not seen",
        IDENTITY + "int_lead_versions.sql",
        "where versions_dated.valid_from <= as_of.as_of",
        "where versions_dated.valid_from < as_of.as_of",
        "What is dated at as-of is seen.",
    ),
    Mistake(
        "a new target list rewrites who was a target",
        IDENTITY + "int_account_versions.sql",
        "            order by deliveries_ranked.version_at\n",
        "            order by deliveries_ranked.version_at desc\n",
        "The first account version holds from the beginning, the others from their own time.",
    ),
]

EVENTS = [
    Mistake(
        "an event at as-of is not seen",
        "macros/scoring/is_standing.sql",
        "{{ events }}.occurred_at <= {{ as_of_moment() }}",
        "{{ events }}.occurred_at < {{ as_of_moment() }}",
        "What is dated after as-of is not seen; what is dated at it is.",
        noticed_in=("int_events", "int_known_events"),
    ),
    Mistake(
        "a delivery at as-of is not seen",
        IDENTITY + "int_repeated_events.sql",
        "events.occurred_at <= {{ as_of_moment() }}",
        "events.occurred_at < {{ as_of_moment() }}",
        "Of several deliveries those dated up to as-of are seen, as-of included.",
    ),
    Mistake(
        "the delivery loaded first stands",
        IDENTITY + "int_repeated_events.sql",
        "        row_number() over (\n"
        "            partition by events_seen.event_id\n"
        "            order by {{ content_order",
        "        row_number() over (\n"
        "            partition by events_seen.event_id\n"
        "            order by events_seen.batch_number, {{ content_order",
        "A fixed rule on the content, never the order of loading, says which stands.",
        noticed_by=WORLDS,
    ),
    Mistake(
        "a blank comes first",
        "macros/run/content_order.sql",
        "{{ relation }}.{{ name }} nulls last",
        "{{ relation }}.{{ name }} nulls first",
        "Content is ordered ascending, blank last.",
        noticed_in=(
            "int_repeated_events",
            "int_lead_versions",
            "int_opportunities",
            "int_ad_spend",
        ),
    ),
    Mistake(
        "the largest event_id speaks",
        IDENTITY + "int_identifications.sql",
        "            order by events.event_id\n",
        "            order by events.event_id desc\n",
        "Of several identifications at one instant the smallest event_id speaks.",
    ),
    Mistake(
        "one lead is known by the last time it was said",
        IDENTITY + "int_identifications.sql",
        "min(events.identified_at) as identified_at",
        "max(events.identified_at) as identified_at",
        "An id that names one lead again and again stands for it from the first time.",
    ),
    Mistake(
        "an id that named two leads is theirs from the first to the last",
        IDENTITY + "int_identifications.sql",
        "    where ids.lead_id = ids.other_lead_id\n",
        "",
        "An id that names several leads stands for each in its own stretch.",
    ),
    Mistake(
        "an identification at the very moment is later",
        "macros/scoring/is_within_spell.sql",
        "{{ events }}.occurred_at >= {{ spells }}.valid_from",
        "{{ events }}.occurred_at > {{ spells }}.valid_from",
        "The last identification at or before the event.",
        noticed_in=("int_known_events",),
    ),
    Mistake(
        "an event is known when it happens",
        IDENTITY + "int_known_events.sql",
        "greatest(events.occurred_at, spells_of_leads.identified_at, spells_of_leads.created_at)",
        "greatest(events.occurred_at, spells_of_leads.created_at)",
        "Not before we could have known whose it was.",
    ),
    Mistake(
        "an event is known before its lead",
        IDENTITY + "int_known_events.sql",
        "greatest(events.occurred_at, spells_of_leads.identified_at, spells_of_leads.created_at)",
        "greatest(events.occurred_at, spells_of_leads.identified_at)",
        "known_at is never before the lead's created_at.",
    ),
    Mistake(
        "an unopened e-mail breaks nothing",
        SIGNALS + "int_email_open_streaks.sql",
        "sum(case when opens_ranked.event_id is null then 1 else 0 end) over (",
        "sum(0) over (",
        "An e-mail sent and not opened breaks the run.",
    ),
    Mistake(
        "a second open is one more e-mail",
        SIGNALS + "int_email_open_streaks.sql",
        "            and opens_ranked.open_rank = 1\n",
        "",
        "One e-mail counts once, by its first open.",
    ),
    Mistake(
        "a run ends a place before the next e-mail opened later",
        SIGNALS + "int_email_open_streaks.sql",
        "pairs_reached.last_left_place + pairs_reached.right_reached + 1",
        "pairs_reached.last_left_place + pairs_reached.right_reached",
        "The run reaches up to the next e-mail that was opened later.",
    ),
    Mistake(
        "a run begins at the first e-mail opened later, not the nearest",
        SIGNALS + "int_email_open_streaks.sql",
        "        max(\n            case\n                when pairs_reached.is_right = 1",
        "        min(\n            case\n                when pairs_reached.is_right = 1",
        "The run reaches back to the nearest e-mail that was opened later.",
    ),
    Mistake(
        "a redelivered event touches only its new lead",
        IDENTITY + "int_touched_leads.sql",
        "    select redelivered_events.lead_id\n"
        "    from redelivered_events\n"
        "    where redelivered_events.lead_id is not null\n"
        "    union\n",
        "",
        "The same id may have been somebody else's before.",
    ),
    Mistake(
        "an identification that begins a stretch moves nobody",
        IDENTITY + "int_touched_leads.sql",
        "            or new_events.occurred_at <= identifications.identified_at\n",
        "",
        "Where a stretch begins with it, the id stood for somebody else before.",
    ),
    Mistake(
        "who was named at the same instant is forgotten",
        IDENTITY + "int_touched_leads.sql",
        "    where new_events.lead_id <> identifying_events.lead_id\n",
        "    where new_events.lead_id is null\n",
        "Another lead, named at the same instant, may have spoken until now.",
    ),
    Mistake(
        "what a source tells is not news",
        IDENTITY + "int_new_events.sql",
        "coalesce(used_types.is_telling, false) or new_events.has_source as is_telling",
        "coalesce(used_types.is_telling, false) as is_telling",
        "A visit with a source is a touch, whatever its type.",
    ),
    Mistake(
        "the load taken in last is new again",
        IDENTITY + "int_new_events.sql",
        "    where events.batch_number > news.last_batch_number\n",
        "    where events.batch_number >= news.last_batch_number\n",
        "News lie above the last load that was taken in.",
    ),
    Mistake(
        "time stirs nobody",
        SCORING + "int_stirred_leads.sql",
        "where ledger.entry_at > news.from_as_of and ledger.entry_at <= news.to_as_of",
        "where ledger.entry_at > news.to_as_of and ledger.entry_at <= news.from_as_of",
        "A scheduled decay changes what a lead holds though nothing new is known of it.",
    ),
    Mistake(
        "touched leads keep what they had",
        "macros/run/forget.sql",
        "or {{ key }} in (select",
        "or {{ key }} not in (select",
        "A lead that is recomputed loses its earlier rows, and nobody else does.",
        noticed_by=WORLDS,
    ),
]

JOURNEYS = [
    Mistake(
        "time alone qualifies",
        LIFECYCLE + "int_stage_observations.sql",
        "    where qualification.has_credit\n",
        "",
        "Time passing and definitions changing never qualify anyone; acting does.",
    ),
    Mistake(
        "a definition begins a moment late",
        "macros/lifecycle/is_official_at.sql",
        "{{ moment }} >= {{ definitions }}.effective_from",
        "{{ moment }} > {{ definitions }}.effective_from",
        "effective_from <= t < effective_to.",
        noticed_in=("int_stage_observations",),
    ),
    Mistake(
        "a definition ends a moment late",
        "macros/lifecycle/is_official_at.sql",
        "{{ moment }} < {{ definitions }}.effective_to",
        "{{ moment }} <= {{ definitions }}.effective_to",
        "effective_from <= t < effective_to.",
        noticed_in=("int_stage_observations",),
    ),
    Mistake(
        "shadows judge",
        "macros/lifecycle/is_official_at.sql",
        "    {{ definitions }}.is_official\n    and ",
        "    ",
        "Leads are judged by the definition that is official.",
        noticed_in=("int_stage_observations",),
    ),
    Mistake(
        "what happens at the end belongs to the next cycle",
        LIFECYCLE + "int_stage_observations.sql",
        "or official_moments.scored_at <= cycle_spells.ended_at",
        "or official_moments.scored_at < cycle_spells.ended_at",
        "A cycle holds what happens up to its end, the end included.",
    ),
    Mistake(
        "the last name ends the cycle",
        LIFECYCLE + "int_cycle_spells.sql",
        "min(reports.outcome) as outcome",
        "max(reports.outcome) as outcome",
        "Of several outcomes at one instant the alphabetically first names the end.",
    ),
    Mistake(
        "an outcome at creation ends nothing",
        LIFECYCLE + "int_cycle_spells.sql",
        "reports.reported_at >= leads.created_at",
        "reports.reported_at > leads.created_at",
        "An outcome at created_at ends cycle 1.",
    ),
    Mistake(
        "an unmapped status was never said",
        LIFECYCLE + "int_sales_reports.sql",
        "    left join status_map\n",
        "    inner join status_map\n",
        "A status that maps to nothing may still reset an axis.",
    ),
    Mistake(
        "a loss ends it whatever else is open",
        LIFECYCLE + "int_sales_reports.sql",
        "        and others.opportunity_id is null\n",
        "",
        "Losing one says nothing while another is open.",
    ),
    Mistake(
        "only computed stages are entered",
        LIFECYCLE + "int_stage_entries.sql",
        "    left join reasons\n",
        "    inner join reasons\n",
        "Reported and inferred stages have no reason, and are rows all the same.",
    ),
    Mistake(
        "the product track closes gaps",
        LIFECYCLE + "int_stage_entries.sql",
        "                and not observed_stages.is_product_track\n",
        "",
        "The product track stands apart.",
    ),
    Mistake(
        "a lead without entries has no score",
        SCORING + "int_lead_scores.sql",
        "    left join standings\n",
        "    inner join standings\n",
        "Every lead has a score under every definition, 0 where nothing counts.",
    ),
    Mistake(
        "a score changes a moment late",
        SCORING + "int_lead_scores.sql",
        "is_now = 'history.scored_at <= ' ~ as_of_moment()\n"
        "    ~ ' and (history.next_scored_at is null or history.next_scored_at > '",
        "is_now = 'history.scored_at < ' ~ as_of_moment()\n"
        "    ~ ' and (history.next_scored_at is null or history.next_scored_at >= '",
        "The sum of the rows dated up to that moment, that moment included.",
    ),
    Mistake(
        "a lead cools with its next decay",
        SCORING + "int_lead_scores.sql",
        "when history.mql_criterion_id is null and history.scored_at >",
        "when history.scored_at >",
        "cools_at is when the condition stops holding, not when points fade.",
    ),
    Mistake(
        "a lead without a channel is nobody",
        LEADS + "dim_leads.sql",
        "    left join channels\n",
        "    inner join channels\n",
        "Every lead that is not deleted has a row.",
    ),
    Mistake(
        "the last touch speaks",
        SOURCES + "int_touches.sql",
        "order by visits.occurred_at, visits.event_id",
        "order by visits.occurred_at desc, visits.event_id",
        "The channel is that of the first touch.",
    ),
    Mistake(
        "of two touches at once the largest event_id speaks",
        SOURCES + "int_touches.sql",
        "order by visits.occurred_at, visits.event_id",
        "order by visits.occurred_at, visits.event_id desc",
        "Of several touches at one instant the smallest event_id speaks.",
    ),
    Mistake(
        "a lead that no rule names has no channel row",
        SOURCES + "int_lead_channels.sql",
        "    left join channel_rules\n",
        "    inner join channel_rules\n",
        "A lead whose touch no rule names keeps a row, and its campaign.",
    ),
]

HANDED_OFF = [
    Mistake(
        "an inferred MQL is handed off",
        HANDOFF + "int_mqls.sql",
        "    where entries.stage = 'mql' and entries.observed_at is not null\n",
        "    where entries.stage = 'mql'\n",
        "Hand-off is asked of MQLs that were observed.",
    ),
    Mistake(
        "an answer at the very entry is none",
        HANDOFF + "int_first_responses.sql",
        "            and mqls.mql_at <= activities.acted_at\n",
        "            and mqls.mql_at < activities.acted_at\n",
        "The first response is at or after the entry.",
    ),
    Mistake(
        "work of the cycle before counts",
        HANDOFF + "int_first_responses.sql",
        "(mqls.cycle_started_at is null or mqls.cycle_started_at < activities.acted_at)",
        "mqls.mql_at > activities.acted_at",
        "What came of the cycle before is not held against this one.",
    ),
    Mistake(
        "an outcome begins work",
        HANDOFF + "int_first_responses.sql",
        "    where activities.outcome is null\n",
        "",
        "A status that means an outcome begins no work.",
    ),
    Mistake(
        "the promise for any comes first",
        HANDOFF + "int_sla_clocks.sql",
        "order by case when promises.criterion_id is null then 1 else 0 end",
        "order by case when promises.criterion_id is null then 0 else 1 end",
        "The more specific row wins.",
    ),
    Mistake(
        "something was promised before tracking began",
        HANDOFF + "int_sla_clocks.sql",
        "    where not coalesce(mqls.is_before_tracking, false)\n",
        "",
        "Of an MQL from before tracking began nothing is due.",
    ),
    Mistake(
        "a cycle follows the cycle with the number before",
        LIFECYCLE + "int_stage_entries.sql",
        "        cycles.started_at as cycle_started_at,\n",
        "        lag(cycles.ended_at) over (partition by cycles.lead_key order by cycles.cycle)\n"
        "            as cycle_started_at,\n",
        "A cycle begins with the outcome before, in a stretch with a stage or not.",
    ),
    Mistake(
        "acceptance by the product track",
        HANDOFF + "int_sales_decisions.sql",
        "    where entries.rank > mql_stage.mql_rank and not entries.is_product_track\n",
        "    where entries.rank > mql_stage.mql_rank\n",
        "Sales accepts by a stage of its own.",
    ),
    Mistake(
        "an unknown country fits",
        HANDOFF + "int_routed_mqls.sql",
        "(rules.country is null or mqls.country = rules.country)",
        "(rules.country is null or coalesce(mqls.country, '') in ('', rules.country))",
        "What is unknown fits no rule that asks for it.",
    ),
    Mistake(
        "faded points are evidence",
        HANDOFF + "int_crossing_points.sql",
        "            and crossings.observed_at >= ledger.entry_at\n",
        "",
        "Evidence is what was held at the crossing.",
    ),
    Mistake(
        "the latest delivery of a status stands",
        LIFECYCLE + "int_status_changes.sql",
        "                stage_changes.changed_at,\n",
        "                stage_changes.changed_at desc,\n",
        "Of several deliveries the earliest stands.",
    ),
]

MEASURES = [
    Mistake(
        "a late conversion counts as one within the horizon",
        LIFECYCLE + "int_step_conversions.sql",
        "and steps_dated.to_observed_at <= steps_dated.mature_at",
        "and steps_dated.to_observed_at is not null",
        "mature_rate = converted within the horizon / mature.",
    ),
    Mistake(
        "a lead is mature a moment late",
        LIFECYCLE + "int_step_conversions.sql",
        "case when steps_dated.mature_at <= as_of.as_of then 1 else 0 end as is_mature",
        "case when steps_dated.mature_at < as_of.as_of then 1 else 0 end as is_mature",
        "A lead is mature when its entry + horizon <= as-of.",
    ),
    Mistake(
        "what came before the entry is a conversion",
        LIFECYCLE + "int_step_conversions.sql",
        "            and entries.reached_at <= later_entries.reached_at\n",
        "",
        "A PQL that was a customer already did not convert.",
    ),
    Mistake(
        "an inferred entry is an observed one",
        LIFECYCLE + "int_step_conversions.sql",
        "case when not entries.is_inferred then entries.observed_at end as from_observed_at",
        "entries.observed_at as from_observed_at",
        "Observed: both stages observed in their place.",
    ),
    Mistake(
        "an mql counts as mature whenever it came",
        LIFECYCLE + "int_lead_outcomes.sql",
        " and histories.first_mql_at <= leads_dated.mature_at\n",
        " and histories.has_mql = 1\n",
        "Of the mature, those count as MQL that became one within the horizon.",
    ),
    Mistake(
        "the product track moves leads on",
        LIFECYCLE + "int_stage_stays.sql",
        "            and (entries.is_product_track or not higher_entries.is_product_track)\n",
        "",
        "The product track stands apart.",
    ),
    Mistake(
        "who was further already left before it came",
        LIFECYCLE + "int_stage_stays.sql",
        "when next_stages.reached_at < entries.reached_at then entries.reached_at",
        "when next_stages.reached_at < entries.reached_at then next_stages.reached_at",
        "Who was further already is through at once.",
    ),
    Mistake(
        "a month is whole a moment late",
        LIFECYCLE + "int_months.sql",
        "months_numbered.ends_at > months_numbered.as_of as is_partial_month",
        "months_numbered.ends_at >= months_numbered.as_of as is_partial_month",
        "A month is whole once as-of has seen its end.",
    ),
    Mistake(
        "the eighth day begun is the seventh",
        LIFECYCLE + "int_conversion_days.sql",
        "then whole_days.full_days + 1",
        "then whole_days.full_days",
        "By day 7 is within 7 times 24 hours.",
    ),
    Mistake(
        "a conversion of the running day is in the curve",
        LIFECYCLE + "int_conversion_days.sql",
        "case when dated.converted_after_days <= dated.watched_days then 1",
        "case when dated.converted_after_days <= dated.watched_days + 1 then 1",
        "A day counts once it is over.",
    ),
    Mistake(
        "the last of a day to convert is not seen",
        STATISTICS + "kaplan_meier.sql",
        "case when converted > 0 and converted = at_risk then 1 else 0 end as is_last",
        "0 as is_last",
        "Where all have converted the share is 1.",
        noticed_in=("mart_conversion_curves",),
    ),
    Mistake(
        "who is censored on a day was not at risk on it",
        STATISTICS + "kaplan_meier.sql",
        "cast(sum(converted + censored) over (\n",
        "cast(sum(converted) over (\n",
        "Who is censored on a day was at risk on it.",
        noticed_in=("mart_conversion_curves",),
    ),
    Mistake(
        "half is not yet the median",
        FUNNEL + "mart_conversion_curves.sql",
        "estimated.survival <= 0.5",
        "estimated.survival < 0.5",
        "The median is the first day by which half had converted.",
    ),
    Mistake(
        "leads that are alike count as one",
        FUNNEL + "mart_funnel_conversion.sql",
        "{{ whole_sum('countings.' ~ count) }}",
        "{{ 'max(countings.' ~ count ~ ')' }}",
        "Each lead in a cycle is one.",
    ),
    Mistake(
        "conversions of leads that are alike count as one",
        FUNNEL + "mart_conversion_curves.sql",
        "{{ whole_sum('conversion_days.is_converted') }}",
        "max(conversion_days.is_converted)",
        "Each that converted on a day is one.",
    ),
    Mistake(
        "moves of leads that are alike count as one",
        FUNNEL + "mart_funnel_activity.sql",
        "{{ whole_sum('movements.' ~ count) }}",
        "{{ 'max(movements.' ~ count ~ ')' }}",
        "Each stay that begins or ends in a month is one.",
    ),
    Mistake(
        "nobody leaves a stage",
        FUNNEL + "mart_funnel_activity.sql",
        "sum(totals.entries - totals.exits) over",
        "sum(totals.entries) over",
        "opening + entries - exits = closing.",
    ),
    Mistake(
        "the prior weighs one lead",
        STATISTICS + "shrunk_rate.sql",
        "cast({{ overall_part }} as {{ double }}) * {{ strength }}",
        "cast({{ overall_part }} as {{ double }}) * 1",
        "Rankings use the shrunk rate, its strength a var.",
        noticed_in=("mart_lead_source_quality",),
    ),
    Mistake(
        "a source that came had a rate of nothing before",
        STATISTICS + "mix_part.sql",
        "coalesce({{ rate_before }}, {{ rate_now }})",
        "coalesce({{ rate_before }}, 0)",
        "A source that came or went is all mix.",
        noticed_in=("mart_source_quality_trend",),
    ),
    Mistake(
        "a change of rate weighs as much as the share before",
        STATISTICS + "rate_part.sql",
        "({{ share_before }} + {{ share_now }}) / 2",
        "{{ share_before }}",
        "The two parts sum to the change.",
        noticed_in=("mart_source_quality_trend",),
    ),
]

CREDIT = [
    Mistake(
        "the lead's own columns are a touch beside the event that says the same",
        SOURCES + "int_touches.sql",
        "    where own_touches.event_id is null"
        " or telling_visits.event_id <> own_touches.event_id\n",
        "",
        "Own columns that an event by then says too are one touch.",
    ),
    Mistake(
        "an event after the creation may be the lead's own columns",
        SOURCES + "int_touches.sql",
        "            and own_columns.created_at >= telling_visits.occurred_at\n",
        "",
        "A later click on the same link is another touch.",
    ),
    Mistake(
        "lead_source speaks for every touch",
        SOURCES + "int_touch_paths.sql",
        "            when touches.is_first then lead_channels.channel\n"
        "            else coalesce(channel_rules.channel, 'direct')",
        "            when touches.is_first then lead_channels.channel\n"
        "            else coalesce(channel_rules.channel, lead_channels.channel)",
        "lead_source says where the lead came from: of a later touch it says nothing.",
    ),
    Mistake(
        "an inferred mql is a conversion",
        SOURCES + "int_attributed_conversions.sql",
        "(entries.stage = 'mql' and entries.observed_at is not null)",
        "entries.stage = 'mql'",
        "An mql converts when it is observed.",
    ),
    Mistake(
        "a touch at the very moment comes too late",
        SOURCES + "int_conversion_paths.sql",
        "conversions.converted_at >= paths.touched_at",
        "conversions.converted_at > paths.touched_at",
        "Touches at or before the conversion.",
    ),
    Mistake(
        "two touches are 40 and 40 and nobody has the rest",
        SOURCES + "int_attribution_shares.sql",
        "paths.touches_in_path = 2\n",
        "paths.touches_in_path = 0\n",
        "Two touches have half each, also where the first is the last too.",
    ),
    Mistake(
        "what rounding leaves is lost",
        SOURCES + "int_attribution_shares.sql",
        "                when parts.is_last\n",
        "                when false\n",
        "Credits of one conversion sum to exactly 1.",
    ),
    Mistake(
        "what nothing touched is nobody's",
        SOURCES + "int_attribution_shares.sql",
        "    left join touch_credits\n",
        "    inner join touch_credits\n",
        "Credits sum to the conversions.",
    ),
    Mistake(
        "a touch fades away in a day",
        SOURCES + "int_attribution_shares.sql",
        "paths.days_before_last / {{ var('attribution_half_life_days') }}",
        "paths.days_before_last",
        "Half as much for each half-life.",
    ),
    Mistake(
        "what came of the lead came of each of its MQLs",
        SOURCES_MARTS + "mart_pipeline_contribution.sql",
        "            and steps.cycle = cycle_deals.cycle\n",
        "",
        "Actual amounts are of the MQLs' own cycles.",
    ),
    Mistake(
        "deals without an amount make the others smaller",
        SOURCES_MARTS + "mart_pipeline_contribution.sql",
        "    where deals.is_won and deals.amount is not null\n",
        "    where deals.is_won\n",
        "The average is of deals whose amount is known.",
    ),
    Mistake(
        "a lead that has cooled keeps its price",
        SOURCES_MARTS + "mart_lead_pricing.sql",
        "            when not leads_valued.is_still_qualified then 'no_longer_qualified'\n",
        "",
        "No evidence, no band.",
    ),
]

MISTAKES = [
    *THRESHOLDS,
    *DECAY,
    *LIMITS,
    *COUNTING,
    *RESETS,
    *FIT,
    *EVENTS,
    *JOURNEYS,
    *HANDED_OFF,
    *MEASURES,
    *CREDIT,
]
