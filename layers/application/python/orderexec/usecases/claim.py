"""Write, then send: the one write that says that a request may leave, and counts it where a day has a limit."""

from dataclasses import dataclass

from orderexec.domain.lifecycle import Reason
from orderexec.domain.requests import get_request
from orderexec.domain.row import Row
from orderexec.ports import DayBusy, DayFull, Ports, Venue

from .prepared import NotReady, Ready, Refused, not_ready


@dataclass(frozen=True, slots=True)
class Claimed:
    """The row is written: its request may be sent, signed with `signed_at` (exchange's clock) and no other instant."""

    row: Row
    signed_at: int


def claim(row: Row, ready: Ready, venue: Venue, ports: Ports) -> Claimed | Refused | NotReady:
    """Claim the next attempt, or say why nothing may be sent. Raises RowChanged if somebody else was first.

    Only where the account has a daily limit is the write dearer: row and counter are one transaction then.
    """
    signed_at = venue.now()
    # As what is sent now, on the day in which it is signed, whatever was before.
    counted = None if ready.countable is None else ready.countable.count_at(signed_at)
    claimed = row.claim(
        ready.request,
        signed_at=signed_at,
        fence=venue.get_validity(get_request(ready.request)).compute_fence(signed_at),
        token=ports.randomness.token(),
        now=ports.clock.now(),
        counted=counted,
        signed_for=venue.accounts.name_signer(ready.credentials),
    )
    if ready.countable is None:
        ports.ledger.write(claimed, over=row)
        return Claimed(claimed, signed_at)
    match ports.ledger.claim(claimed, over=row, limits=ready.countable.limits):
        case DayFull(detail):
            return Refused(Reason.LIMITS, detail)
        case DayBusy(detail):
            return not_ready(detail)
    return Claimed(claimed, signed_at)
