"""What the exchange says of an account's key: its permissions, the account's, and whether an order would be let in."""

from collections.abc import Iterator

from orderctl.findings import Finding, bad, ok, unknown, warning
from orderctl.screen import instant
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials
from orderexec.venues.binance.connection import parse_reply
from orderexec.venues.binance.venue import BinanceSpot
from orderexec.venues.call import Call
from orderexec.venues.http import Reply

# A timestamp may be up to 1 s ahead of the exchange's clock, or recvWindow behind it ("Timing security").
_MOST_AHEAD_MS = 1_000
_FROM_HERE = "Mind that this machine asks, and that a key may be restricted to the function's address."
_RESTRICTIONS = "/sapi/v1/account/apiRestrictions"  # "Get API Key Permission" of the Wallet API
# What a refusal of the test order may mean without saying anything against the key.
_PERMITTED = {Meaning.REJECT, Meaning.STALE_RULES}


def clock(at: BinanceSpot) -> Iterator[Finding]:
    """How far this machine's clock is from the exchange's; and whether the exchange is there at all."""
    answer = at.server_time()
    if isinstance(answer, Failure):
        yield reachable(answer)
        return
    offset = at.now() - at.connection.clock.now()
    text = (
        f"the exchange answers; this machine's clock is {abs(offset)} ms {'behind' if offset > 0 else 'ahead of'} its"
    )
    late = abs(offset) > at.connection.recv_window_ms if offset > 0 else -offset >= _MOST_AHEAD_MS
    to_do = "set this machine's clock (NTP); the function's is AWS's own, and it corrects what is left"
    yield warning("clock", text, to_do) if late else ok("clock", text)


def reachable(failure: Failure) -> Finding:
    """Why the exchange gave no time. 451 is its answer to places that it does not serve."""
    if "HTTP 451" in failure.detail:
        return bad(
            "exchange",
            "the exchange does not serve this place (HTTP 451): this machine's region is blocked. The function's "
            "may be another one",
            "deploy in a region that the exchange serves (eu-west-1, ap-northeast-1, ...)",
        )
    return bad("exchange", f"the exchange does not answer as it should: {failure.detail}", "look at its status page")


def account(at: BinanceSpot, key: Credentials) -> Iterator[Finding]:
    """Whether key and signature are right, and the account may trade (GET /api/v3/account)."""
    answer = parse_reply(*at.connection.ask("/api/v3/account", {"omitZeroBalances": "true"}, key), dict)
    if isinstance(answer, Failure):
        yield bad("key", answer.detail, _FROM_HERE) if answer.meaning is Meaning.CREDENTIALS else reachable(answer)
        return
    yield ok("key", f"key and signature are right; {answer.get('accountType')} account")
    if not answer.get("canTrade"):
        yield bad("account", "the exchange has disabled trading for the account", "ask the exchange's support")


def permissions(at: BinanceSpot, key: Credentials) -> Iterator[Finding]:
    """What the key is permitted, and from where."""
    reply, document = at.connection.ask(_RESTRICTIONS, {}, key)
    if isinstance(reply, Reply) and reply.status == 404:
        yield unknown("permissions", "this exchange does not tell them (a testnet does not)")
        return
    answer = parse_reply(reply, document, dict)
    if isinstance(answer, Failure):
        yield unknown("permissions", answer.detail)
        return
    yield from _permissions(answer)


def _permissions(answer: dict[str, object]) -> Iterator[Finding]:
    if answer.get("enableWithdrawals"):
        yield warning(
            "withdrawals", "the key may withdraw: whoever gets it can empty the account",
            "take that permission away at the exchange; this function never needs it",
        )  # fmt: skip
    else:
        yield ok("withdrawals", "the key may not withdraw")
    if answer.get("ipRestrict"):
        yield ok("address", "the key is restricted to IP addresses")
    else:
        yield warning(
            "address", "the key works from any IP address",
            "restrict it to the function's fixed address at the exchange (README, Deploy)",
        )  # fmt: skip
    if not answer.get("enableSpotAndMarginTrading"):
        yield bad("trading", "the key may not trade", "enable spot trading for it at the exchange")
    expiry = answer.get("tradingAuthorityExpirationTime")
    if isinstance(expiry, int):
        yield warning("trading", f"the permission to trade ends at {instant(expiry)}", "restrict the key to an address")


def test_order(at: BinanceSpot, key: Credentials, symbol: str) -> Iterator[Finding]:
    """Whether an order would be let in (POST /api/v3/order/test, which places nothing)."""
    order = {"symbol": symbol, "side": "BUY", "type": "MARKET", "quantity": "1"}
    at.server_time()  # the signature must not fail for this machine's clock
    answer = parse_reply(*at.connection.send(Call("POST", "/api/v3/order/test", order), at.now(), key), dict)
    if not isinstance(answer, Failure) or answer.meaning in _PERMITTED:
        yield ok("trading", "an order would be let in (order/test)")
    elif answer.meaning is Meaning.CREDENTIALS:
        yield bad("trading", f"an order would be refused: {answer.detail}", _FROM_HERE)
    else:
        yield unknown("trading", answer.detail)
