"""What goes out for a requested order, ours and a library's, in one form to compare; nothing reaches a network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.requests import Request
from orderexec.venues.binance.instruments import read_instrument
from orderexec.venues.http import NoReply
from tests.doubles.virtual_time import START_MS
from tests.unit.examples import signal
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import KEY, venue

_ETHBTC = recorded("exchange_info")["symbols"][0]
SYMBOL = _ETHBTC | {
    "symbol": "BTCUSDT",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    **{flag: True for flag, value in _ETHBTC.items() if isinstance(value, bool)},
    "allowedSelfTradePreventionModes": ["NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT"],
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
    ],
}
# Of the instant and the key, not of the order.
_OF_THE_MOMENT = {"timestamp", "recvWindow", "signature"}
_AMOUNTS = {"quantity", "quoteOrderQty", "price", "stopPrice", "icebergQty", "newQty"}


@dataclass(frozen=True, slots=True)
class SentCall:
    """A request without what belongs to its moment. Amounts are numbers: a float has more than one spelling."""

    call: str
    parameters: Mapping[str, object]

    def without(self, *names: str) -> "SentCall":
        """The same without some of its parameters."""
        return SentCall(self.call, {name: value for name, value in self.parameters.items() if name not in names})


class Captured(Exception):
    """Carries a request out of a library instead of sending it."""

    def __init__(self, request: SentCall) -> None:
        self.request = request


# Makes a library do something, and gives what it would have sent.
Library = Callable[[Callable[[Any], object]], SentCall]


def sent(method: str, url: str, form: str | None) -> SentCall:
    """The request that has been captured, its parameters in the query, the body, or both."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query) + parse_qsl(form or "")
    return SentCall(
        f"{method} {parts.path}", {name: _value(name, text) for name, text in pairs if name not in _OF_THE_MOMENT}
    )


def _value(name: str, text: str) -> object:
    amount = any(name[-len(each) :].lower() == each.lower() for each in _AMOUNTS)
    return Decimal(text) if amount else text


def ours(request: Request) -> SentCall:
    """The request that the venue makes."""
    spot, transport = venue(NoReply(left=False, what="nobody is there"))
    spot.send(request, START_MS, KEY)
    method, path = transport.sent[0]["request"].split(" ")
    return sent(method, path, transport.sent[0]["form"])


def wanted(**fields: object) -> Request:
    """The request that a signal of these fields becomes."""
    requested = signal(**({"id": "oracle"} | fields))
    make: Any = (
        apply_rules_to_list
        if requested.has_exits
        else lambda signal, *facts: apply_rules(make_requested_order(signal), *facts)
    )
    request = make(requested, read_instrument(SYMBOL), Market())
    assert not isinstance(request, RuleViolation), request
    return request  # type: ignore[no-any-return]
