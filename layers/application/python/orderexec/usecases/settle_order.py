"""What became of a request whose answer is not known: asked after the fence, believed only on the exchange's word."""

from dataclasses import dataclass

from orderexec.domain.lifecycle import Row
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import CancelAll, Request, mismatch
from orderexec.domain.retry import BLOCKED_PAUSE_SECONDS, CLOCK_MARGIN_MS, after_opening, delay_after
from orderexec.ports import Credentials, Secrets, Venue

from .account_proof import ask_its_account, believed


@dataclass(frozen=True, slots=True)
class Absent:
    """The request has had no effect, and what was sent can no longer have one."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing is certain yet; worth asking again after `delay` seconds."""

    delay: float
    why: str


def settle(
    row: Row, venue: Venue, secrets: Secrets, *, now: int, tries: int, jitter: float
) -> Accepted | Absent | Unclear:
    """Ask the exchange about a SENT row, at a time of its own clock that lies past the row's fence.

    `now` is the local clock, epoch ms; `tries` is how often this was asked before, `jitter` from 0 up to 1 spreads the
    next time.
    """
    request, fence = _attempt(row)
    if request.dry_run:
        return Absent()
    if venue.now() < fence:
        return _too_early(row, fence, venue.now())
    shut = venue.traffic.shut(row.identity.account, places=False)
    if shut is not None:
        return Unclear(after_opening(shut.until - now, tries, jitter), f"nothing is asked now: {shut.why}")
    server_time = venue.server_time()
    if isinstance(server_time, Failure):
        return Unclear(delay_after(server_time, tries, jitter), f"clock lookup failed: {server_time.detail}")
    if server_time < fence:
        return _too_early(row, fence, server_time)
    return _judged(look_up(request, row, venue, secrets), tries, jitter)


def _judged(answer: Answer, tries: int, jitter: float) -> Accepted | Absent | Unclear:
    if isinstance(answer, Accepted):
        return answer
    if answer.meaning is Meaning.NOT_FOUND:
        return Absent()
    why = f"order lookup failed: {answer.detail}"
    if answer.meaning is Meaning.CREDENTIALS:  # only a person can mend that; till then the message must last
        return Unclear(BLOCKED_PAUSE_SECONDS, why)
    return Unclear(delay_after(answer, tries, jitter), why)


def _too_early(row: Row, fence: int, now: int) -> Unclear:
    # Never longer than a fence lasts: a clock of ours that is far behind must not make the signal wait for it.
    wait = min(fence - now, fence - (row.signed_at or 0))
    return Unclear(wait / 1000, "its request may still be on the way")


def look_up(request: Request, row: Row, venue: Venue, secrets: Secrets) -> Answer:
    """One look for the effect of the row's request, at the account that it was signed for."""
    told = ask_its_account(row, venue, secrets, lambda credentials: venue.find(request, credentials))
    return believed(_verified(told.answer, request, row), told.doubt)


def rotated_credentials(account: str, refused: Credentials, secrets: Secrets) -> Credentials | None:
    """The account's key as it is now, None unless it differs from the one that was refused."""
    current = secrets.credentials(account, refetch=True)
    return current if isinstance(current, Credentials) and current != refused else None


def _verified(answer: Answer, request: Request, row: Row) -> Answer:
    if isinstance(answer, Failure) or isinstance(request, CancelAll):
        return answer
    if answer.report is None:
        return Failure(Meaning.UNKNOWN, None, "the exchange's answer holds no order")
    difference = mismatch(request, answer.report, (row.earliest_signed_at or 0) - CLOCK_MARGIN_MS)
    if difference:
        return Failure(Meaning.UNKNOWN, None, f"the order found is not the one sent: {difference}")
    return answer


def _attempt(row: Row) -> tuple[Request, int]:
    if row.request is None or row.fence is None:
        raise ValueError(f"{row.identity.key} is {row.state} but holds no attempt")
    return row.request, row.fence
