"""Where leads truly come from, and how good each origin truly is: the planted truth.

An origin is finer than a channel (Meta and LinkedIn ads are both paid social). `quality` is what
multiplies sales' chances at every step, beyond fit and interest. Weights and shares are in
ten-thousandths; fit is ideal/fair/poor, interest is buying/curious/idle.
"""

from dataclasses import dataclass

IDEAL, FAIR, POOR = 0, 1, 2
BUYING, CURIOUS, IDLE = 0, 1, 2
FIT_CLASSES = ("ideal", "fair", "poor")
INTERESTS = ("buying", "curious", "idle")


@dataclass(frozen=True)
class Touch:
    """How an arrival looks in the data: the UTM values and the referrer, or none of them."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    term: str = ""
    referrer: str = ""


@dataclass(frozen=True)
class Campaign:
    """An advertising campaign: `daily` is its spend in cents a day per thousand leads."""

    platform: str
    touch: Touch
    daily: int
    weight: int


@dataclass(frozen=True)
class Origin:
    """One true origin of leads."""

    name: str
    channel: str
    share: int
    fit: tuple[int, int, int]
    interest: tuple[int, int, int]
    quality: int
    ebooks: int
    visits: bool
    lead_sources: tuple[tuple[str, int], ...]
    touches: tuple[tuple[Touch, int], ...]


def _campaign(platform: str, names: tuple[str, ...], daily: int, weight: int) -> Campaign:
    """Write a campaign of a platform from campaign, ad variant and audience."""
    source, medium, referrer = {
        "google_ads": ("google", "cpc", "https://www.google.com/"),
        "linkedin": ("linkedin", "paid_social", "https://www.linkedin.com/"),
        "meta": ("facebook", "paid_social", "https://www.facebook.com/"),
    }[platform]
    return Campaign(platform, Touch(source, medium, *names, referrer), daily, weight)


CAMPAIGNS = (
    _campaign("google_ads", ("brand", "headline-a", "brand-terms"), 480, 26),
    _campaign("google_ads", ("planning-software", "headline-a", "generic-terms"), 1_960, 34),
    _campaign("google_ads", ("planning-software", "headline-b", "generic-terms"), 1_820, 24),
    _campaign("google_ads", ("competitor-compare", "compare-a", "competitor-terms"), 1_040, 14),
    _campaign("linkedin", ("ops-leaders", "video-a", "vp-operations"), 1_640, 30),
    _campaign("linkedin", ("ops-leaders", "carousel-b", "vp-operations"), 1_520, 26),
    _campaign("linkedin", ("roi-calculator", "static-a", "mid-market"), 1_220, 28),
    _campaign("linkedin", ("roi-calculator", "static-a", "retargeting"), 380, 14),
    _campaign("meta", ("free-ebook", "image-a", "lookalike-1pct"), 660, 44),
    _campaign("meta", ("free-ebook", "image-b", "lookalike-5pct"), 540, 38),
    _campaign("meta", ("free-ebook", "reel-c", "interest-business"), 300, 16),
)


def _ads(platform: str, *odd: tuple[Touch, int]) -> tuple[tuple[Touch, int], ...]:
    """List the arrivals of a platform's campaigns, then its badly tagged ones."""
    tagged = tuple((item.touch, item.weight) for item in CAMPAIGNS if item.platform == platform)
    return (*tagged, *odd)


def _referred(*hosts: tuple[str, int]) -> tuple[tuple[Touch, int], ...]:
    """List arrivals that show a referrer only."""
    return tuple((Touch(referrer=f"https://{host}/"), weight) for host, weight in hosts)


_ASSISTANTS = (
    # ChatGPT tags its links itself; the others show a referrer only.
    (Touch("chatgpt.com", referrer="https://chatgpt.com/"), 34),
    *_referred(("chatgpt.com", 18), ("www.perplexity.ai", 20), ("gemini.google.com", 10)),
    *_referred(("copilot.microsoft.com", 9), ("claude.ai", 9)),
)
_SEARCH = _referred(("www.google.com", 78), ("www.bing.com", 14), ("duckduckgo.com", 8))
_MAIL = Touch("newsletter", "email", "monthly-digest")
_WEB = (("Web", 78), ("web", 8), ("", 10), ("unknown", 4))

ORIGINS = (
    Origin(
        "meta_ads", "paid_social", 1_850, (900, 2_900, 6_200), (450, 1_750, 7_800), 5_500, 6_500,
        True, (("Paid Social", 80), ("paid social", 8), ("", 8), ("unknown", 4)),
        _ads("meta", (Touch("FB", "Paid_Social", "free-ebook"), 1), (Touch("facebook", "(not set)"), 1)),
    ),
    Origin(
        "content_syndication", "content_syndication", 1_200, (1_900, 3_800, 4_300), (350, 1_450, 8_200),
        5_000, 8_000, False, (("Content Syndication", 94), ("content syndication ", 6)), ((Touch(), 1),),
    ),
    Origin(
        "google_ads", "paid_search", 1_500, (2_200, 4_200, 3_600), (2_000, 3_600, 4_400), 10_000, 3_000,
        True, (("Paid Search", 84), ("PAID SEARCH", 6), ("", 7), ("unknown", 3)),
        _ads("google_ads", (Touch("Google", "CPC", "brand"), 2), (Touch("google%20ads", "ppc"), 1)),
    ),
    Origin(
        "linkedin_ads", "paid_social", 900, (4_200, 4_000, 1_800), (1_300, 3_400, 5_300), 9_000, 3_500,
        True, (("Paid Social", 90), ("Linkedin", 4), ("", 6)),
        _ads("linkedin", (Touch("LinkedIn", "Paid-Social", "ops-leaders"), 2)),
    ),
    Origin(
        "organic_search", "organic_search", 1_550, (2_400, 4_200, 3_400), (2_000, 3_800, 4_200), 10_500,
        3_000, True, _WEB, _SEARCH,
    ),
    Origin(
        "ai_assistant", "ai_assistant", 400, (4_000, 4_000, 2_000), (4_200, 3_800, 2_000), 13_500, 1_500,
        True, _WEB, _ASSISTANTS,
    ),
    Origin(
        "review_sites", "referral", 450, (3_200, 4_300, 2_500), (3_600, 4_000, 2_400), 12_500, 2_000,
        True, (("Referral", 62), ("Web", 30), ("", 8)),
        _referred(("www.softwarereviews.example", 60), ("blog.opsdigest.example", 40)),
    ),
    Origin(
        "partner", "partner", 300, (4_800, 3_900, 1_300), (4_200, 3_700, 2_100), 14_000, 1_500,
        True, (("Partner", 92), ("partner", 8)),
        ((Touch("brightmoor", "partner", "co-sell"), 60), (Touch("dunfeld", "partner", "co-sell"), 40)),
    ),
    Origin(
        "trade_show", "events", 550, (3_600, 4_200, 2_200), (1_700, 4_100, 4_200), 9_500, 2_500,
        False, (("Trade Show", 90), ("trade show", 6), ("Event", 4)), ((Touch(), 1),),
    ),
    Origin(
        "newsletter", "email", 350, (2_200, 4_200, 3_600), (1_300, 4_200, 4_500), 9_000, 4_000,
        True, (("Newsletter", 88), ("", 12)), ((_MAIL, 1),),
    ),
    Origin(
        "direct", "direct", 650, (2_700, 4_100, 3_200), (2_500, 3_500, 4_000), 11_000, 2_000,
        True, (("Web", 60), ("", 30), ("unknown", 10)), ((Touch(), 1),),
    ),
    Origin(
        "outbound", "outbound", 300, (6_000, 3_500, 500), (800, 2_700, 6_500), 8_000, 1_000,
        False, (("Outbound", 100),), ((Touch(), 1),),
    ),
)  # fmt: skip
ORIGIN = {origin.name: number for number, origin in enumerate(ORIGINS)}

# Every arrival there can be, numbered; 0 is "nothing known", the last two bring people back.
_LISTED = dict.fromkeys(touch for origin in ORIGINS for touch, _weight in origin.touches)
TOUCHES = tuple(dict.fromkeys((Touch(), *_LISTED)))
TOUCH = {touch: number for number, touch in enumerate(TOUCHES)}
NEWSLETTER_TOUCH = TOUCH[_MAIL]
RETURN_TOUCHES = tuple(
    TOUCH[campaign.touch] for campaign in CAMPAIGNS if campaign.touch.term in ("retargeting", "brand-terms")
)  # fmt: skip
