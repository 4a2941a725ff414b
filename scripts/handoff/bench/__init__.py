"""What a refresh costs, beside the least it could cost on the same data: `handoff bench`.

A benchmark and no test: it prints and writes what it measured, and judges nothing.
"""

from handoff.bench.command import command

__all__ = ["command"]
