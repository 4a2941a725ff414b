"""Where leads come from: sources, campaigns, visits with referrers, deals with amounts, spend."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st

from worlds.agreements import Rows, one
from worlds.people import Tables, spelled
from worlds.teams import teams, worked
from worlds.vocabulary import START, decimals, often_blank

SOURCES = often_blank(st.sampled_from(["Web", " web ", "unknown", "Trade Show", " "]))
# Capitals tell campaigns apart, spaces around them do not.
CAMPAIGNS = often_blank(st.sampled_from(["spring", " spring", "Spring"]))
UTM = {
    "utm_source": often_blank(st.sampled_from(["ads", "ADS ", "news"])),
    "utm_medium": often_blank(st.sampled_from(["cpc", "email"])),
    "utm_campaign": CAMPAIGNS,
    "utm_content": often_blank(st.sampled_from(["a", "b"])),
    "utm_term": often_blank(st.sampled_from(["cfo", "dev"])),
}
NO_UTM = dict.fromkeys(UTM, st.none())
PAGES = often_blank(st.sampled_from(["/p", "https://www.acme.io/p", "https://docs.acme.io/q"]))
REFERRERS = often_blank(
    st.sampled_from(
        [
            *("https://acme.io/", "https://blog.acme.io/post", "/p"),
            *("https://www.Search.com:443/?q=1", "http://chat.ai"),
        ]
    )
)
RULES = (
    ("utm_source", "in", "ads|other", "paid"),
    ("utm_medium", "equals", "Email", "mail"),
    ("utm_medium", "is_present", "", "odd"),
    ("referrer_host", "contains", "search.", "search"),
    ("referrer_host", "is_present", "", "referral"),
    ("lead_source", "equals", "web", "own site"),
    ("lead_source", "starts_with", "trade", "events"),
    ("platform", "in", "google|ads", "paid"),
    ("platform", "equals", "show", "events"),
)
SPEND = st.fixed_dictionaries(
    {
        "spend_date": st.integers(0, 60).map(lambda days: (START + timedelta(days=days)).date()),
        "platform": st.sampled_from(["google", "Google", "show", "radio"]),
        "campaign": CAMPAIGNS,
        "ad_variant": often_blank(st.sampled_from(["a", "c"])),
        "audience": often_blank(st.sampled_from(["cfo", "all"])),
        "spend": decimals("10", "0.05", "99.99", "0"),
        "currency": st.sampled_from([None, "EUR", "eur "]),
    }
)


def tagged(draw: Callable) -> dict:
    """Columns of a link: half of the links have none."""
    return draw(st.fixed_dictionaries(UTM if draw(st.booleans()) else NO_UTM))


@st.composite
def campaigned(draw: Callable) -> Tables:
    """A worked history whose leads came from somewhere; some were paid for, some paid."""
    tables = draw(worked())
    for row in tables["leads"]:
        row |= {**tagged(draw), "lead_source": draw(SOURCES)}
        row |= {"industry": draw(often_blank(spelled("retail")))}
    for row in tables["events"]:
        row |= {**tagged(draw), "page_url": draw(PAGES), "referrer_url": draw(REFERRERS)}
    for row in tables["opportunities"]:
        row |= {
            "amount": draw(often_blank(decimals("100", "99.5", "0"))),
            "currency": draw(st.sampled_from([None, "EUR", " eur"])),
        }
    return {**tables, "ad_spend": draw(st.lists(SPEND, max_size=3))}


def channel_rules(draw: Callable) -> Rows:
    """Some of the rules, in some order."""
    chosen = draw(st.lists(st.sampled_from(RULES), min_size=4, unique=True))
    return [
        {
            "priority": str(place),
            "channel": channel,
            "match_on": match_on,
            "operator": operator,
            "value": value,
            "reason": "agreed",
        }
        for place, (match_on, operator, value, channel) in enumerate(chosen)
    ]


@st.composite
def markets(draw: Callable) -> dict[str, Rows]:
    """An agreement that says, too, what a channel is and how long a step may take."""
    seeds = draw(teams())
    staged = [{**row, "horizon_days": one(draw, "1", "3", "10")} for row in seeds["stages"]]
    return seeds | {"stages": staged, "channel_rules": channel_rules(draw)}
