"""One quiet Great Expectations session: in memory, no reporting home, no progress bars of its own.

A module of its own because its import takes seconds: it is imported at a border, when needed.
"""

import logging
import os
from functools import cache
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

from handoff.expectations import Check
from handoff.late_import import import_when_used

import_when_used("scipy.stats")  # by the checks that compare distributions: none of ours

import great_expectations as gx  # noqa: E402 - after what it is to leave out
from great_expectations import expectations  # noqa: E402
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402


class Session:
    """Makes batches from frames, and expectations from checks."""

    def __init__(self) -> None:
        """Open the session; nothing is written to disk, nothing said on the console."""
        logger = logging.getLogger("great_expectations")
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        # One asset for all: each one that is added makes the next dearer.
        asset = self._context.data_sources.add_pandas("borders").add_dataframe_asset("frame")
        self._whole = asset.add_batch_definition_whole_dataframe("whole")

    def batch(self, frame: Any) -> Any:
        """Make `frame` something that can be validated, until the next one is made."""
        return self._whole.get_batch({"dataframe": frame})

    @staticmethod
    def expectation(check: Check) -> Any:
        """Make the expectation a check names; AttributeError if there is none of that name."""
        return getattr(expectations, check.type)(**check.arguments)


@cache
def session() -> Session:
    """Open the session of this process; every session leaves a temporary folder behind."""
    return Session()
