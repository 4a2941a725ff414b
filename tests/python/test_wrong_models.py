"""A model that is wrong in one place turns some test red: the tests are worth their green.

Each mistake of `wrong_models` is made in a copy of the project, and the tests that are said to
notice it are run there. `HANDOFF_ALL_MUTATIONS=1` makes every mistake; without it a few are made
that unit tests or contracts notice: other ones whenever the models change, the same ones as long as
they do not.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import pytest

from comparison import differences
from handoff import workspace
from handoff.home import PROJECT_DIR, Home
from warehouse import Warehouse
from worlds import pack
from wrong_models import CONTRACTS, MISTAKES, WORLDS, Mistake

ALL = bool(os.environ.get("HANDOFF_ALL_MUTATIONS"))
FEW = 6
AS_OF = "2026-07-01"
CHANGED = ("models", "macros")
WAREHOUSES = 3


def few(mistakes: list[Mistake]) -> list[Mistake]:
    """Some of the mistakes, far apart in the list; which ones turns with the code."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in CHANGED for path in (PROJECT_DIR / folder).rglob("*.*")):
        digest.update(path.read_bytes())
    quick = [mistake for mistake in mistakes if mistake.noticed_by != WORLDS]
    apart = len(quick) // FEW
    return quick[digest.digest()[0] % apart :: apart][:FEW]


def as_case(mistake: Mistake) -> object:
    """A case of the test; one with a known gap fails as soon as the gap is closed."""
    known = [pytest.mark.xfail(strict=True, reason=mistake.gap)] if mistake.gap else []
    return pytest.param(mistake, id=mistake.name, marks=known)


class Project:
    """A copy of the project by link, file by file, in which one file at a time is wrong."""

    def __init__(self, folder: Path) -> None:
        """Link every file of the models and macros, and everything else as it lies."""
        self.folder = folder
        for name in {*workspace.LINKED, "seeds"} - set(CHANGED):
            (folder / name).symlink_to(PROJECT_DIR / name)
        for name in CHANGED:
            shutil.copytree(PROJECT_DIR / name, folder / name, copy_function=self._link)
        self.wrong: Path | None = None

    @staticmethod
    def _link(original: str, link: str) -> None:
        Path(link).symlink_to(original)

    def make(self, mistake: Mistake) -> None:
        """Make the mistake, the one before put right."""
        text = (PROJECT_DIR / mistake.file).read_text(encoding="utf-8")
        if self.wrong:
            (self.folder / self.wrong).unlink()
            (self.folder / self.wrong).symlink_to(PROJECT_DIR / self.wrong)
        self.wrong = Path(mistake.file)
        (self.folder / self.wrong).unlink()
        wrong = text.replace(mistake.before, mistake.after)
        (self.folder / self.wrong).write_text(wrong, encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def dbt(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable]:
    """dbt on an empty warehouse, in one process: unit tests need tables for their types only."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - 2.5 seconds, only when needed

    home = Home.at(tmp_path_factory.mktemp("home")).create()
    folder = str(workspace.prepare(home, None, project.folder))
    where = ["--project-dir", folder, "--profiles-dir", folder]
    where += ["--target-path", str(home.dbt / "target"), "--log-path", str(home.path / "logs")]
    quiet = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors"]

    def invoke(*arguments: str) -> dict[str, str]:
        """Run dbt; gives the status of each node by name."""
        found = dbtRunner().invoke([*quiet, *arguments, *where])
        assert found.result is not None, found.exception
        return {one.node.name: str(one.status) for one in found.result.results}

    environment = {
        "HANDOFF_HOME": str(home.path),
        "HANDOFF_AS_OF": AS_OF,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with patch.dict(os.environ, environment):
        built = invoke("build", "--resource-type", "seed", "--resource-type", "model")
        assert {name for name, status in built.items() if status != "success"} == set()
        yield invoke


def unit_tests_that_fail(dbt: Callable, models: list[str]) -> list[str]:
    """The unit tests of the models that say no. SQL that does not even run proves nothing."""
    asked = " ".join(f"{model},test_type:unit" for model in models)
    found = dbt("test", "--select", asked)
    assert "error" not in found.values(), "this mistake does not run at all"
    return [name for name, status in found.items() if status == "fail"]


def contracts_that_fail(dbt: Callable, models: list[str]) -> list[str]:
    """The models whose enforced contract refuses what their SQL gives."""
    found = dbt("run", "--select", *models)
    return [model for model in models if found[model] == "error"]


def worlds_that_differ(project: Project, folder: Path) -> list[str]:
    """What the wrong project says otherwise than the reference; a few warehouses are tried."""
    prepare = workspace.prepare

    def wrong(home: Home, definition: Path | None, _right: Path) -> Path:
        return prepare(home, definition, project.folder)

    with patch.object(workspace, "prepare", wrong):
        tried = (_difference(seed, folder) for seed in range(WAREHOUSES))
        return list(islice(filter(None, tried), 1))


def _difference(seed: int, folder: Path) -> str:
    """Build one warehouse, batch by batch, until it differs; a claim that fails is a difference."""
    drawn = pack(seed, 40, batches=2)
    warehouse = Warehouse(folder / str(seed), drawn.definition, parsed=folder / "dbt")
    moments = [(batch, drawn.as_of) for batch in drawn.batches] + [(None, drawn.last_as_of)]
    for batch, as_of in moments:
        if batch:
            warehouse.add(batch)
        try:
            warehouse.build(as_of)
        except AssertionError as failed:
            return str(failed)
        if found := differences(warehouse, warehouse.world(as_of)):
            return found
    return ""


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_the_list_fits_the_models(mistake: Mistake):
    text = (PROJECT_DIR / mistake.file).read_text(encoding="utf-8")
    assert text.count(mistake.before) == 1
    assert mistake.before != mistake.after
    assert mistake.noticed_in or mistake.file.startswith("models/") or mistake.noticed_by == WORLDS


@pytest.mark.parametrize("mistake", map(as_case, MISTAKES if ALL else few(MISTAKES)))
def test_someone_notices_that(mistake: Mistake, project: Project, tmp_path: Path, request):
    # Built once, while the project is still right: some mistakes do not build.
    dbt = None if mistake.noticed_by == WORLDS else request.getfixturevalue("dbt")
    project.make(mistake)
    models = list(mistake.noticed_in or [Path(mistake.file).stem])
    if mistake.noticed_by == WORLDS:
        noticed = worlds_that_differ(project, tmp_path)
    elif mistake.noticed_by == CONTRACTS:
        noticed = contracts_that_fail(dbt, models)
    else:
        noticed = unit_tests_that_fail(dbt, models)
    assert noticed, f"nobody noticed: {mistake.why}"
