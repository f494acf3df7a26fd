"""Write, then send: the one write that says that a request may leave, and counts it where a day has a limit."""

from dataclasses import dataclass

from orderexec.domain.lifecycle import Reason, Row
from orderexec.ports import Clock, DayBusy, DayFull, Ledger, Venue

from .prepared import NotReady, Ready, Refused, not_ready


@dataclass(frozen=True, slots=True)
class Claimed:
    """The row stands: its request may be sent, signed with `signed_at` (exchange's clock) and no other instant."""

    row: Row
    signed_at: int


def claim(row: Row, ready: Ready, venue: Venue, ledger: Ledger, clock: Clock) -> Claimed | Row | Refused | NotReady:
    """Claim the next attempt. The row that stands instead, if somebody was first; else why nothing may be sent.

    Only where the account has a daily limit is the write dearer: row and counter are one transaction then.
    """
    now, signed_at = clock.now(), venue.now()
    fence = venue.validity(ready.request).compute_fence(signed_at)
    # As what is sent now, on the day in which it is signed, whatever was before.
    counted = None if ready.countable is None else ready.countable.count_at(signed_at)
    claimed = row.sent(
        ready.request, signed_at=signed_at, fence=fence, token=clock.token(), now=now, counted=counted,
        signed_for=venue.accounts.signer(ready.credentials),
    )  # fmt: skip
    match _written(claimed, row, ready, ledger):
        case None:
            return Claimed(claimed, signed_at)
        case DayFull(detail):
            return Refused(Reason.LIMITS, detail)
        case DayBusy(detail):
            return not_ready(detail)
        case Row() as current:
            return current


def _written(claimed: Row, row: Row, ready: Ready, ledger: Ledger) -> Row | DayFull | DayBusy | None:
    if claimed.counted is None or ready.countable is None:
        return ledger.write(claimed, over=row)
    return ledger.claim(claimed, over=row, limits=ready.countable.limits)
