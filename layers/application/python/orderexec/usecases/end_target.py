"""What a cancellation does in our own books before the exchange is asked: its target ends where nothing was sent.

This writes rows of another signal, so it is a step of its own: whatever prepares a request only reads.
"""

from contextlib import suppress
from dataclasses import replace

from orderexec.domain.lifecycle import State
from orderexec.domain.outcomes import Accepted
from orderexec.domain.row import Row
from orderexec.ports import RowChanged

from .judge_doubt import accept_late, look_for_late_order
from .prepared import NotReady, Task, not_ready
from .restore import read_symbol


def read_target(task: Task) -> Row | None:
    """Return the row of the signal that a change is about, None if no such signal is known (yet)."""
    return task.ports.ledger.read(replace(task.signal.identity, id=task.signal.target or ""))


def end_target(task: Task) -> Row | NotReady | None:
    """End the target of a cancellation as far as our books go, and return its row as it is then.

    A target that waits ends at once, and one that is dead stays dead although its letter is redriven. One in doubt is
    told that it is canceled: it ends if nothing came of its request. NotReady: whether it has an order is not known.
    """
    target = _end_unsent(task, read_target(task))
    if target is None or target.product != task.signal.product:
        return target
    if target.state is State.DEAD and target.doubted and target.closed_by is None:
        return _look_once_more(task, target)
    if target.state is State.SENT and _may_be_told(target, task):
        noted = target.note_cancel(
            task.signal.identity.id, token=task.ports.randomness.token(), now=task.ports.clock.now()
        )
        with suppress(RowChanged):  # if somebody was first, the next delivery sees what he wrote
            task.ports.ledger.write(noted, over=target)
    return target


def _end_unsent(task: Task, target: Row | None) -> Row | None:
    by = f"canceled by signal {task.signal.identity.id!r}"
    while target is not None and _can_be_ended(target, task):
        token, now = task.ports.randomness.token(), task.ports.clock.now()
        if target.state is State.DEAD:
            ended = target.forbid_redrive(f"{by} since", token=token)
        else:
            ended = target.cancel(by if target.doubted else f"{by} before anything was sent", token=token, now=now)
        target = _write(task, ended, target)
    return target


def _can_be_ended(target: Row, task: Task) -> bool:
    """Whether the target has something left to be ended, and is about the symbol that the cancellation names."""
    if target.state is not State.WAITING and target.mark is None:
        return False
    return target.product == task.signal.product and read_symbol(target) in (None, task.signal.symbol)


def _look_once_more(task: Task, target: Row) -> Row | NotReady:
    """Ask for an order of the target that was in doubt and found nowhere: it may have appeared since."""
    gate = task.venue.traffic.find_closed_gate(target.identity.account, places=False)
    if gate is not None:
        why = f"whether signal {target.identity.id!r} has an order after all cannot be asked now: {gate.why}"
        return not_ready(why, max(0, gate.until - task.ports.clock.now()) / 1000)
    found = look_for_late_order(target, task.venue, task.ports.secrets)
    if isinstance(found, Accepted):
        return _write(task, accept_late(target, found, task.ports.clock, task.ports.randomness), target)
    if found.shows_absence:
        return target
    return not_ready(f"whether signal {target.identity.id!r} has an order after all is not known: {found.detail}")


def _write(task: Task, row: Row, over: Row) -> Row:
    """Write the target's row; return it, or the one that somebody else wrote meanwhile."""
    try:
        task.ports.ledger.write(row, over=over)
    except RowChanged as changed:
        return changed.current
    return row


def _may_be_told(target: Row, task: Task) -> bool:
    """Whether nobody has an answer in hand: a write of ours would keep him from writing it."""
    if target.request is None or target.request.symbol != task.signal.symbol:
        return False
    noted = target.detail is not None or task.venue.now() >= (target.fence or 0)
    return noted and target.canceled_by is None
