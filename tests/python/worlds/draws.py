"""Draw examples outside a test: the same seed gives the same worlds."""

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

# The first examples of a run are the simplest; they are drawn and left out.
SIMPLEST = 3


def drawn(strategy: SearchStrategy, count: int, from_seed: int) -> list:
    """Draw `count` examples."""
    found = []

    @seed(from_seed)
    @settings(
        max_examples=count + SIMPLEST,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: object) -> None:
        found.append(example)

    collect()
    return found[-count:]
