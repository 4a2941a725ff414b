"""Finds a character without which a regular expression matches nothing.

Whatever does not hold it need not be held against the expression: an engine can pass over it.
"""

import re

# How the standard library reads an expression has no public name.
from re import _constants, _parser


def demanded(expression: str) -> str | None:
    """Give the first character every match must hold, whatever its case; None: there is none."""
    try:
        parts = _parser.parse(expression)
    except (re.error, OverflowError):
        return None
    characters = (chr(what) for kind, what in parts if kind is _constants.LITERAL)
    return next((one for one in characters if one.lower() == one.upper()), None)
