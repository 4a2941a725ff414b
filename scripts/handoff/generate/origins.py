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
        name="meta_ads",
        channel="paid_social",
        share=1_850,
        fit=(900, 2_900, 6_200),
        interest=(450, 1_750, 7_800),
        quality=5_500,
        ebooks=6_500,
        visits=True,
        lead_sources=(("Paid Social", 80), ("paid social", 8), ("", 8), ("unknown", 4)),
        touches=_ads(
            "meta",
            (Touch("FB", "Paid_Social", "free-ebook"), 1),
            (Touch("facebook", "(not set)"), 1),
        ),
    ),
    Origin(
        name="content_syndication",
        channel="content_syndication",
        share=1_200,
        fit=(1_900, 3_800, 4_300),
        interest=(350, 1_450, 8_200),
        quality=5_000,
        ebooks=8_000,
        visits=False,
        lead_sources=(("Content Syndication", 94), ("content syndication ", 6)),
        touches=((Touch(), 1),),
    ),
    Origin(
        name="google_ads",
        channel="paid_search",
        share=1_500,
        fit=(2_200, 4_200, 3_600),
        interest=(2_000, 3_600, 4_400),
        quality=10_000,
        ebooks=3_000,
        visits=True,
        lead_sources=(("Paid Search", 84), ("PAID SEARCH", 6), ("", 7), ("unknown", 3)),
        touches=_ads(
            "google_ads", (Touch("Google", "CPC", "brand"), 2), (Touch("google%20ads", "ppc"), 1)
        ),
    ),
    Origin(
        name="linkedin_ads",
        channel="paid_social",
        share=900,
        fit=(4_200, 4_000, 1_800),
        interest=(1_300, 3_400, 5_300),
        quality=9_000,
        ebooks=3_500,
        visits=True,
        lead_sources=(("Paid Social", 90), ("Linkedin", 4), ("", 6)),
        touches=_ads("linkedin", (Touch("LinkedIn", "Paid-Social", "ops-leaders"), 2)),
    ),
    Origin(
        name="organic_search",
        channel="organic_search",
        share=1_550,
        fit=(2_400, 4_200, 3_400),
        interest=(2_000, 3_800, 4_200),
        quality=10_500,
        ebooks=3_000,
        visits=True,
        lead_sources=_WEB,
        touches=_SEARCH,
    ),
    Origin(
        name="ai_assistant",
        channel="ai_assistant",
        share=400,
        fit=(4_000, 4_000, 2_000),
        interest=(4_200, 3_800, 2_000),
        quality=13_500,
        ebooks=1_500,
        visits=True,
        lead_sources=_WEB,
        touches=_ASSISTANTS,
    ),
    Origin(
        name="review_sites",
        channel="referral",
        share=450,
        fit=(3_200, 4_300, 2_500),
        interest=(3_600, 4_000, 2_400),
        quality=12_500,
        ebooks=2_000,
        visits=True,
        lead_sources=(("Referral", 62), ("Web", 30), ("", 8)),
        touches=_referred(("www.softwarereviews.example", 60), ("blog.opsdigest.example", 40)),
    ),
    Origin(
        name="partner",
        channel="partner",
        share=300,
        fit=(4_800, 3_900, 1_300),
        interest=(4_200, 3_700, 2_100),
        quality=14_000,
        ebooks=1_500,
        visits=True,
        lead_sources=(("Partner", 92), ("partner", 8)),
        touches=(
            (Touch("brightmoor", "partner", "co-sell"), 60),
            (Touch("dunfeld", "partner", "co-sell"), 40),
        ),
    ),
    Origin(
        name="trade_show",
        channel="events",
        share=550,
        fit=(3_600, 4_200, 2_200),
        interest=(1_700, 4_100, 4_200),
        quality=9_500,
        ebooks=2_500,
        visits=False,
        lead_sources=(("Trade Show", 90), ("trade show", 6), ("Event", 4)),
        touches=((Touch(), 1),),
    ),
    Origin(
        name="newsletter",
        channel="email",
        share=350,
        fit=(2_200, 4_200, 3_600),
        interest=(1_300, 4_200, 4_500),
        quality=9_000,
        ebooks=4_000,
        visits=True,
        lead_sources=(("Newsletter", 88), ("", 12)),
        touches=((_MAIL, 1),),
    ),
    Origin(
        name="direct",
        channel="direct",
        share=650,
        fit=(2_700, 4_100, 3_200),
        interest=(2_500, 3_500, 4_000),
        quality=11_000,
        ebooks=2_000,
        visits=True,
        lead_sources=(("Web", 60), ("", 30), ("unknown", 10)),
        touches=((Touch(), 1),),
    ),
    Origin(
        name="outbound",
        channel="outbound",
        share=300,
        fit=(6_000, 3_500, 500),
        interest=(800, 2_700, 6_500),
        quality=8_000,
        ebooks=1_000,
        visits=False,
        lead_sources=(("Outbound", 100),),
        touches=((Touch(), 1),),
    ),
)
ORIGIN = {origin.name: number for number, origin in enumerate(ORIGINS)}

# Every arrival there can be, numbered; 0 is "nothing known", the last two bring people back.
_LISTED = dict.fromkeys(touch for origin in ORIGINS for touch, _weight in origin.touches)
TOUCHES = tuple(dict.fromkeys((Touch(), *_LISTED)))
TOUCH = {touch: number for number, touch in enumerate(TOUCHES)}
NEWSLETTER_TOUCH = TOUCH[_MAIL]
RETURN_TOUCHES = tuple(
    TOUCH[campaign.touch]
    for campaign in CAMPAIGNS
    if campaign.touch.term in ("retargeting", "brand-terms")
)
