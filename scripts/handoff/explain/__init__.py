"""`handoff explain`: the account statement of a lead's score, read from the working database.

Read, work out, prove, print: `warehouse` reads, `limits` and `outlook` are the arithmetic, `proof`
refuses a statement that does not add up, `words` says what happened without naming anybody.
"""

from handoff.explain.command import command
from handoff.explain.statement import Statement, explain

__all__ = ["Statement", "command", "explain"]
