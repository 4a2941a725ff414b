"""Import a heavy library in less time: what of it is not used is not imported."""

import gc
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def light_import(*rarely_used: str) -> Iterator[None]:
    """Let the imports inside take some modules when they are first used, and collect no garbage."""
    for name in rarely_used:
        if name not in sys.modules:
            _import_when_used(name)
    collecting = gc.isenabled()
    gc.disable()  # it looks again and again at what only grows
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _import_when_used(name: str) -> None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    package, _, own_name = name.rpartition(".")
    if package:
        setattr(sys.modules[package], own_name, module)
