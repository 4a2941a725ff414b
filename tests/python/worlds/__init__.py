"""Hostile little worlds for property tests: agreements, people, and the files they arrive in."""

from worlds.agreements import agreements
from worlds.draws import drawn
from worlds.files import write_definition, write_landing
from worlds.packs import Pack, pack
from worlds.people import people

__all__ = ["Pack", "agreements", "drawn", "pack", "people", "write_definition", "write_landing"]
