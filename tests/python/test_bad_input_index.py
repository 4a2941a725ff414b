"""The list of bad input is proved row by row: every id has a test that bears its mark."""

import ast
from pathlib import Path

from handoff.home import PROJECT_DIR

IDS = [f"B{number:02}" for number in range(1, 31)]


def marks(path: Path) -> dict[str, set[str]]:
    """Which ids which tests of a file are marked with."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        for decorator in node.decorator_list:
            if ast.unparse(decorator).startswith("pytest.mark.bad_input("):
                for one in decorator.args:
                    found.setdefault(ast.literal_eval(one), set()).add(node.name)
    return found


def all_marks() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in sorted((PROJECT_DIR / "tests" / "python").rglob("test_*.py")):
        for one, names in marks(path).items():
            found.setdefault(one, set()).update(names)
    return found


def test_every_row_of_the_list_has_a_test_and_no_mark_is_misspelled():
    assert sorted(all_marks()) == IDS


def test_a_name_that_begins_with_an_id_bears_its_mark():
    found = all_marks()
    for path in sorted((PROJECT_DIR / "tests" / "python").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_b"):
                one = node.name[5:8].upper()
                if one[1:].isdigit():
                    assert node.name in found[one]
