"""A module left out of the imports: imported when it is used, and not by who looks around."""

import inspect
import subprocess
import sys
import threading

import pytest

from handoff.late_import import import_when_used

SLOW = """
import time
time.sleep(0.2)
answer = 42
"""


@pytest.fixture
def heavy(tmp_path, monkeypatch):
    """Name a module of a package that notes when it is imported."""
    (tmp_path / "heavy_package").mkdir()
    (tmp_path / "heavy_package" / "__init__.py").write_text("")
    (tmp_path / "heavy_package" / "part.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    name = "heavy_package.part"
    import_when_used(name)
    yield name
    for one in (name, "heavy_package"):
        sys.modules.pop(one, None)


def is_imported(name):
    return "answer" in vars(sys.modules[name])


def test_it_is_imported_when_it_is_used(heavy):
    from heavy_package import part  # noqa: PLC0415 - it is not there before

    assert not is_imported(heavy)
    assert part.answer == 42
    assert is_imported(heavy)
    assert type(part).__name__ == "module"


def test_who_looks_through_all_modules_imports_nothing(heavy):
    inspect.stack()
    for module in list(sys.modules.values()):
        hasattr(module, "__file__")
    assert sys.modules[heavy].__file__.endswith("part.py")
    assert not is_imported(heavy)


def test_what_it_does_not_have_is_missing_as_in_any_module(heavy):
    with pytest.raises(AttributeError, match="question"):
        sys.modules[heavy].question  # noqa: B018
    assert is_imported(heavy)


def test_threads_that_use_it_at_once_find_it_whole(heavy):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(sys.modules[heavy].answer)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [42] * 4


def test_a_module_that_is_there_or_nowhere_is_left_alone():
    before = sys.modules["json"]
    import_when_used("json")
    import_when_used("no_such_module_anywhere")
    assert sys.modules["json"] is before
    assert "no_such_module_anywhere" not in sys.modules


def test_great_expectations_comes_without_what_compares_distributions():
    """In a process of its own: tests of statistics use what is left out."""
    look = "import inspect, sys, handoff.gx_session; inspect.stack()"
    asked = f"{look}; print('norm' in vars(sys.modules['scipy.stats']))"
    made = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert made.stdout == "False\n"
