"""`handoff alerts send`: tells a webhook of every lead that newly crossed into MQL or PQL.

`crossings` reads what is published, `memory` knows what was delivered, `message` writes it down,
`webhook` says where it may go, `delivery` takes it there, `send` is the run. A command of its own:
a refresh neither calls it nor waits for it.
"""

from handoff.alerts.command import command

__all__ = ["command"]
