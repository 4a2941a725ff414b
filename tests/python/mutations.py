"""Mistakes someone could make in a model, made in the reference: each is one wrong sentence.

A mutation is a list of (what to replace, with what); `test_worlds` asks that the worlds notice it.
"""

import sys
from collections import defaultdict
from datetime import timedelta

from reference import identity, ledger, lifecycle, scores, seen, signals, values
from reference.definition import Definition
from reference.identity import KnownEvent
from reference.scores import Standing

# The package gives the name `answer` to the function in it.
ANSWER = sys.modules["reference.answer"]

often_enough = ledger.often_enough
within_limit = ledger.within_limit
first_per_value = ledger.first_per_value
event_credit = ledger.event_credit
counted = ledger.counted
standing = scores.standing
one_per_key = seen.one_per_key
closed_by = seen.closed_by
first_qualified_at = scores.first_qualified_at
cycle_ends = lifecycle.cycle_ends
reset_instants = ledger.reset_instants
email_open_streaks = signals.email_open_streaks
emails_of = signals.emails_of
run_of = signals.run_of
WHEN_KNOWN = values.WHEN_KNOWN


def met_strictly(definition, stage, now):
    """A threshold that has to be passed, not reached."""
    for criterion in definition.criteria.get(stage, []):
        over = all(now.axes[axis] > least for axis, least in criterion.minimum.items())
        if over and all(now.rules.get(rule, 0) > 0 for rule in criterion.required_rules):
            return criterion
    return None


def met_without_required_rules(definition, stage, now):
    """`required_rules` not asked for."""
    for criterion in definition.criteria.get(stage, []):
        if all(now.axes[axis] >= least for axis, least in criterion.minimum.items()):
            return criterion
    return None


def met_by_the_last(definition, stage, now):
    """The last criterion that holds gives the reason."""
    turned = {stage: definition.criteria.get(stage, [])[::-1]}
    return scores.met(Definition("", False, None, None, criteria=turned), stage, now)


def often_enough_to_the_second(rule, matches):
    """`within_days` closed at its far end."""
    if rule.min_count is None or rule.within_days is None:
        return often_enough(rule, matches)
    back, window = rule.min_count - 1, timedelta(days=rule.within_days)
    return [
        match
        for place, match in enumerate(matches)
        if place >= back and matches[place - back].occurred_at >= match.occurred_at - window
    ]


def often_enough_any_number(rule, matches):
    """`min_count` forgotten."""
    del rule
    return matches


def period_from_sunday(rule, match):
    """A week that begins on Sunday."""
    day = match.occurred_at.date()
    week = day - timedelta(days=(day.weekday() + 1) % 7)
    return {"day": day, "week": week, "month": (day.year, day.month), "ever": None}[
        rule.limit_period
    ]


def period_of_knowing(rule, match):
    """The period of `known_at`."""
    day = match.known_at.date()
    week = day - timedelta(days=day.weekday())
    return {"day": day, "week": week, "month": (day.year, day.month), "ever": None}[
        rule.limit_period
    ]


def first_per_raw_value(rule, matches):
    """`distinct_by` values compared letter by letter."""
    if rule.distinct_by is None:
        return matches
    first = {}
    for match in matches:
        value = match.value(rule.distinct_by)
        if value is not None:
            first.setdefault(value, match)
    return list(first.values())


def first_per_value_or_none(rule, matches):
    """A match without the property counts as one more value."""
    if rule.distinct_by is None:
        return matches
    first = {}
    for match in matches:
        first.setdefault(values.comparable(match.value(rule.distinct_by)), match)
    return list(first.values())


def counted_never_anew(rule, events, resets):
    """Counts that go on over a reset."""
    del resets
    return counted(rule, events, [])


def credit_aging_from_knowing(rule, match):
    """Points age from `known_at`."""
    credit = event_credit(rule, KnownEvent("", "", match.known_at, match.known_at, match.row))
    return ledger.Credit(rule, match.known_at, match.event_id, credit.postings)


def credit_of_full_points(rule, match):
    """A late credit begins with all of its points, and fades by what was left of it."""
    credit = event_credit(rule, match)
    gone = rule.points * 100 - credit.postings[0].points
    first = ledger.Posting(match.known_at, "credit", rule.points * 100)
    faded = ledger.Posting(match.known_at, "decay", -gone)
    return ledger.Credit(rule, match.known_at, match.event_id, (first, faded, *credit.postings[1:]))


def after_resets_before(granted, resets):
    """A credit at the reset itself stays."""
    remained = defaultdict(int)
    for credit in granted:
        cut = min((reset for reset in resets if reset > credit.dated), default=ledger.END)
        for posting in credit.postings:
            if posting.at < cut:
                remained[credit.rule, cut] += posting.points
                yield credit.rule, credit.source_id, posting
    for (rule, cut), points in remained.items():
        if cut < ledger.END:
            yield rule, None, ledger.Posting(cut, "reset", -points)


def no_resets(definition, person, axis):
    """Resets forgotten."""
    del definition, person, axis
    return []


def resets_of_every_axis(definition, person, axis):
    """A reset of one axis empties all."""
    del axis
    return sorted({at for axis in scores.AXES for at in reset_instants(definition, person, axis)})


def standing_before(definition, entries, at):
    """Entries dated at the moment itself left out."""
    return standing(definition, [entry for entry in entries if entry.entry_at < at], at)


def standing_without_floor(definition, entries, at):
    """No floor of 0 under an axis."""
    unlimited = dict.fromkeys(scores.AXES, (-(10**9), None))
    axes = {
        axis: (limit[0] if limit[0] is not None else -(10**9), limit[1])
        for axis, limit in definition.axes.items()
    }
    return standing(_with(definition, axes=unlimited | axes), entries, at)


def standing_without_axis_limits(definition, entries, at):
    """Axes without ceilings, and floors of 0."""
    return standing(_with(definition, axes={}), entries, at)


def standing_without_group_limits(definition, entries, at):
    """Groups without limits."""
    return standing(_with(definition, groups={}), entries, at)


def standing_without_rule_limits(definition, entries, at):
    """Rules without limits: a limit of a rule binds on the sum of its group."""
    found = standing(_unlimited(definition), entries, at)
    return Standing(found.rules, found.axes)


def standing_limited_above_only(definition, entries, at):
    """`max_points` of a rule holds credits down, but not what it takes away."""
    found = standing(definition, entries, at)
    least = standing(_unlimited(definition), entries, at).rules
    rules = {rule: min(points, least[rule]) for rule, points in found.rules.items()}
    below = {
        definition.rules[rule].axis for rule, points in rules.items() if points < found.rules[rule]
    }
    axes = {axis: points - (axis in below) for axis, points in found.axes.items()}
    return Standing(rules, axes)


def standing_with_product_in_total(definition, entries, at):
    """Total of all three axes."""
    found = standing(definition, entries, at)
    total = sum(found.axes[axis] for axis in scores.AXES)
    return Standing(found.rules, found.axes | {"total": total})


def _with(definition, **changes):
    """The definition changed."""
    return Definition(**{**vars(definition), **changes})


def _unlimited(definition):
    """The definition without limits of rules."""

    def free(rule):
        return ledger.Rule(**{**vars(rule), "max_points": None})

    return _with(
        definition,
        fit_rules=[free(rule) for rule in definition.fit_rules],
        event_rules=[free(rule) for rule in definition.event_rules],
    )


def any_credit_times(entries):
    """Negative credits qualify too."""
    return sorted({one.entry_at for one in entries if one.entry_kind == "credit"})


def all_times(entries):
    """The passing of time qualifies."""
    return sorted({one.entry_at for one in entries})


def cools_with_the_first_decay(definition, entries, as_of):
    """Cooling at the next decay, whether or not the condition still holds then."""
    if not scores.met(definition, "mql", standing(definition, entries, as_of)):
        return None
    return min((entry.entry_at for entry in entries if entry.entry_at > as_of), default=None)


def qualified_by_now(definition, entries, as_of):
    """Qualified only as long as the condition holds."""
    held = scores.met(definition, "mql", standing(definition, entries, as_of))
    return first_qualified_at(definition, entries, as_of) if held else None


def lowest_grade(definition, axis, score):
    """The lowest cut point reached."""
    reached = [cut for cut in definition.grades.get(axis, []) if cut[0] <= score]
    return min(reached)[1] if reached else None


def grade_above(definition, axis, score):
    """A cut point that has to be passed."""
    reached = [cut for cut in definition.grades.get(axis, []) if cut[0] < score]
    return max(reached)[1] if reached else None


def identification_by_largest_id(row, known):
    """Of several at one instant the largest event_id."""
    ordered = sorted(known, key=lambda one: backwards(one["event_id"]))
    renamed = [{**one, "event_id": f"{place:03}"} for place, one in enumerate(ordered)]
    return identification(row, renamed)


def identification_only_before(row, known):
    """Later identifications forgotten."""
    return identification(row, [one for one in known if one["occurred_at"] <= row["occurred_at"]])


def identification_strictly_before(row, known):
    """An identification at the very moment counts as later."""
    earlier = [one for one in known if one["occurred_at"] < row["occurred_at"]]
    return identification(row, earlier or known)


identification = identity.identification
one_order = KnownEvent.order.fget


def backwards(text):
    """A key that sorts text from its end."""
    return [-byte for byte in text.encode()]


def last_per_key(rows, key, order):
    """The last row of a key stands."""
    last = {key(row): row for row in sorted(rows, key=order)}
    return list(last.values())


def latest_held(starts, at):
    """The first of several versions beginning at one instant."""
    begun = [(start, row) for start, row in starts if start <= at]
    return next((row for start, row in begun if start == begun[-1][0]), None)


def always_the_last(starts, at):
    """Today's attributes for all of the past."""
    del at
    return starts[-1][1] if starts else None


def raw_domain(row):
    """Company domains compared letter by letter."""
    return row.get("company_domain")


def losing_always(lost, opportunities):
    """A loss ends the cycle whatever else is open or won."""
    del opportunities
    yield (lost["closed_at"], "lost")


def decided(row, at):
    """Closed whenever it will be."""
    del at
    return row.get("is_won") is not None


def ends_by_the_last_name(person):
    """Of several outcomes at one instant the alphabetically last."""
    at_once = defaultdict(set)
    for at, outcome in person.outcomes:
        if at >= person.created_at:
            at_once[at].add(outcome)
    return [(at, max(outcomes)) for at, outcomes in sorted(at_once.items())]


def ends_a_moment_early(person):
    """What happens at the end of a cycle belongs to the next."""
    return [(at - timedelta(microseconds=1), outcome) for at, outcome in cycle_ends(person)]


def reached_by_product_too(stage, observed):
    """The product track closes gaps."""
    return min(
        (at for other, at in observed.items() if other == stage or other.rank > stage.rank),
        default=None,
    )


def reached_when_observed(stage, observed):
    """Gaps stay open."""
    return observed.get(stage)


def highest_by_name(reached_stages):
    """Of equal ranks the first by name, whatever its track."""
    return min(reached_stages, key=lambda one: (-one.rank, one.stage)).stage


def path_value(document, key):
    """A key read as a path."""
    outer, dot, inner = key.partition(".")
    if not dot:
        return json_value(document, key)
    found = values.json.loads(document or "{}").get(outer)
    return values.as_text(found.get(inner)) if isinstance(found, dict) else None


json_value = values.json_value


def key_before_column(row, columns, document, name):
    """A JSON key hides a column of its name."""
    found = json_value(row.get(document), name)
    return found if found is not None or name not in columns else values.as_text(row.get(name))


def emails_opened(events):
    """What was sent and never opened is forgotten, and breaks nothing."""
    return [email for email in emails_of(events) if email.opened]


def emails_as_opened(events):
    """In the order they were opened."""
    far = values.datetime.max
    return sorted(emails_of(events), key=lambda one: one.opened.occurred_at if one.opened else far)


def run_of_all_sends(email, emails, moment):
    """A send not known yet breaks a run."""
    known = [signals.Email(known_in_time(one.sent, moment), one.opened) for one in emails]
    place = emails.index(email)
    return run_of(known[place], known, moment)


def known_in_time(sent, moment):
    """The same send, known in time."""
    known_at = min(sent.known_at, moment)
    return KnownEvent(sent.event_id, sent.lead_id, sent.occurred_at, known_at, sent.row)


def run_up_to_here(email, emails, moment):
    """Only e-mails sent before count, so that one opened late closes no gap."""
    return run_of(email, emails[: emails.index(email) + 1], moment)


def last_known(events, event_type):
    """Of several sends, or opens, the last."""
    ordered = sorted(events, key=lambda one: one.order)
    return {
        one.value("email_id"): one
        for one in ordered
        if one.row["event_type"].strip(" ") == event_type and one.value("email_id") is not None
    }


def first_happened(events, event_type):
    """Of several sends, or opens, the first that happened, whenever it became known."""
    first = {}
    for one in sorted(events, key=lambda one: (one.occurred_at, one.event_id.encode())):
        if one.row["event_type"].strip(" ") == event_type and one.value("email_id") is not None:
            first.setdefault(one.value("email_id"), one)
    return first


def streaks_known_when_opened(events):
    """A streak is known with its open, also where the send was not."""
    return [
        KnownEvent(
            one.event_id, one.lead_id, one.occurred_at, max(one.occurred_at, opened), one.row
        )
        for one in email_open_streaks(events)
        for opened in [known_of(events)[one.event_id.partition(":")[2]]]
    ]


def known_of(events):
    """Event id -> when it was known."""
    return {one.event_id: one.known_at for one in events}


def operator(name, holds):
    """One operator that holds otherwise."""
    return [(values, "WHEN_KNOWN", {**WHEN_KNOWN, name: holds})]


def wildcards(before, after):
    """An operator that reads `%` and `_` as wildcards."""

    def holds(found, asked):
        pattern = values.re.escape(values.comparable(asked)).replace("%", ".*").replace("_", ".")
        return values.re.search(before + pattern + after, values.comparable(found)) is not None

    return holds


def everywhere(name, function):
    """Replace a function in every module that uses it."""
    return [
        (module, name, function)
        for module in (ANSWER, identity, ledger, lifecycle, scores, seen, signals, values)
        if hasattr(module, name)
    ]


MUTATIONS = {
    "a threshold has to be passed": everywhere("met", met_strictly),
    "required rules are not asked for": everywhere("met", met_without_required_rules),
    "within_days is closed at its far end": everywhere("often_enough", often_enough_to_the_second),
    "min_count is forgotten": everywhere("often_enough", often_enough_any_number),
    "a week begins on Sunday": everywhere("period", period_from_sunday),
    "a period is that of known_at": everywhere("period", period_of_knowing),
    "the limit is forgotten": everywhere("within_limit", often_enough_any_number),
    "the limit comes before min_count": [
        (ledger, "often_enough", within_limit),
        (ledger, "within_limit", often_enough),
    ],
    "min_count comes before distinct_by": [
        (ledger, "first_per_value", often_enough),
        (ledger, "often_enough", first_per_value),
    ],
    "distinct_by is forgotten": everywhere("first_per_value", often_enough_any_number),
    "distinct_by minds capitals": everywhere("first_per_value", first_per_raw_value),
    "distinct_by counts a missing value": everywhere("first_per_value", first_per_value_or_none),
    "counts go on over a reset": everywhere("counted", counted_never_anew),
    "points age from known_at": everywhere("event_credit", credit_aging_from_knowing),
    "a late credit begins in full": everywhere("event_credit", credit_of_full_points),
    "a credit at the reset stays": everywhere("after_resets", after_resets_before),
    "resets are forgotten": everywhere("reset_instants", no_resets),
    "a reset empties every axis": everywhere("reset_instants", resets_of_every_axis),
    "entries of the moment itself are left out": everywhere("standing", standing_before),
    "an axis has no floor of 0": everywhere("standing", standing_without_floor),
    "axis limits are forgotten": everywhere("standing", standing_without_axis_limits),
    "group limits are forgotten": everywhere("standing", standing_without_group_limits),
    "rule limits are forgotten": everywhere("standing", standing_without_rule_limits),
    "rule limits bind above only": everywhere("standing", standing_limited_above_only),
    "total takes in product": everywhere("standing", standing_with_product_in_total),
    "a negative credit qualifies": everywhere("credit_times", any_credit_times),
    "the passing of time qualifies": everywhere("credit_times", all_times),
    "a lead cools with the next decay": everywhere("cools_at", cools_with_the_first_decay),
    "a lead that has cooled never qualified": everywhere("first_qualified_at", qualified_by_now),
    "the lowest grade reached": everywhere("grade", lowest_grade),
    "a grade has to be passed": everywhere("grade", grade_above),
    "the largest identification speaks": everywhere("identification", identification_by_largest_id),
    "later identifications are forgotten": everywhere("identification", identification_only_before),
    "an identification at once is later": everywhere(
        "identification", identification_strictly_before
    ),
    "matches are taken as they happened": [
        (KnownEvent, "order", property(lambda one: (one.occurred_at, one.event_id.encode())))
    ],
    "matches known at once are taken from the largest id": [
        (KnownEvent, "order", property(lambda one: (*one_order(one)[:2], backwards(one.event_id))))
    ],
    "the last payload stands": everywhere("one_per_key", last_per_key),
    "the first version at an instant holds": everywhere("held", latest_held),
    "past fit is as today's": everywhere("held", always_the_last),
    "company domains mind capitals": everywhere("domain", raw_domain),
    "a loss always ends the cycle": everywhere("losing", losing_always),
    "closed later is closed now": everywhere("closed_by", decided),
    "the last outcome by name": everywhere("cycle_ends", ends_by_the_last_name),
    "the end belongs to the next cycle": everywhere("cycle_ends", ends_a_moment_early),
    "the product track closes gaps": everywhere("reached", reached_by_product_too),
    "gaps stay open": everywhere("reached", reached_when_observed),
    "equal ranks go by name": everywhere("highest", highest_by_name),
    "every official definition judges at all times": [
        (Definition, "is_official_at", lambda definition, _at: definition.is_official)
    ],
    "shadows judge": [(Definition, "is_official_at", lambda _definition, _at: True)],
    "streaks are not derived": everywhere("email_open_streaks", lambda _events: []),
    "an unopened e-mail breaks nothing": everywhere("emails_of", emails_opened),
    "e-mails run in the order opened": everywhere("emails_of", emails_as_opened),
    "a send not known yet breaks a run": everywhere("run_of", run_of_all_sends),
    "an e-mail opened late closes no gap": everywhere("run_of", run_up_to_here),
    "the last open of an e-mail counts": everywhere("first_known", last_known),
    "the first send counts though not known yet": everywhere("first_known", first_happened),
    "a streak is known before its send": everywhere(
        "email_open_streaks", streaks_known_when_opened
    ),
    "a key is a path": everywhere("json_value", path_value),
    "a key hides a column": everywhere("column_or_key", key_before_column),
    "text minds capitals": [
        *operator("equals", lambda found, asked: found == values.trimmed(asked)),
    ],
    "contains has wildcards": operator("contains", wildcards("", "")),
    "starts_with has wildcards": operator("starts_with", wildcards("^", "")),
    "ends_with has wildcards": operator("ends_with", wildcards("", "$")),
    "at_least has to be passed": operator(
        "at_least", lambda found, asked: values.at_least(found, asked) and found != asked
    ),
    "between leaves out its end": operator(
        "between",
        lambda found, asked: values.between(found, asked) and found != asked.split("|")[1],
    ),
    "numbers compare as text": operator("at_most", lambda found, asked: found <= asked),
    **{
        f"a missing value never matches {name}": [
            (values, "WHEN_MISSING", values.WHEN_MISSING - {name})
        ]
        for name in sorted(values.WHEN_MISSING)
    },
    "a missing value equals nothing but is compared": [
        (values, "WHEN_MISSING", values.WHEN_MISSING | {"equals"})
    ],
}
