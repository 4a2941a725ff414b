"""`handoff report`: the published marts as one page, a file that needs nothing but itself.

Read, argue, draw, assemble, write: `marts` reads, each module of `sections` answers one question
with figures and tables, `charts` and `drawing` make pictures of them, `page` puts the page
together, `write` puts it in its place. Nothing is worked out here that a mart says already.
"""

from handoff.report.command import command

__all__ = ["command"]
