"""Leaves a heavy module out of the imports of a library until somebody uses it.

The standard library's LazyLoader imports when any attribute is asked for. `inspect.stack` asks
every module for its `__file__`, and dbt calls that: so what is known of a module before it is
imported can be asked here without importing it.
"""

import importlib.util
import sys
from threading import RLock
from types import ModuleType
from typing import Any

_IMPORTING = RLock()
_COMING = "_is_coming"


class _Late(ModuleType):
    """A module that is imported when an attribute is asked for that it does not have yet."""

    def __getattr__(self, name: str) -> Any:
        with _IMPORTING:
            content = vars(self)
            if type(self) is _Late and _COMING not in content:
                content[_COMING] = True  # what it asks of itself meanwhile is not there yet
                try:
                    self.__spec__.loader.exec_module(self)
                    self.__class__ = ModuleType
                finally:
                    del content[_COMING]
        return ModuleType.__getattribute__(self, name)


def import_when_used(name: str) -> None:
    """Let `name` be imported when one of its attributes is first asked for."""
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    module.__class__ = _Late
    sys.modules[name] = module
    package, _, own_name = name.rpartition(".")
    if package:
        setattr(sys.modules[package], own_name, module)
