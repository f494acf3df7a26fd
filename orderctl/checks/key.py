"""What the exchange says of an account's key: its permissions, the account's, and whether an order would be let in."""

import re
from collections.abc import Iterable, Iterator

from orderctl.findings import Finding, bad, ok, unknown, warning
from orderctl.screen import format_count, format_instant
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Clock, Credentials, Venue
from orderexec.venues.advice import NOT_SERVED
from orderexec.venues.inspection import AccountFacts, KeyFacts, KeyQuestions

_FROM_HERE = "Mind that this machine asks, and that a key may be restricted to the function's address."
_OWN_ADDRESS = (
    "that is the address of this machine; the function has one of its own, and `orderctl doctor` says what it sees"
)
_STATUS = re.compile("HTTP [0-9]{3}")
_DAY_MS = 86_400_000
_SOON_DAYS = 14
# What a refusal of the test order may mean without saying anything against the key.
_PERMITTED = {Meaning.REJECT, Meaning.STALE_RULES}


def check_clock(at: Venue, ours: Clock, address: str, *, recv_window_ms: int, most_ahead_ms: int) -> Iterator[Finding]:
    """Look how far this machine's clock is from the exchange's; and whether the exchange is there at all."""
    answer = at.ask_server_time()
    if isinstance(answer, Failure):
        yield describe_unreachable(answer, address)
        return
    offset = at.now() - ours.now()
    apart = f"{abs(offset)} ms {'behind' if offset > 0 else 'ahead of'} its"
    text = f"the exchange answers at {address}; this machine's clock is {apart}"
    late = abs(offset) > recv_window_ms if offset > 0 else -offset >= most_ahead_ms
    to_do = "set this machine's clock (NTP); the function's is AWS's own, and it corrects what is left"
    yield warning("clock", text, to_do) if late else ok("clock", text)


def describe_unreachable(failure: Failure, address: str) -> Finding:
    """Say why the exchange gave no answer: for the place or the address that asked, or for something else."""
    if NOT_SERVED in failure.detail:
        status = _STATUS.search(failure.detail)
        return bad(
            "exchange",
            f"the exchange does not serve this place ({status[0] if status else 'by its own words'}): this machine's "
            "region is blocked. The function's may be another one",
            "deploy in a region that the exchange serves (eu-west-1, ap-northeast-1, ...)",
        )
    if failure.meaning in (Meaning.BLOCKED, Meaning.RATE_LIMIT):
        return bad("exchange", f"the exchange refuses this machine's address: {failure.detail}", _OWN_ADDRESS)
    return bad("exchange", f"{address} does not answer as it should: {failure.detail}", "look at its status page")


def check_account(of: KeyQuestions, key: Credentials, address: str) -> Iterator[Finding]:
    """Look whether key and signature are right, and the account may trade."""
    answer = of.ask_account(key)
    if isinstance(answer, Failure):
        yield (
            bad("key", answer.detail, f"{_FROM_HERE} It was asked at {address}.")
            if answer.meaning is Meaning.CREDENTIALS
            else describe_unreachable(answer, address)
        )
        return
    yield ok("key", f"key and signature are right; {answer.kind} account")
    if answer.settings:
        yield ok("settings", ", ".join(f"{name}: {value}" for name, value in answer.settings.items()))
    if answer.hindrance is not None:
        yield bad("account", *answer.hindrance)


def check_other_products(others: Iterable[KeyQuestions], key: Credentials) -> Iterator[Finding]:
    """Look what is wrong with the key at each of the other products of its venue; all else is the same for them."""
    for of in others:
        for answer in (of.ask_account(key), of.ask_permissions(key)):
            if isinstance(answer, AccountFacts | KeyFacts) and answer.hindrance is not None:
                yield bad("account" if isinstance(answer, AccountFacts) else "trading", *answer.hindrance)


def check_permissions(of: KeyQuestions, key: Credentials) -> Iterator[Finding]:
    """Look what the key is permitted, from where, and for how long."""
    answer = of.ask_permissions(key)
    if answer is None:
        yield unknown("permissions", "this exchange does not tell them (a testnet or a demo host does not)")
    elif isinstance(answer, Failure):
        yield unknown("permissions", answer.detail)
    else:
        yield from _judge_permissions(answer, of.venue.now())


def _judge_permissions(facts: KeyFacts, now: int) -> Iterator[Finding]:
    if facts.may_withdraw:
        yield warning(
            "withdrawals",
            "the key may withdraw: whoever gets it can empty the account",
            "take that permission away at the exchange; this function never needs it",
        )
    else:
        yield ok("withdrawals", "the key may not withdraw")
    if facts.may_transfer:
        yield warning(
            "transfers",
            "the key may move money between accounts: whoever gets it can take it out of this one",
            "take that permission away at the exchange; this function never needs it",
        )
    if facts.bound_to_addresses:
        yield ok("address", "the key is restricted to IP addresses")
    else:
        yield warning(
            "address",
            "the key works from any IP address",
            "restrict it to the function's fixed address at the exchange (docs/deploy.md)",
        )
    if facts.hindrance is not None:
        yield bad("trading", *facts.hindrance)
    if facts.trading_ends is not None:
        yield _judge_end(facts, facts.trading_ends, now)


def _judge_end(facts: KeyFacts, ends: int, now: int) -> Finding:
    """Say until when the key may trade. Bound to an address, it does not end, but for a reason of the exchange."""
    days = max(ends - now, 0) // _DAY_MS
    text = f"the key may trade until {format_instant(ends)}, {format_count(days, 'more day')}; then signals die"
    if days < _SOON_DAYS or facts.bound_to_addresses:
        return warning(
            "expiry", text, "make a new key that is restricted to an address, and `orderctl accounts rotate ACCOUNT`"
        )
    return warning("expiry", text, "restrict the key to the function's fixed address: then it does not expire")


def try_order(of: KeyQuestions, key: Credentials, symbol: str) -> Iterator[Finding]:
    """Look whether an order would be let in, without placing one."""
    refused = of.try_order(symbol, key)
    if refused is None or refused.meaning in _PERMITTED:
        yield ok("trading", "an order would be let in (order/test)")
    elif refused.meaning is Meaning.CREDENTIALS:
        yield bad("trading", f"an order would be refused: {refused.detail}", _FROM_HERE)
    else:
        yield unknown("trading", refused.detail)
