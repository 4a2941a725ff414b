"""The settings of the border files -> raw stand on its page, with their defaults and ranges."""

import re

from handoff.home import PROJECT_DIR
from handoff.load.contract import TABLES
from handoff.settings import Settings, described

PAGE = (PROJECT_DIR / "docs" / "landing.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+(?:<table>)?)\.(\w+)` \| (\S+) \| (\S*) ?\| (.+) \|$", re.MULTILINE)


def rows():
    return {
        (section, key): (usual, core, span) for section, key, usual, core, span in ROW.findall(PAGE)
    }


def shown(value):
    return str(value).removesuffix(".0")


def test_every_setting_stands_on_the_page_and_no_other():
    wanted = {
        ("arrivals_<table>" if section.startswith("arrivals_") else section, key)
        for section, key, _ in described()
        if section == "landing" or section.startswith("arrivals_")
    }
    assert set(rows()) == wanted


def test_defaults_and_ranges_are_those_of_the_code():
    for section, key, one in described():
        if section == "landing":
            usual, _, span = rows()[section, key]
            assert usual == shown(one.default)
        elif section.startswith("arrivals_"):
            usual, core, span = rows()["arrivals_<table>", key]
            is_core = section in {"arrivals_leads", "arrivals_events"}
            assert (core if is_core else usual) == shown(one.default)
        else:
            continue
        words = one.metadata.get("words")
        low, high = one.metadata["low"], one.metadata["high"]
        if words:
            assert span == " or ".join(words)
        elif section == "landing" and key == "company_start":
            assert span == f"{low} to {high}"
        else:
            assert span == f"{low:,} to {int(high):,} {one.metadata['unit']}"


def test_every_table_of_the_contract_has_a_section():
    assert all(Settings().arrivals(table).max_share == 50 for table in TABLES)
