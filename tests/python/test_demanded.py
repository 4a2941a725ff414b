"""What a regular expression cannot match without."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.demanded import demanded

EMAIL = r"[^\s@]+@[^\s@]+\.[^\s@]+"
PIECES = [
    ".",
    "@",
    "a",
    "B",
    "-",
    r"\.",
    r"\s",
    "[@a]",
    "[^@]",
    "(@)",
    "(?:@|-)",
    "@?",
    "-*",
    "@+",
    "(?i)",
]
texts = st.text(st.sampled_from("a B@-.\nÉ"), max_size=8)


@pytest.mark.parametrize(
    ("expression", "character"),
    [
        (EMAIL, "@"),
        ("abc-d", "-"),
        ("abc", None),
        ("(?i)straße 1", " "),
        ("@|-", None),
        ("@?-", "-"),
        ("(@)", None),
        ("[@]x", "@"),
        ("", None),
        ("(", None),
        ("(?x) a  # a comment with @\n -", "-"),
    ],
)
def test_it_is_the_first_character_without_a_case_that_stands_alone(expression, character):
    assert demanded(expression) == character


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), texts)
def test_a_text_without_it_is_never_matched(expression, text):
    try:
        compiled = re.compile(expression)
    except re.error:
        return
    character = demanded(expression)
    if character is not None and character not in text:
        assert compiled.search(text) is None
