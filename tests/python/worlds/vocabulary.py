"""What worlds are made of: few moments, few words, so that ties and collisions are common."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

# A Thursday; 22 days in half-day steps meet weekends and the end of a month. Events and reports
# happen at few of the steps, so that many happen at once.
START = datetime.fromisoformat("2026-01-22")
STEP = timedelta(hours=12)
STEPS = 44
BUSY = (0, 1, 2, 4, 6, 7, 8, 12, 14, 18, 22, 28, 36, 44)
LOADED = datetime.fromisoformat("2027-01-01")
FAR_FUTURE = datetime.fromisoformat("2100-01-01")

EVENT_TYPES = ("visit", "demo", "use", "unsubscribe", "Visit", "form")
SENT, OPENED = "email_sent", "email_opened"
# Derived by the signals step from runs of opened e-mails.
STREAK = "email_open_streak"
STATUS_STAGES = {"accepted": "sal", "qualified": "sql", "opp": "opportunity", "won": "customer"}
STATUS_OUTCOMES = {
    "recycled": "recycled",
    "rejected": "rejected",
    "no fit": "disqualified",
    "closed lost": "lost",
}
REPORTED_MQL = "hot"
UNMAPPED = "called"

# Names a rule may ask for, with texts worth asking for; the same texts turn up in the data.
LEAD_TEXTS = {
    "industry": ("software", "retail", "%"),
    "job_title": ("vp", "of ops", "100%_", "VP of Ops"),
    "company_domain": ("acme", ".io"),
    "employee_count": ("0", "250", "1000"),
    "annual_revenue": ("0.5", "1000", "250.25"),
    "tier": ("1", "x", "_"),
    "team size": ("5", "12"),
    "account.is_target_account": ("true", "false"),
    "account.account_tier": ("1", "two"),
    "account.employee_count": ("250", "1000"),
}
EVENT_TEXTS = {
    "asset": ("ebook", "case study", "%", "1"),
    "plan.type": ("pro", "free"),
    "utm_source": ("news", "a_b"),
    "value": ("0", "5", "5.5"),
}
DISTINCT_BY = ("session", "asset", "value", "page_url")
NUMBERS = ("-1", "0", "0.5", "5", "5.5", "250", "1000")


def moments(last_step: int = STEPS) -> st.SearchStrategy[datetime]:
    """A moment on the grid, now and then a second off it."""
    steps = [START + STEP * step for step in BUSY if step <= last_step]
    return st.sampled_from([*steps * 4, *(at + timedelta(seconds=1) for at in steps)])


def often_blank(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """As likely blank as not."""
    return st.one_of(st.none(), strategy)


def decimals(*texts: str) -> st.SearchStrategy[Decimal]:
    """One of these numbers."""
    return st.sampled_from([Decimal(text) for text in texts])
