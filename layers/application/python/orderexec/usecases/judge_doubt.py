"""What may follow when a request got no answer and its order was found nowhere: sent again, or left to a person."""

from orderexec.domain.outcomes import Accepted, Answer
from orderexec.domain.protected import Protected
from orderexec.domain.requests import may_place
from orderexec.domain.row import Row
from orderexec.domain.validity import Resend
from orderexec.ports import Clock, Randomness, Secrets, Venue

from .reconcile_request import look_up

LATE = "its order appeared late, after every source of the exchange had said that there is none"
_AGAIN = {
    Resend.NEVER: "it is not sent again",
    Resend.ONCE: "it is sent again only once, which was done",
    Resend.ALWAYS: "it is sent again",
}


def may_send_again(row: Row, venue: Venue) -> bool:
    """Return whether another request may leave for a row that was just found absent. Changes may always be repeated.

    This is the one place that allows a second send after a doubt: `reconcile` has shown past the fence, by every source
    of the exchange and more than once, that nothing came of the request before.
    """
    return row.request is None or not may_place(row.request) or venue.resend.allows(row.doubts)


def describe_doubt(row: Row, resend: Resend, shown: str) -> str:
    """Return the detail of a signal that ends DOUBTFUL, `shown` being how its absence was shown."""
    last = f"; last heard of it: {row.detail}" if row.detail else ""
    return (
        f"no answer came to its request; {shown}{last}. By ResendAfterDoubt={resend} {_AGAIN[resend]}. For an "
        "hour the exchange is asked for an order that appears late. Look there yourself; if the order is not there and "
        "is still wanted, redrive the letter"
    )


def end_canceled(row: Row, clock: Clock, randomness: Randomness) -> Row:
    """Return the end of a row that was just found absent, and that another signal canceled while it was in doubt."""
    detail = f"canceled by signal {row.canceled_by!r} while it was in doubt"
    return row.cancel(detail, token=randomness.token(), now=clock.now())


def accept_late(row: Row, found: Accepted, clock: Clock, randomness: Randomness) -> Row:
    """Return the row that has its order after all, which every source had called absent before."""
    return row.accept_late(found, LATE, token=randomness.token(), now=clock.now())


def look_for_late_order(row: Row, venue: Venue, secrets: Secrets) -> Answer:
    """Ask every source once more for the order of a row that was taken for absent before: of a plan its entry."""
    if row.request is None:
        raise ValueError(f"{row.identity.key} was in doubt without a request")
    sought = row.request.entry if isinstance(row.request, Protected) else row.request
    return look_up(sought, row, venue, secrets, everywhere=True)
