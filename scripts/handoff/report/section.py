"""What a section of the page is made of: sentences, pictures, tables. Values only, no markup."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of a table; figures stand to the right."""

    heading: str
    is_figure: bool = True


@dataclass(frozen=True)
class Row:
    """A row of texts; `kind` is "" or "total", "rest", "small", which the page marks."""

    cells: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption; `key` names it for those who read the page by program."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Key:
    """One entry of a picture's key: the name of a paint, the shape of its mark, what it means."""

    paint: str
    mark: str
    words: str
    is_wide_only: bool = False


def rate_keys(rate: str, small: str, *, has_small: bool) -> tuple[Key, ...]:
    """Give the key of a picture of rates; what is not in the picture is not in its key."""
    keys = (Key("first", "dot", rate), Key("first", "line", "its 95% interval"))
    return (*keys, Key("first", "ring", small)) if has_small else keys


@dataclass(frozen=True)
class Picture:
    """A picture drawn twice, for wide and for narrow pages, as markup that was cleaned."""

    wide: str
    narrow: str
    alt: str


@dataclass(frozen=True)
class Figure:
    """A picture with its title, its key, how to read it, and the table behind it."""

    title: str
    picture: Picture | None
    how_to_read: str
    table: Table | None = None
    keys: tuple[Key, ...] = ()
    is_table_open: bool = False
    lines: tuple[str, ...] = ()
    """What is written under the key, such as the sources of reference lines."""


@dataclass(frozen=True)
class Section:
    """One question of the page and what answers it; `lack` is said in place of an answer."""

    anchor: str
    title: str
    question: str
    finding: str = ""
    figures: tuple[Figure, ...] = ()
    cautions: tuple[str, ...] = ()
    lack: str | None = None
    notes: tuple[str, ...] = ()
