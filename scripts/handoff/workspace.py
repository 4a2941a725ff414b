"""The folder dbt runs in: the project's own files and one definition, all by link.

dbt writes what it compiles under its target folder, at the path a file has in its project: a seed
given by an absolute path is overwritten where it lies. Here every path is relative, so nobody's
definition is touched; and a checkout that cannot be written to is no obstacle.
"""

from pathlib import Path

from handoff.home import PROJECT_DIR, Home

LINKED = ("dbt_project.yml", "profiles.yml", ".dbtignore", "macros", "models", "tests")
DEFINITION = Path("seeds") / "definition"
REFERENCE = Path("seeds") / "reference"


def prepare(home: Home, definition: Path | None, project: Path = PROJECT_DIR) -> Path:
    """Make or mend the folder and return it; `definition` None is the shipped one."""
    folder = home.dbt / "project"
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    wanted = {Path(name): project / name for name in LINKED}
    wanted[REFERENCE] = project / REFERENCE
    wanted[DEFINITION] = definition or project / DEFINITION
    for name, original in wanted.items():
        _link(folder / name, original)
    return folder


def _link(link: Path, original: Path) -> None:
    """Point `link` at `original`, which may be missing in a small project of tests."""
    if link.is_symlink() and link.readlink() == original.resolve():
        return
    link.unlink(missing_ok=True)
    if original.exists():
        link.symlink_to(original.resolve())
