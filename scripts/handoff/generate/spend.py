"""What advertising cost: a row a day and advertisement, plus invoices that no lead answers to."""

import numpy as np
import pyarrow as pa

from handoff.generate.clock import DAY, END, MONTH_STARTS, START, month_of, weekday
from handoff.generate.columns import Words, dates, money, whole
from handoff.generate.draws import SHARE, Draws
from handoff.generate.files import Fault
from handoff.generate.origins import CAMPAIGNS, Campaign, Touch
from handoff.generate.tables.common import spoilt

# Brand advertising that brings nobody, and invoices that come once a month (cents per 1,000 leads).
_WITHOUT_LEADS = Campaign(
    "meta", Touch(campaign="brand-awareness", content="reel-c", term="broad"), 160, 0
)
_MONTHLY = (("content_syndication", 98_000), ("events", 125_000), ("softwarereviews", 45_000))
_CLICK_CENTS = {"google_ads": 420, "linkedin": 760, "meta": 95}
_DAMAGED = 3
_SPOILT = (("spend", "n/a"), ("spend_date", "2025-13-01"), ("clicks", "-4"))


def ad_spend(draws: Draws, leads: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the spend of the 18 months for a company with this many leads."""
    daily = np.arange(START, END, DAY)
    lists = (*CAMPAIGNS, _WITHOUT_LEADS)
    ads = np.tile(np.arange(len(lists)), len(daily))
    day = np.repeat(daily, len(lists))
    # Budgets grow with the company; advertisements rest at weekends, mostly.
    growth = 70 + 4 * month_of(day)
    level = np.where(weekday(day) < 5, 115, 62)
    base = np.array([campaign.daily for campaign in lists])[ads] * leads // 1_000
    noise = 8_000 + draws.below(4_000, len(day))
    cents = base * growth // 100 * level // 100 * noise // SHARE
    click = np.array([_CLICK_CENTS[campaign.platform] for campaign in lists])[ads]
    clicks = cents // click
    impressions = clicks * (40 + draws.below(60, len(day))) + draws.below(200, len(day))

    monthly = np.repeat(MONTH_STARTS[:-1] + 27 * DAY, len(_MONTHLY))
    kind = np.tile(np.arange(len(_MONTHLY)), len(MONTH_STARTS) - 1)
    invoice = np.array([amount for _platform, amount in _MONTHLY])[kind] * leads // 1_000
    count = len(day) + len(monthly)
    position = np.concatenate([ads, len(lists) + kind])
    row = np.append(np.arange(count), np.arange(min(_DAMAGED, count // 500)) * 97)
    ads_known = (position < len(lists))[row]

    def words(texts: list[str]) -> pa.Array:
        """Write one text per advertisement or invoice."""
        return Words(texts).column(position[row])

    none = [""] * len(_MONTHLY)
    columns = {
        "spend_date": dates(np.concatenate([day, monthly])[row]),
        "platform": words([*(c.platform for c in lists), *(name for name, _amount in _MONTHLY)]),
        "campaign": words([*(c.touch.campaign for c in lists), *none]),
        "ad_variant": words([*(c.touch.content for c in lists), *none]),
        "audience": words([*(c.touch.term for c in lists), *none]),
        "spend": money(np.concatenate([cents, invoice])[row]),
        "impressions": whole(np.concatenate([impressions, 0 * monthly])[row], ads_known),
        "clicks": whole(np.concatenate([clicks, 0 * monthly])[row], ads_known),
        "currency": words(["USD"] * (len(lists) + len(_MONTHLY))),
    }
    return pa.table(columns), spoilt(len(row), len(row) - count, "spend", _SPOILT)
