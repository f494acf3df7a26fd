"""What became of a request whose answer is not known: asked after the fence, believed only on the exchange's word."""

from dataclasses import dataclass

from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import CancelAll, Plan, find_mismatch, get_request, may_place
from orderexec.domain.retry import (
    ABSENCE_APART_SECONDS,
    ABSENCE_LOOKS,
    BLOCKED_PAUSE_SECONDS,
    choose_delay_after,
    choose_delay_after_opening,
)
from orderexec.domain.row import Row
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.ports import Credentials, Ports, Secrets, Venue

from .account_proof import ask_its_account, judge_answer


@dataclass(frozen=True, slots=True)
class Absent:
    """The request has had no effect, as far as the exchange can show it; `shown` says how that was shown."""

    shown: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing is certain yet; worth asking again after `delay` seconds. `failure` is what the exchange said instead."""

    delay: float
    why: str
    failure: Failure | None = None


def reconcile(row: Row, venue: Venue, ports: Ports, *, tries: int) -> Accepted | Absent | Unclear:
    """Ask the exchange what became of a SENT row, at a time of its own clock that lies past the row's fence.

    `tries` is how often this was asked before; the next time is the later for it.
    """
    jitter = ports.randomness.jitter()
    request, fence = _get_attempt(row)
    if request.dry_run:
        return Absent()
    if venue.now() < fence:
        return _wait_for_fence(row, fence, venue.now())
    closed = venue.traffic.find_closed_gate(row.identity.account, places=False)
    if closed is not None:
        return Unclear(
            choose_delay_after_opening(closed.until - ports.clock.now(), tries, jitter),
            f"nothing is asked now: {closed.why}",
        )
    server_time = venue.ask_server_time()
    if isinstance(server_time, Failure):
        why = f"the exchange's clock could not be asked: {server_time.detail}"
        return Unclear(choose_delay_after(server_time, tries, jitter), why, server_time)
    if server_time < fence:
        return _wait_for_fence(row, fence, server_time)
    answer = _look_for(request, row, venue, ports)
    if isinstance(answer, Accepted):
        return answer
    if answer.shows_absence:
        return _judge_absence(request, row, venue, server_time)
    return _stay_unclear(answer, tries, jitter)


def _look_for(request: Plan, row: Row, venue: Venue, ports: Ports) -> Answer:
    """NOT_FOUND only if every source said so each time. What may be repeated without harm is asked for once."""
    looks = ABSENCE_LOOKS if may_place(request) else 1
    answer = look_up(request, row, venue, ports.secrets, everywhere=True)
    for _ in range(looks - 1):
        if isinstance(answer, Accepted) or not answer.shows_absence:
            break
        ports.clock.sleep(ABSENCE_APART_SECONDS)
        answer = look_up(request, row, venue, ports.secrets, everywhere=True)
    return answer


def _judge_absence(request: Plan, row: Row, venue: Venue, server_time: int) -> Absent | Unclear:
    """Return what it says that no source shows an order: nothing, once the exchange forgets what came to nothing."""
    validity = venue.get_validity(get_request(request))
    if not may_place(request) or validity.shows_absence(row.signed_at or 0, server_time):
        return Absent(_describe_absence(row, server_time))
    why = _describe_oblivion(row, server_time)
    return Unclear(BLOCKED_PAUSE_SECONDS, why, Failure(Meaning.UNKNOWN, None, why))


def _describe_oblivion(row: Row, server_time: int) -> str:
    hours = (server_time - (row.signed_at or 0)) / 3_600_000
    close = f'orderctl close {row.identity.key} --as accepted --order-id ID --why "..."'
    return (
        f"no source of the exchange shows its order {hours:.0f} h after it was signed, which proves nothing: by then "
        "the exchange has forgotten orders that came to nothing. Nothing is sent any more. Look at the exchange's own "
        f"pages, then `{close}`, or `--as dead` if it never was there"
    )


def _describe_absence(row: Row, server_time: int) -> str:
    seconds = (server_time - (row.signed_at or 0)) / 1000
    return (
        f"no source of the exchange showed its order {seconds:.0f} s after it was signed, "
        f"looked for {ABSENCE_LOOKS} times"
    )


def _stay_unclear(answer: Failure, tries: int, jitter: float) -> Unclear:
    why = f"the order lookup failed: {answer.detail}"
    if answer.meaning is Meaning.CREDENTIALS:  # only a person can mend that; till then the message must last
        return Unclear(BLOCKED_PAUSE_SECONDS, why, answer)
    return Unclear(choose_delay_after(answer, tries, jitter), why, answer)


def _wait_for_fence(row: Row, fence: int, now: int) -> Unclear:
    # Never longer than a fence lasts: a clock of ours that is far behind must not make the signal wait for it.
    wait = min(fence - now, fence - (row.signed_at or 0))
    return Unclear(wait / 1000, "its request may still be on the way")


def look_up(request: Plan, row: Row, venue: Venue, secrets: Secrets, *, everywhere: bool = False) -> Answer:
    """One look for the effect of the row's request, at the account that it was signed for.

    `everywhere`: in every source that the venue names; else only where an order shows first.
    """

    sought = get_request(request)

    def ask(key: Credentials) -> Answer:
        return venue.prove_absence(sought, get_search_start(row), key) if everywhere else venue.find(sought, key)

    told = ask_its_account(row, venue, secrets, ask)
    return judge_answer(_verify(told.answer, request, row), told.doubt)


def get_search_start(row: Row) -> int:
    """From when on (exchange's clock, epoch ms) an order of the row can have been created."""
    return (row.earliest_signed_at or 0) - CLOCK_MARGIN_MS


def get_rotated_credentials(account: str, refused: Credentials, secrets: Secrets) -> Credentials | None:
    """The account's key as it is now, None unless it differs from the one that was refused."""
    current = secrets.get_credentials(account, refetch=True)
    return current if isinstance(current, Credentials) and current != refused else None


def _verify(answer: Answer, request: Plan, row: Row) -> Answer:
    if isinstance(answer, Failure) or isinstance(request, CancelAll):
        return answer
    if answer.report is None:
        return Failure(Meaning.UNKNOWN, None, "the exchange's answer holds no order")
    difference = find_mismatch(request, answer.report, get_search_start(row), any_size=row.doubted)
    if difference:
        return Failure(Meaning.UNKNOWN, None, f"the order found is not the one sent: {difference}")
    return answer


def _get_attempt(row: Row) -> tuple[Plan, int]:
    if row.request is None or row.fence is None:
        raise ValueError(f"{row.identity.key} is {row.state} but holds no attempt")
    return row.request, row.fence
