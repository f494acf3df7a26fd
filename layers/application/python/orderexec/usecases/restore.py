"""What a row still tells of the message that its signal came with: the message itself, the signal, its symbol."""

from orderexec.domain.messages import Message
from orderexec.domain.row import Row
from orderexec.domain.signal_parser import parse_signal
from orderexec.domain.signals import Signal


def restore_message(row: Row) -> Message:
    """Return the row's own copy of its message."""
    return Message(id=row.message_id or "", body=row.body, sent_at=row.issued_at)


def restore_signal(row: Row) -> Signal | None:
    """Return the signal as the row's copy of the body says it; None if the body was cut, dropped, or is no signal."""
    named = Message(
        id=row.identity.id, body=row.body, sent_at=row.issued_at
    )  # a body without an id is named by its row
    signal = parse_signal(named, max_age_ms=0, now=row.updated_at)
    return signal if isinstance(signal, Signal) else None


def read_symbol(row: Row) -> str | None:
    """Return which symbol the row is about, by its request, or by its body where no request was made yet."""
    if row.request is not None:
        return row.request.symbol
    signal = restore_signal(row)
    return None if signal is None else signal.symbol
