"""Lets Python look for circular garbage seldom while libraries make very many lasting objects.

dbt and Great Expectations keep nearly all they make, and what they import: each full look costs up
to a tenth of a second, finds next to nothing, and holds up every thread. Only where they work: a
process that runs short of memory elsewhere is to find what there is.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects between two looks at the youngest, and such looks between two at older ones; Python's
# own are 700 and 10.
NEW_OBJECTS, LOOKS = 20_000, 20


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look seldom for the body only; what it left behind is looked for at the usual times after."""
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, LOOKS, LOOKS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
