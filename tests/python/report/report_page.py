"""Reads a page back: its elements, its attributes, its tables as they stand."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path


@dataclass
class Page:
    """What a page holds."""

    text: str
    tags: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    headlines: dict[str, str] = field(default_factory=dict)
    words: str = ""

    def table(self, key: str) -> list[list[str]]:
        """The rows of a table below its headings."""
        return self.tables[key][1:]

    def values(self, attribute: str) -> list[str]:
        """Every value of an attribute, in the order of the page."""
        return [value for _, name, value in self.attributes if name == attribute]


def read(path: Path) -> Page:
    """Read a page from its file."""
    reader = _Reader(path.read_text(encoding="utf-8"))
    reader.feed(reader.page.text)
    reader.close()
    reader.page.words = " ".join("".join(reader.parts).split())
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.page = Page(text)
        self.parts: list[str] = []
        self.rows: list[list[str]] | None = None
        self.key = ""
        self.cell: list[str] | None = None
        self.headline: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.add(tag)
        self.page.attributes += [(tag, name, value or "") for name, value in attrs]
        given = dict(attrs)
        if tag == "table":
            self.key, self.rows = given["data-key"], []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.cell = []
        elif tag == "li" and "data-key" in given:
            self.headline = given["data-key"]
        if tag in {"p", "li", "h2", "h3", "td", "th", "dt", "dd", "summary", "figcaption", "div"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.cell is not None:
            self.rows[-1].append("".join(self.cell).strip())
            self.cell = None
        elif tag == "table":
            self.page.tables[self.key] = self.rows
            self.rows = None
        elif tag == "li":
            self.headline = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)
        if self.headline is not None:
            before = self.page.headlines.get(self.headline, "")
            self.page.headlines[self.headline] = " ".join(f"{before} {data}".split())
        self.parts.append(data)
