"""Keeps personal values out of messages, logs and records.

An engine that stumbles over a value quotes it. Those quotations, and whatever looks like an e-mail
address, are masked before a text is kept or shown. It cannot recognise a bare name: texts that
are known to carry row values are not to be passed on at all.
"""

import re

EMAIL = re.compile(r"[^\s@'\"<>(),;|]+@[^\s@'\"<>(),;|]+")
# DuckDB, Postgres and Spark quote the value they could not convert.
QUOTED_VALUE = re.compile(
    r"((?:could not convert|could not parse|invalid input syntax|malformed json|cast)\b[^'\"\n]*)"
    r"('(?:[^'\n])*'|\"(?:[^\"\n])*\")",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """Return `text` with e-mail addresses and the values an engine quotes taken out."""
    return EMAIL.sub("<e-mail>", QUOTED_VALUE.sub(r"\1'<value>'", text))


def first_sentence(text: str, *, limit: int = 300) -> str:
    """Reduce an engine's message, often many lines and a drawing, to one masked line."""
    lines = [line.strip() for line in text.strip().splitlines()]
    lines = [line for line in lines if line and not line.startswith(("LINE ", "^"))]
    sentence = masked(" ".join(lines[:3]))
    return sentence if len(sentence) <= limit else sentence[: limit - 1] + "…"
