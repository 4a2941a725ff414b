"""What can go wrong, each kind with the exit code a scheduler acts on.

A message says what happened, where (file, row, rule), what was expected and what to do. It never
carries a lead's e-mail or name: it ends up in logs and alerts.
"""

EXIT_PUBLISHED = 0
EXIT_GATE_FAILED = 1
EXIT_USAGE = 2
EXIT_QUARANTINE = 3
EXIT_LOCKED = 4
EXIT_ENGINE = 5
EXIT_SIGINT = 130
EXIT_SIGTERM = 143


class HandoffError(Exception):
    """Base of all errors meant for people; `exit_code` is what the command ends with."""

    exit_code = EXIT_ENGINE

    def __init__(self, message: str, *, details: list[dict] | None = None) -> None:
        """Keep the sentence for people, and `details` (one dict a finding) for `--json`."""
        super().__init__(message)
        self.details = details or []


class GateFailedError(HandoffError):
    """The marts were built, but a test or an audit failed: nothing is published."""

    exit_code = EXIT_GATE_FAILED


class UsageError(HandoffError):
    """The command was called with something that cannot be done."""

    exit_code = EXIT_USAGE


class DefinitionError(UsageError):
    """The definition folder contradicts itself; refused before any data is touched."""


class InputError(HandoffError):
    """Input that cannot be taken: beyond the quarantine limit, or structurally broken."""

    exit_code = EXIT_QUARANTINE


class LockedError(HandoffError):
    """Another refresh holds the lock of this home folder."""

    exit_code = EXIT_LOCKED


class EngineError(HandoffError):
    """The engine or the storage under it failed."""
