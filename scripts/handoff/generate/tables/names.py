"""Invented names, companies and addresses; every domain is one reserved for examples."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handoff.generate import vocabulary
from handoff.generate.block import Block
from handoff.generate.columns import numbered
from handoff.generate.draws import scrambled

_TOTAL_NAMES = len(vocabulary.COMPANY_STEMS) * len(vocabulary.COMPANY_ENDS)


def _texts(words: tuple[str, ...] | list[str], positions: np.ndarray) -> pa.Array:
    """Look up a text for each position."""
    return pa.array(words, pa.large_string()).take(pa.array(positions))


def company_names(block: Block) -> tuple[pa.Array, pa.Array]:
    """Invent a name and a domain for each company; the number makes later ones unique."""
    number = block.companies.number
    place = number * 337 % _TOTAL_NAMES
    stem = _texts(vocabulary.COMPANY_STEMS, place % len(vocabulary.COMPANY_STEMS))
    end = _texts(vocabulary.COMPANY_ENDS, place // len(vocabulary.COMPANY_STEMS))
    lap = number // _TOTAL_NAMES
    kind = _texts(vocabulary.COMPANY_KINDS, (number + lap) % len(vocabulary.COMPANY_KINDS))
    none = pa.scalar("", pa.large_string())
    again = pc.if_else(
        pa.array(lap > 0), pa.array(lap).cast(pa.string()).cast(pa.large_string()), none
    )
    word = pc.binary_join_element_wise(stem, end, again, none)
    name = pc.binary_join_element_wise(word, kind, pa.scalar(" ", pa.large_string()))
    domain = pc.binary_join_element_wise(
        pc.utf8_lower(word),
        pa.scalar("example", pa.large_string()),
        pa.scalar(".", pa.large_string()),
    )
    return name, domain


def people_names(block: Block) -> dict[str, pa.Array]:
    """Invent a name and an address for each lead; all on domains reserved for examples."""
    people = block.people
    mixed = (scrambled(people.number, 77) >> np.uint64(33)).astype(np.int64)
    first = _texts(vocabulary.FIRST_NAMES, mixed % len(vocabulary.FIRST_NAMES))
    last = _texts(vocabulary.LAST_NAMES, mixed // 1_024 % len(vocabulary.LAST_NAMES))
    company = pa.array(np.maximum(people.company, 0))
    employed = pa.array(people.company >= 0)
    names, domains = company_names(block)
    missing = pa.scalar(None, pa.large_string())
    domain = pc.if_else(
        employed, domains.take(company), pa.scalar(vocabulary.FREE_MAIL, pa.large_string())
    )
    dot, at_sign, space = (pa.scalar(mark, pa.large_string()) for mark in (".", "@", " "))
    box = pc.utf8_lower(pc.binary_join_element_wise(first, last, dot))
    tail = numbered("", people.number)
    box = pc.if_else(employed, box, pc.binary_join_element_wise(box, tail, dot))
    return {
        "email": pc.binary_join_element_wise(box, domain, at_sign),
        "full_name": pc.binary_join_element_wise(first, last, space),
        "company_name": pc.if_else(employed, names.take(company), missing),
        "company_domain": pc.if_else(employed, domain, missing),
    }
