"""`handoff erase`: takes a person out of every file the home folder keeps, and keeps them out."""

from handoff.erase.command import command

__all__ = ["command"]
