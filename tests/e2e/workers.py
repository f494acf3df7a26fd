"""Which processes run the deployed function on the local stack: those that a test may kill."""

from contextlib import suppress
from pathlib import Path

from local.stack import Stack


def workers(stack: Stack) -> list[int]:
    """The processes that run the function: children of the local AWS."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == stack.pids["ministack"] and b"_worker.py" in (stat.parent / "cmdline").read_bytes():
                found.append(int(stat.parent.name))
    return sorted(found)
