"""Random whole numbers that come out the same on every machine.

Only the raw bits of PCG64 are used (numpy promises these never change) and only integer
arithmetic follows: a float may differ in its last bit from one processor to the next, and then
one second, and then the bytes of a file. Shares are in ten-thousandths.
"""

import numpy as np

SHARE = 10_000
_SHUFFLE = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


class Draws:
    """One stream of draws; the same seed and stream numbers give the same draws."""

    def __init__(self, seed: int, *stream: int) -> None:
        """Open the stream numbered `stream` of `seed`."""
        self._source = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=stream))

    def below(self, bound: int | np.ndarray, count: int) -> np.ndarray:
        """Draw `count` whole numbers from 0 up to, not including, `bound` (at most 2^31)."""
        bits = np.asarray(self._source.random_raw(count), dtype=np.uint64)
        return ((bits >> np.uint64(32)).astype(np.int64) * bound) >> 32

    def chance(self, share: int | np.ndarray, count: int) -> np.ndarray:
        """Say yes `share` times in ten thousand."""
        return self.below(SHARE, count) < share

    def pick(self, weights: tuple[int, ...] | np.ndarray, count: int) -> np.ndarray:
        """Pick positions in proportion to whole-number weights."""
        ends = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(ends, self.below(int(ends[-1]), count), side="right")

    def pick_by(self, table: tuple[tuple[int, ...], ...], rows: np.ndarray) -> np.ndarray:
        """Pick one position for each of `rows`, by the weights in that row of `table`."""
        ends = np.cumsum(np.asarray(table, dtype=np.int64), axis=1)
        drawn = self.below(ends[:, -1][rows], len(rows))
        return (ends[rows] <= drawn[:, None]).sum(axis=1)

    def spread(self, quantiles: tuple[int, ...], count: int) -> np.ndarray:
        """Draw from a distribution given by its evenly spaced quantiles, straight lines between."""
        points = np.asarray(quantiles, dtype=np.int64)
        place = self.below(1 << 31, count) * (len(points) - 1)
        step = place >> 31
        part = (place & ((1 << 31) - 1)) >> 15
        return points[step] + ((points[step + 1] - points[step]) * part >> 16)


def scrambled(numbers: np.ndarray, seed: int) -> np.ndarray:
    """Turn different numbers into different random-looking ones (splitmix64 is a bijection)."""
    mixed = numbers.astype(np.uint64) ^ np.uint64((seed * 0x9E3779B97F4A7C15) % (1 << 64))
    for shift, factor in zip((30, 27), _SHUFFLE, strict=True):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
