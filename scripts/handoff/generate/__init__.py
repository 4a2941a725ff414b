"""A demo company as a landing folder: believable, its truth known, the same for the same seed."""

from handoff.generate.command import command

__all__ = ["command"]
