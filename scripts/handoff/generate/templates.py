"""Every kind of act there is, written once: its type, page, properties, value and true meaning.

An event is a number into TEMPLATES, so that a hundred million of them cost a hundred million small
whole numbers. `pull` is what the act truly says about buying, in points: ebooks say nothing, and
neither do page views, opens or clicks on anything but a case study. What a pull says is forgotten,
in three steps, within `fades` days.
"""

import json
from dataclasses import dataclass

from handoff.generate.clock import DAY, HOUR, MONTH_STARTS, START, WEEK
from handoff.generate.vocabulary import SITE


@dataclass(frozen=True)
class Template:
    """One kind of act."""

    event_type: str
    page: str = ""
    properties: str = ""
    value: int | None = None
    pull: int = 0
    fades: int = 60


TEMPLATES: list[Template] = []


def _add(
    event_type: str,
    page: str = "",
    *,
    value: int | None = None,
    pull: int = 0,
    fades: int = 60,
    **properties: str,
) -> int:
    """Write one template down and return its number."""
    url = f"{SITE}{page}" if page else ""
    text = json.dumps(properties) if properties else ""
    TEMPLATES.append(Template(event_type, url, text, value, pull, fades))
    return len(TEMPLATES) - 1


_PAGES = ("/", "/product", "/integrations", "/blog/planning-basics", "/about", "/docs", "/security")
PAGE_VIEWS = tuple(_add("page_view", page) for page in _PAGES)
PRICING = tuple(
    _add("pricing_view", page, pull=15, fades=30) for page in ("/pricing", "/pricing/enterprise")
)
CAREERS = (_add("careers_view", "/careers"),)
AD_CLICKS = (_add("ad_click", "/lp/planning-software"),)

EBOOKS = tuple(
    _add("content_download", f"/resources/{asset}", asset_type="ebook", asset=asset)
    for asset in ("planning-101-ebook", "trends-ebook", "glossary-ebook", "checklist-ebook")
)
WHITEPAPERS = tuple(
    _add("content_download", f"/resources/{asset}", asset_type="whitepaper", asset=asset)
    for asset in ("forecasting-whitepaper", "roi-whitepaper", "security-whitepaper")
)
CASE_STUDIES = tuple(
    _add("case_study_view", f"/customers/{asset}", pull=15, asset=asset)
    for asset in ("norbeck-freight", "arvado-health", "solyx-retail", "fenista-capital")
)
CASE_STUDY_DOWNLOADS = (
    _add(
        "content_download",
        "/customers/norbeck-freight/pdf",
        asset_type="case_study",
        asset="norbeck",
    ),
)

FORMS = {
    form: _add("form_submit", f"/forms/{form}", form=form)
    for form in ("newsletter", "resource", "contact")
}
DEMO_REQUESTS = (_add("demo_request", "/demo", pull=50, fades=90),)
UNSUBSCRIBES = (_add("unsubscribe"),)

# A webinar every second Wednesday afternoon, in turns about the product and about the craft.
WEBINAR_EVERY = 2 * WEEK
WEBINAR_HOUR = 15 * HOUR
WEBINARS = 39
WEBINAR_TYPES = ("product", "educational")


def _webinars(event_type: str, pull: int) -> tuple[int, ...]:
    """Write one template a webinar, in the order of their dates."""
    return tuple(
        _add(
            event_type,
            webinar_type=WEBINAR_TYPES[number % 2],
            webinar_id=f"web-{number + 1:02d}",
            pull=pull if number % 2 == 0 else 0,
        )
        for number in range(WEBINARS)
    )


WEBINAR_REGISTERED = _webinars("webinar_registered", 0)
WEBINAR_ATTENDED = _webinars("webinar_attended", 20)

# A trade show on the 11th and 12th of each month, four sessions each.
SHOWS = tuple(f"show-{number + 1:02d}" for number in range(len(MONTH_STARTS) - 1))
SHOW_STARTS = tuple(int(start) + 10 * DAY + 9 * HOUR for start in MONTH_STARTS[:-1])
SHOW_SESSIONS = 4
BADGE_SCANS = tuple(
    _add("badge_scan", show_id=show, session_id=f"{show}-s{session + 1}")
    for show in SHOWS
    for session in range(SHOW_SESSIONS)
)
FOLLOW_UPS = tuple(_add("follow_up_request", pull=30, show_id=show) for show in SHOWS)
LIST_IMPORTS = tuple(_add("mql_import", list_id=f"list-{number + 1:02d}") for number in range(18))

# One marketing e-mail a week, Tuesday morning; what it links to takes turns.
MAILINGS = 78
FIRST_MAILING = START + 6 * DAY + 9 * HOUR
MAIL_ASSETS = ("blog", "ebook", "case_study", "webinar", "ebook", "product_news")
_MAIL_IDS = tuple(f"mail-{number + 1:02d}" for number in range(MAILINGS))
EMAIL_SENT = tuple(_add("email_sent", email_id=mail) for mail in _MAIL_IDS)
EMAIL_OPENED = tuple(_add("email_opened", email_id=mail) for mail in _MAIL_IDS)
EMAIL_CLICKED = tuple(
    _add(
        "email_clicked",
        email_id=mail,
        asset_type=MAIL_ASSETS[number % len(MAIL_ASSETS)],
        pull=10 if MAIL_ASSETS[number % len(MAIL_ASSETS)] == "case_study" else 0,
    )
    for number, mail in enumerate(_MAIL_IDS)
)

TRIALS = (_add("trial_started", "/signup"),)
FEATURES = tuple(
    _add("feature_used", feature=feature)
    for feature in (
        "import_data",
        "build_plan",
        "share_plan",
        "scenario",
        "alerts",
        "api",
        "export",
    )
)
MILESTONES = tuple(
    _add("usage_milestone", milestone=milestone, value=value)
    for milestone, value in (
        ("first_plan", 1),
        ("team_invited", 3),
        ("ten_plans", 10),
        ("daily", 20),
    )
)

# What a lead does with both its ids at hand, always: it says who the visitor is.
IDENTIFYING = (*FORMS.values(), *DEMO_REQUESTS, *TRIALS)
