"""What is counted of the exchange's refusals: runs, each of one scope and one reason.

Counts stand apart from the board, since their names come from messages. What the board tells of them is of a fixed
size: when something was last refused in each of a few slots, over which the runs are spread by their names. A container
whose signal the exchange takes sees there, without asking, whether there may be a run that this ends.
"""

import zlib

from .lifecycle import Reason

LASTS_MS = 3_600_000  # a run ends when so long nothing more of it was refused
SLOTS = 64


def name_run(scope: str, reason: Reason) -> str:
    """Return the name of a scope's refusals for one reason: each reason is counted by itself."""
    return f"{reason}/{scope}"


def list_runs(scope: str) -> tuple[str, str]:
    """Return the names of all that is counted of a scope."""
    return name_run(scope, Reason.CREDENTIALS), name_run(scope, Reason.REJECTED)


def find_slot(run: str) -> int:
    """Return the slot that the run shares with others."""
    return zlib.crc32(run.encode()) % SLOTS
