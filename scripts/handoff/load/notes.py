"""Remarks about a file that do not stop it: each made once, in the order they came up."""


class Notes:
    """The remarks about one file."""

    def __init__(self) -> None:
        """Begin with none."""
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        """Remember a remark, unless it was made already."""
        if text not in self._texts:
            self._texts.append(text)

    def unknown_columns(self, names: list[str]) -> None:
        """Remark on columns the contract does not know."""
        if names:
            shown = ", ".join(names[:20]) + (" ..." if len(names) > 20 else "")
            self.add(f"columns not of the contract, not loaded: {shown}")

    def __str__(self) -> str:
        """Return all remarks as one text."""
        return "; ".join(self._texts)
