"""Acts of leads as columns of whole numbers, before anyone's systems have recorded them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Acts:
    """Acts in no order: who (position in the block), when, what (template), how they arrived.

    `web` says that a browser was there to see it, so it can carry an anonymous id.
    """

    lead: np.ndarray
    at: np.ndarray
    template: np.ndarray
    touch: np.ndarray
    web: np.ndarray

    def __len__(self) -> int:
        """Count the acts."""
        return len(self.lead)

    def where(self, chosen: np.ndarray) -> "Acts":
        """Keep the chosen ones (a mask or positions)."""
        return Acts(
            self.lead[chosen],
            self.at[chosen],
            self.template[chosen],
            self.touch[chosen],
            self.web[chosen],
        )


def acts(
    lead: np.ndarray,
    at: np.ndarray,
    template: np.ndarray | int,
    *,
    web: bool,
    touch: np.ndarray | int = 0,
) -> Acts:
    """Make acts of one kind; a single template, touch or flag stands for all."""
    size = len(lead)
    return Acts(
        lead.astype(np.int64),
        at.astype(np.int64),
        np.broadcast_to(np.asarray(template, dtype=np.int16), size),
        np.broadcast_to(np.asarray(touch, dtype=np.int16), size),
        np.broadcast_to(np.asarray(web), size),
    )


def together(parts: list[Acts]) -> Acts:
    """Put several lots of acts into one."""
    return Acts(
        np.concatenate([part.lead for part in parts]),
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.template for part in parts]),
        np.concatenate([part.touch for part in parts]),
        np.concatenate([part.web for part in parts]),
    )
