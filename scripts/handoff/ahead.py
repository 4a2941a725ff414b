"""Imports in a thread what the next steps need, while files are read or dbt waits for the engine.

Great Expectations and the drawing library take two to three seconds to import. In a build it is
begun when dbt runs its first node: from then on dbt imports nothing, so no two threads wait for
each other's modules. What cannot be imported fails where it is needed, and is told there.
"""

import importlib
import threading
from collections.abc import Iterable
from contextlib import suppress


def import_ahead(modules: Iterable[str]) -> threading.Thread:
    """Begin to import and return at once; who needs a module meanwhile waits for it."""
    thread = threading.Thread(target=_import_all, args=(tuple(modules),), name="import-ahead")
    thread.start()
    return thread


def _import_all(modules: tuple[str, ...]) -> None:
    for name in modules:
        with suppress(Exception):
            importlib.import_module(name)
