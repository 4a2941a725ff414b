"""What is really true of each lead."""

import numpy as np
import pyarrow as pa

from handoff.generate.block import Block, customers, had_status
from handoff.generate.clock import END
from handoff.generate.columns import Words, flags, numbered, times
from handoff.generate.origins import FIT_CLASSES, INTERESTS, ORIGINS


def truth(block: Block) -> pa.Table:
    """Write what is really true of each lead."""
    people = block.people
    return pa.table(
        {
            "lead_id": numbered("L-", people.number),
            "origin": Words([origin.name for origin in ORIGINS]).column(people.origin),
            "fit": Words(FIT_CLASSES).column(people.fit),
            "interest": Words(INTERESTS).column(people.interest),
            "reads_ebooks": flags(people.reads_ebooks),
            "is_competitor": flags(people.competitor),
            "hot_at": times(np.where(block.hot < END, block.hot, 0), block.hot < END),
            "hot_again_at": times(
                np.where(block.hot_again < END, block.hot_again, 0), block.hot_again < END
            ),
            "was_accepted": flags(had_status(block, "Accepted")),
            "was_qualified": flags(had_status(block, "Qualified")),
            "is_customer": flags(customers(block)),
        }
    )
