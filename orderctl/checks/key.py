"""What the exchange says of an account's key: its permissions, the account's, and whether an order would be let in."""

from collections.abc import Iterator

from orderctl.findings import Finding, bad, ok, unknown, warning
from orderctl.screen import format_instant
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Clock, Credentials, Venue
from orderexec.venues.inspection import KeyFacts, KeyQuestions

_FROM_HERE = "Mind that this machine asks, and that a key may be restricted to the function's address."
# What a refusal of the test order may mean without saying anything against the key.
_PERMITTED = {Meaning.REJECT, Meaning.STALE_RULES}


def check_clock(at: Venue, ours: Clock, *, recv_window_ms: int, most_ahead_ms: int) -> Iterator[Finding]:
    """Look how far this machine's clock is from the exchange's; and whether the exchange is there at all."""
    answer = at.ask_server_time()
    if isinstance(answer, Failure):
        yield describe_unreachable(answer)
        return
    offset = at.now() - ours.now()
    text = (
        f"the exchange answers; this machine's clock is {abs(offset)} ms {'behind' if offset > 0 else 'ahead of'} its"
    )
    late = abs(offset) > recv_window_ms if offset > 0 else -offset >= most_ahead_ms
    to_do = "set this machine's clock (NTP); the function's is AWS's own, and it corrects what is left"
    yield warning("clock", text, to_do) if late else ok("clock", text)


def describe_unreachable(failure: Failure) -> Finding:
    """Say why the exchange gave no time. 451 is its answer to places that it does not serve."""
    if "HTTP 451" in failure.detail:
        return bad(
            "exchange",
            "the exchange does not serve this place (HTTP 451): this machine's region is blocked. The function's "
            "may be another one",
            "deploy in a region that the exchange serves (eu-west-1, ap-northeast-1, ...)",
        )
    return bad("exchange", f"the exchange does not answer as it should: {failure.detail}", "look at its status page")


def check_account(of: KeyQuestions, key: Credentials) -> Iterator[Finding]:
    """Look whether key and signature are right, and the account may trade."""
    answer = of.ask_account(key)
    if isinstance(answer, Failure):
        yield (
            bad("key", answer.detail, _FROM_HERE)
            if answer.meaning is Meaning.CREDENTIALS
            else describe_unreachable(answer)
        )
        return
    yield ok("key", f"key and signature are right; {answer.kind} account")
    if answer.settings:
        yield ok("settings", ", ".join(f"{name}: {value}" for name, value in answer.settings.items()))
    if not answer.may_trade:
        yield bad("account", "the exchange has disabled trading for the account", "ask the exchange's support")


def check_permissions(of: KeyQuestions, key: Credentials) -> Iterator[Finding]:
    """Look what the key is permitted, and from where."""
    answer = of.ask_permissions(key)
    if answer is None:
        yield unknown("permissions", "this exchange does not tell them (a testnet does not)")
    elif isinstance(answer, Failure):
        yield unknown("permissions", answer.detail)
    else:
        yield from _judge_permissions(answer)


def _judge_permissions(facts: KeyFacts) -> Iterator[Finding]:
    if facts.may_withdraw:
        yield warning(
            "withdrawals",
            "the key may withdraw: whoever gets it can empty the account",
            "take that permission away at the exchange; this function never needs it",
        )
    else:
        yield ok("withdrawals", "the key may not withdraw")
    if facts.bound_to_addresses:
        yield ok("address", "the key is restricted to IP addresses")
    else:
        yield warning(
            "address",
            "the key works from any IP address",
            "restrict it to the function's fixed address at the exchange (docs/deploy.md)",
        )
    if not facts.may_trade:
        yield bad("trading", "the key may not trade", "enable trading of the product for it at the exchange")
    if facts.trading_ends is not None:
        ends = format_instant(facts.trading_ends)
        yield warning("trading", f"the permission to trade ends at {ends}", "restrict the key to an address")


def try_order(of: KeyQuestions, key: Credentials, symbol: str) -> Iterator[Finding]:
    """Look whether an order would be let in, without placing one."""
    refused = of.try_order(symbol, key)
    if refused is None or refused.meaning in _PERMITTED:
        yield ok("trading", "an order would be let in (order/test)")
    elif refused.meaning is Meaning.CREDENTIALS:
        yield bad("trading", f"an order would be refused: {refused.detail}", _FROM_HERE)
    else:
        yield unknown("trading", refused.detail)
