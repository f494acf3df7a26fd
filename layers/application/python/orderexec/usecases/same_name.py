"""What a message may do with the row that it meets under its signal's name, beside being one more copy of it."""

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.messages import Mark, Message
from orderexec.domain.row import Row
from orderexec.domain.signal_parser import compute_digest
from orderexec.domain.signals import InvalidSignal, Signal


def find_revival(row: Row, message: Message, signal: Signal | InvalidSignal) -> Mark | None:
    """The message's mark, if a person wants the dead signal tried again: it is the letter of this very death.

    Any other message is only a duplicate, also the letter of an earlier death, or of a signal that another one has
    cancelled since (which leaves no mark). A signal that a person has closed is not tried again: only he has said that
    nothing of it is at the exchange.
    """
    if row.state is not State.DEAD or row.closed_by is not None:
        return None
    if message.mark is None or message.mark.death != row.mark:
        return None
    same = row.content == signal.content or row.reason is Reason.INVALID_SIGNAL
    return message.mark if same else None


def may_give_way(row: Row, message: Message, signal: Signal | InvalidSignal) -> bool:
    """Whether the row is of a message that was no signal, and this other message is one: then the name is its."""
    was_no_signal = row.state is State.DEAD and row.reason is Reason.INVALID_SIGNAL
    return was_no_signal and isinstance(signal, Signal) and not is_copy(row, message, signal)


def is_copy(row: Row, message: Message, signal: Signal | InvalidSignal) -> bool:
    """Whether the message asks for what the row's did; of what was no signal the body alone tells that."""
    return row.content in (signal.content, compute_digest(message.body))
