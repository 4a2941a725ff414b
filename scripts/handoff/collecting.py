"""Lets Python look for circular garbage seldom while a library makes very many lasting objects.

dbt and Great Expectations keep nearly all they make: each full look costs up to a tenth of a
second, finds next to nothing, and holds up every thread.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 50_000  # between two looks at the youngest; Python's own is 700


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look seldom for the body only; what it left behind is looked for at the usual times after."""
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
