"""What became of a signal in plain words, and what to do: by its state, its reason, and the venue's table of errors."""

from typing import NamedTuple

from orderctl.screen import format_instant
from orderexec.domain.cancellations import came_too_late
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row
from orderexec.venues.advice import NOTHING
from orderexec.venues.classifier import find_known
from orderexec.venues.registry import inspect_venue


class Explained(NamedTuple):
    """What it means, and what to do about it."""

    what: str
    do: str


BY_QUEUE = Explained(
    "the queue itself gave the message up: it was delivered as often as it may be, and the function never finished it",
    "look at the function's log and its event source (`orderctl doctor`), then `orderctl redrive`",
)
_REASONS = {
    Reason.INVALID_SIGNAL: Explained(
        "the message cannot be understood as a signal; the detail names every problem",
        "mend the producer, and publish the signal under a new id",
    ),
    Reason.RULES: Explained(
        "the order breaks the symbol's rules; no request was made",
        "publish an order that fits the limits in the detail, under a new id",
    ),
    Reason.REJECTED: Explained(
        "the exchange refused it for good", "see the exchange's own words; another order needs a new id"
    ),
    Reason.CREDENTIALS: Explained(
        "the account's key cannot be used",
        "`orderctl accounts check`, put right what it names, then `orderctl redrive --reason CREDENTIALS`",
    ),
    Reason.EXPIRED: Explained(
        "it was too old when an order could have been sent",
        "if it should still be executed, publish it under a new id, or `orderctl redrive --signal ID --max-age AGE`; "
        "if this happens often, `orderctl doctor`",
    ),
    Reason.LIMITS: Explained(
        "a risk limit of the account forbids it",
        "if the limit is wrong, `orderctl limits set`, then `orderctl redrive --reason LIMITS`",
    ),
    Reason.EXHAUSTED: Explained(
        "it was tried until its budget ran out; nothing was executed",
        "see the detail for what went wrong last; once that is over, `orderctl redrive --reason EXHAUSTED`",
    ),
    Reason.DOUBTFUL: Explained(
        "no answer came to its request, no source of the exchange shows the order, and it may not be sent again",
        "look at your orders at the exchange; if it is not there and should still be executed, `orderctl redrive`",
    ),
    Reason.CANCELED: Explained("another signal, or a person, ended it before anything was sent", "nothing"),
}


_LOOK = "look at what you hold: the order was closed before it could be canceled"
_LOOK_FOR_MORE = "look at your orders at the exchange: one may be there that should not be; the detail says why"


def explain_row(row: Row) -> Explained:
    """Say where the signal stands, and what to do."""
    if row.closed_by is not None:
        return Explained(
            "a person has closed it; the detail says who and why. Nothing more is tried or asked",
            "nothing; if it is wanted after all, publish it under a new id",
        )
    match row.state:
        case State.ACCEPTED:
            return Explained(_describe_accepted(row), _advise(row))
        case State.WAITING:
            sure = "as far as the exchange shows" if row.doubted else "certainly"
            return Explained(
                f"{sure} nothing is at the exchange; it is tried again from {format_instant(row.retry_at)} on, "
                f"and given up after {format_instant(row.expires_at)}",
                "nothing, unless what the detail names needs you",
            )
        case State.SENT:
            off = f"; nor later, for signal {row.canceled_by!r} has cancelled it" if row.canceled_by else ""
            return Explained(
                "a request may have left and its answer is not known; the exchange is being asked. Before "
                f"{format_instant(row.fence)} nothing is sent again, whatever happened{off}",
                "nothing: do not place the order by hand. If it stays so for minutes after that time, "
                "look at the order at the exchange and at `orderctl doctor`; if the exchange cannot be asked any more "
                "(the key is gone), look there yourself, then `orderctl close`",
            )
        case State.DEAD if row.doubted and row.reason is Reason.CANCELED:
            return Explained("another signal, or a person, ended it after a doubt", _LOOK_FOR_MORE)
        case State.DEAD:
            return explain_letter(row.identity.venue, row.reason and row.reason.value, row.code, row.detail)


def _advise(row: Row) -> str:
    """Return what to do about an accepted signal. After a doubt its detail tells of a late or surplus order."""
    if row.doubted and row.detail is not None:
        return _LOOK_FOR_MORE
    return _LOOK if came_too_late(row.request, row.report) else "nothing"


def explain_letter(venue: str, reason: str | None, code: str | None, detail: str | None) -> Explained:
    """Say why a signal was given up. What the exchange's code or text says is more precise than the reason."""
    if reason is None:
        return BY_QUEUE
    if reason not in _REASONS:
        return Explained(f"{reason} is no reason that this tool knows", "see the detail, and who wrote the letter")
    return _explain_code(venue, code, detail) or _REASONS[Reason(reason)]


def _explain_code(venue: str, code: str | None, detail: str | None) -> Explained | None:
    """Return what the venue's own table of errors says; None if it says nothing, or nothing is to be done."""
    inspection = inspect_venue(venue)
    known = None if inspection is None else find_known(code, detail, inspection.load_table())
    return None if known is None or known.do == NOTHING else Explained(known.what, known.do)


def _describe_accepted(row: Row) -> str:
    if row.report is None or came_too_late(row.request, row.report):
        return row.detail or ("the exchange would take the order" if row.request and row.request.dry_run else "done")
    return f"the exchange has it: order {row.report.order_id}, {row.report.status} when it was last heard of"
