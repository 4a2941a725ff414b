"""The words of the demo company's systems. All people, companies and hosts are invented.

CRM statuses, as the CRM spells them. Mapped to a stage or an outcome by the shipped definition:
`Accepted`, `Qualified`, `Opportunity`, `Closed Won`, `Rejected`, `Recycled`, `Disqualified`,
`Closed Lost`. In no map, moving nobody: `New`, `Working`, `Attempted Contact` and, rarely,
`On Hold (old)`, a left-over of an earlier CRM.
"""


def _words(text: str) -> tuple[str, ...]:
    """Split a text into its words."""
    return tuple(text.split())


STATUSES = (
    "New",
    "Working",
    "Attempted Contact",
    "Accepted",
    "Qualified",
    "Opportunity",
    "Closed Won",
    "Rejected",
    "Recycled",
    "Disqualified",
    "Closed Lost",
    "On Hold (old)",
)
STATUS = {text: number for number, text in enumerate(STATUSES)}

REASONS = (
    "",
    "No budget this year",
    "Bad timing",
    "Could not be reached",
    "Not a decision maker",
    "Too small",
    "Student or job seeker",
    "Chose a competitor",
    "Went silent",
)
REASON = {text: number for number, text in enumerate(REASONS)}

OWNERS = tuple(f"rep-{number:02d}" for number in range(1, 13))
TOUCH_TYPES = ("call", "email", "linkedin_message", "meeting")

SITE = "https://www.tallyport.example"
FREE_MAIL = "mailbox.example"

# Seniority 0 (executive) to 4 (outside the market), as the texts people type into a form.
TITLES = (
    ("VP Marketing", "VP Operations", "Chief Operating Officer", "CMO", "Vice President Sales"),
    ("Head of Operations", "Head of Marketing", "Director of Operations", "Director, RevOps"),
    ("Marketing Manager", "Operations Manager", "Sales Operations Manager", "IT Manager"),
    ("Marketing Specialist", "Operations Analyst", "Business Analyst", "Coordinator", "Consultant"),
    ("Student", "Intern", "Freelancer", "Research Assistant"),
)

INDUSTRIES = (
    "software",
    "manufacturing",
    "financial services",
    "healthcare",
    "logistics",
    "professional services",
    "education",
    "hospitality",
    "non-profit",
)
GOOD_INDUSTRIES = 5  # the first so many are the company's market

# Country, region, and the weight of both.
COUNTRIES = (
    ("US", "AMER", 34),
    ("GB", "EMEA", 14),
    ("DE", "EMEA", 12),
    ("FR", "EMEA", 7),
    ("NL", "EMEA", 6),
    ("SE", "EMEA", 4),
    ("CA", "AMER", 6),
    ("BR", "AMER", 3),
    ("IN", "APAC", 7),
    ("AU", "APAC", 4),
    ("SG", "APAC", 3),
)

FIRST_NAMES = _words(
    """
    Adela Bruno Carla Dario Edda Falk Gina Henrik Ines Jonas Kaja Lorin Mira Nils Olea Piet Quinn
    Rosa Silas Tilda Ugo Vera Wim Xenia Yaro Zita Alva Bo Cleo Dean Elio Fenna
    """
)
LAST_NAMES = _words(
    """
    Abendrot Birkhall Castelmoor Dunfeld Ebenholt Farrowby Grenvik Hollinder Isenbark Jarnwick
    Kestrelow Lindqvale Morrowind Norbeck Ostermark Penhallow Quillbane Ravensby Stoneferry
    Tannhaven Ulverton Vandermoor Wexcombe Yarrowdale Zellinger Ashgrove Brightmoor Coldwater
    """
)
COMPANY_STEMS = _words(
    """
    Arv Bel Cor Dun Elm Fen Gal Hol Ind Jor Kel Lum Mar Nor Orl Pal Quar Riv Sol Tor Ulv Ven Wex
    Yar Zel Alt Bri Cas Del Est Fal Gre Hav Isk Jun Kar Lev Mon Nex Opt
    """
)
COMPANY_ENDS = _words(
    """
    ado ania ara aven elin era etta exa iant ica ida inor isco ista ivo olis ona ora oren orix
    osa ova umi una ura usto uvia yra ylon yx
    """
)
COMPANY_KINDS = ("Systems", "Works", "Group", "Labs", "Freight", "Health", "Capital", "Retail")

USER_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/125.0 Safari/537.36",
)

ATTRIBUTES = tuple(
    f'{{"persona": "{persona}", "newsletter": {newsletter}, "plan_interest": "{plan}"}}'
    for persona in ("operations", "marketing", "finance", "it")
    for newsletter in ("true", "false")
    for plan in ("team", "business", "enterprise")
)
COMPETITOR_ATTRIBUTES = '{"persona": "operations", "newsletter": true, "is_competitor": true}'
