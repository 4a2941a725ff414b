"""The second opinion: scoring.md and lifecycle.md in plain Python; no SQL, nothing of the models.

Read in this order: `world` (what goes in), `values` (when a rule's condition holds), `seen` (one
row a key, versions, nothing after as-of), `identity` (whose event, known when), `signals` (events
derived from runs of others), `definition` (the agreement, parsed), `ledger` (matches to entries),
`scores` (entries to scores and criteria), `lifecycle` (cycles and stages), `answer` (all of it put
together), `handoff` (what sales did), `measures` (what marts count of it).

Points are whole hundredths throughout, times naive UTC. Speed is no aim: every balance is summed
anew from the entries wherever it is asked for.
"""

from reference.answer import Answer, answer
from reference.world import World

__all__ = ["Answer", "World", "answer"]
