"""The definition folder: what it may say, whether it contradicts itself, and making it complete.

Nothing here reads data. `resolve` is what every other step asks for the seeds; `check_folder` is
what tells people, before anything is built, where two rows of the agreement contradict each other.
"""

from handoff.definition.checks import check_folder
from handoff.definition.command import command
from handoff.definition.findings import Finding
from handoff.definition.folder import fingerprint, resolve, variables

__all__ = ["Finding", "check_folder", "command", "fingerprint", "resolve", "variables"]
