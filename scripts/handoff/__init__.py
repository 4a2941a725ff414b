"""Handoff: what marketing and sales agreed a qualified lead is, run as one command."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("handoff")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"
