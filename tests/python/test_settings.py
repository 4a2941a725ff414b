"""Settings of a home: defaults, the file over them, the environment over both, nothing unknown."""

import pytest

from handoff.errors import UsageError
from handoff.home import PROJECT_DIR, Home
from handoff.settings import FILE, Settings, described, read_settings


@pytest.fixture
def home(tmp_path):
    return Home.at(tmp_path).create()


def _write(home, text):
    (home.path / FILE).write_text(text, encoding="utf-8")


def test_without_a_file_every_setting_has_its_default(home):
    assert read_settings(home) == Settings()


@pytest.mark.parametrize("text", ["", "# nothing said\n", "publish:\n"])
def test_a_file_that_says_nothing_changes_nothing(home, text):
    _write(home, text)
    assert read_settings(home) == Settings()


def test_the_file_stands_over_the_default_and_the_environment_over_the_file(home, monkeypatch):
    _write(home, "publish: {keep_versions: 9}\nrefresh:\n  max_quiet_hours: 1.5\n")
    assert read_settings(home).publish.keep_versions == 9
    assert read_settings(home).refresh.max_quiet_hours == 1.5
    monkeypatch.setenv("HANDOFF_PUBLISH_KEEP_VERSIONS", "3")
    assert read_settings(home).publish.keep_versions == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("publish: {keep_version: 9}", "nearest name: keep_versions"),
        ("runs:\n  keep: 20\npublisch:\n  keep_versions: 9", "line 3: 'publisch' is not known"),
        ("publish: {keep_versions: 1}", "from 2 to 1,000"),
        ("publish: {keep_versions: 2.5}", "a whole number of versions"),
        ("publish: {keep_versions: many}", "is 'many'"),
        ("publish: {keep_versions: [5]}", "expected one value"),
        ("refresh: {max_quiet_hours: nan}", "from 0 to 8,760"),
        ("runs: {keep: 20}\nruns: {keep: 30}", "line 2: 'runs' stands there twice"),
        ("runs:\n  keep: 20\n  keep: 30", "line 3: 'keep' stands there twice"),
        ("runs: 5", "expected the keys of `runs`: keep, keep_days"),
        ("- runs", "expected sections: "),
        ("runs: {keep: 20", "cannot be read as YAML"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line(home, text, said):
    _write(home, text)
    with pytest.raises(UsageError, match=FILE) as refused:
        read_settings(home)
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_variable_that_cannot_be_understood_is_refused_by_name(home, monkeypatch):
    monkeypatch.setenv("HANDOFF_RUNS_KEEP_DAYS", "-1")
    with pytest.raises(UsageError, match="HANDOFF_RUNS_KEEP_DAYS is not understood"):
        read_settings(home)


def test_every_setting_stands_in_the_operations_page_with_its_default_and_unit():
    page = (PROJECT_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for section, key, one in described():
        if section == "landing" or section.startswith("arrivals_"):
            continue  # on the page of the landing folder, held there by its own test
        (row,) = [row for row in rows if row.startswith(f"| `{section}.{key}` |")]
        default = str(one.default).removesuffix(".0")
        assert f"| {default} {one.metadata['unit']} |" in row.replace(",", "")
