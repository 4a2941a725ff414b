"""Draw examples outside a test: the same seed gives the same worlds."""

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy


def drawn(strategy: SearchStrategy, count: int, from_seed: int) -> list:
    """Draw `count` examples, each on its own: within one run many are variations of another."""
    return [_one(strategy, from_seed * 10_000 + number) for number in range(count)]


def _one(strategy: SearchStrategy, from_seed: int) -> object:
    """Draw one example; the first of a run is the simplest there is, so the second is taken."""
    found = []

    @seed(from_seed)
    @settings(
        max_examples=2,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: object) -> None:
        found.append(example)

    collect()
    return found[-1]
