"""How the signals of a plan are published, and how long a person waits until each of them has ended."""

import time
from collections.abc import Sequence

from orderctl.sources import rows
from orderctl.sources.sending import Letter, send_all
from orderctl.target import Stack
from orderctl.trouble import Unreachable
from orderexec.domain.lifecycle import State
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity

POLL_SECONDS = 1.0
# Until every container knows of a halt, and until lists show what has just ended.
SETTLE_SECONDS = 2.5


def publish(stack: Stack, letters: Sequence[Letter]) -> None:
    """Put the signals on the queue, in order. Raises Unreachable if SQS does not take them all."""
    sent = send_all(stack.client("sqs"), stack.output("SignalQueueUrl"), letters)
    if sent.refused is not None:
        taken = sum(each is not None for each in sent.message_ids)
        why = f"SQS took {taken} of {len(letters)} signals ({sent.refused})"
        raise Unreachable(f"{why}; run the command again: what is ended already is not ended twice")


def wait_for(stack: Stack, identities: Sequence[Identity], seconds: float) -> dict[str, Row | None]:
    """Return the row of each signal by its key, as it is once it has ended, or after so many seconds.

    None: it has no row yet, or one that cannot be read.
    """
    found: dict[str, Row | None] = {each.key: None for each in identities}
    deadline = time.monotonic() + seconds
    while True:
        for each in identities:
            row = found[each.key]
            if row is None or row.state not in (State.ACCEPTED, State.DEAD):
                read = rows.read_row(stack, each)
                found[each.key] = read if isinstance(read, Row) else None
        waits = any(row is None or row.state not in (State.ACCEPTED, State.DEAD) for row in found.values())
        if not waits or time.monotonic() >= deadline:
            return found
        time.sleep(POLL_SECONDS)


def settle() -> None:
    """Wait until what was just done shows everywhere."""
    time.sleep(SETTLE_SECONDS)
