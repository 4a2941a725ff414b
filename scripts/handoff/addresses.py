"""Says at once that a process may take too little memory, where it would else be ended unheard.

A limit of the system on addresses (`ulimit -v`) is felt by whoever asks next: a thread's stack, a
library of the C side, which then end the process as they please. Within a few MiB no run gets far
enough to say why, and no build does with less than a quarter of a GiB.
"""

import resource
from contextlib import suppress
from pathlib import Path

from handoff.errors import EngineError

LEAST_MIB = 32  # the stacks of the first threads alone are 8 each
LEAST_MIB_TO_BUILD = 256  # of the smallest company; with less none of forty came to its end


def check(least_mib: int = LEAST_MIB) -> None:
    """Raise EngineError where the system leaves this process less than `least_mib`."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return
    with suppress(OSError):  # where there is no /proc, nobody knows
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        left = max(limit - pages * resource.getpagesize(), 0) >> 20
        if left < least_mib:
            message = (
                f"The system lets this process take {left} MiB more of addresses;"
                f" expected at least {least_mib}, and a run needs a GiB or more."
                " Raise the limit (`ulimit -v unlimited`)."
            )
            raise EngineError(message)
