"""From whole numbers to Arrow columns, a block at a time and without a loop over rows.

Text that repeats is dictionary-encoded: it is written once a column, whatever the rows.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from handoff.generate.clock import DAY

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def _fixed(letters: np.ndarray, shown: np.ndarray | None) -> pa.Array:
    """Turn a matrix of letters, one row a text, into a text column; null where not shown."""
    count, width = letters.shape
    offsets = pa.py_buffer(np.arange(0, (count + 1) * width, width, dtype=np.int64))
    validity = None
    if shown is not None:
        validity = pa.py_buffer(np.packbits(shown, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(letters))
    return pa.Array.from_buffers(pa.large_string(), count, [validity, offsets, data])


def _letters(prefix: str, digits: np.ndarray) -> np.ndarray:
    """Put a prefix before each row of digits."""
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    return np.concatenate([np.broadcast_to(head, (len(digits), len(head))), digits], axis=1)


def numbered(prefix: str, numbers: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Write numbers as ids of eight digits, so that text order is number order."""
    powers = 10 ** np.arange(7, -1, -1)
    digits = (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return _fixed(_letters(prefix, digits), shown)


def hexadecimal(prefix: str, numbers: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Write 64-bit numbers as ids of sixteen hexadecimal digits."""
    octets = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)
    digits = np.empty((len(numbers), 16), dtype=np.uint8)
    digits[:, 0::2] = _HEX[octets >> 4]
    digits[:, 1::2] = _HEX[octets & 15]
    return _fixed(_letters(prefix, digits), shown)


def chosen(words: pa.Array, positions: np.ndarray, shown: np.ndarray) -> pa.Array:
    """Write the word at each position of a list whose words all differ; null where not shown."""
    codes = pa.array(positions.astype(np.int32), mask=~shown)
    return pa.DictionaryArray.from_arrays(codes, words)


class Words:
    """A vocabulary to write columns from; a blank word is a missing value."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Number the distinct words."""
        distinct = {text: number for number, text in enumerate(dict.fromkeys(filter(None, texts)))}
        self._dictionary = pa.array(list(distinct), pa.string())
        self._codes = np.array([distinct.get(text, -1) for text in texts], dtype=np.int32)

    def column(self, positions: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
        """Write the word at each position; null where it is blank or not shown."""
        codes = self._codes[positions]
        missing = codes < 0 if shown is None else (codes < 0) | ~shown
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=missing), self._dictionary)


def times(at: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Write seconds since 1970 as UTC timestamps."""
    missing = None if shown is None else ~shown
    return pa.array(at * 1_000_000, pa.timestamp("us"), mask=missing)


def dates(at: np.ndarray) -> pa.Array:
    """Write seconds since 1970 as dates."""
    return pa.array((at // DAY).astype(np.int32), pa.date32())


def whole(numbers: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Write whole numbers."""
    return pa.array(numbers, pa.int64(), mask=None if shown is None else ~shown)


def money(cents: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Write cents as a decimal with two places: the same digits, the point moved."""
    digits = pa.array(cents, pa.int64(), mask=None if shown is None else ~shown)
    exact = digits.cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, 2), len(exact), exact.buffers())


def flags(values: np.ndarray, shown: np.ndarray | None = None) -> pa.Array:
    """Write true and false."""
    return pa.array(values.astype(bool), mask=None if shown is None else ~shown)
