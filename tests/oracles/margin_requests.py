"""What goes out for a requested order on margin, and the orders that are sent side by side with a library."""

import json
from collections.abc import Iterator
from itertools import product

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.instruments import Instrument
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.order_words import MarginMode
from orderexec.domain.requests import Request
from orderexec.venues.binance.margin_rules import MarginMarketData
from orderexec.venues.binance.rules import BinanceMarketData
from orderexec.venues.http import NoReply
from tests.doubles.metered import metered, own_traffic
from tests.doubles.virtual_time import START_MS, VirtualTime
from tests.oracles.order_grid import ORDERS, Fields
from tests.oracles.sent_requests import SYMBOL, SentCall, sent
from tests.unit.examples import signal
from tests.unit.venues.binance.scripted_margin import margin
from tests.unit.venues.binance.scripted_venue import KEY, ScriptedTransport

MODES = tuple(MarginMode)
FLAGS = {"cross": "FALSE", "isolated": "TRUE"}
SIDE_EFFECTS = {
    None: "NO_SIDE_EFFECT",
    "borrow": "MARGIN_BUY",
    "repay": "AUTO_REPAY",
    "borrow_repay": "AUTO_BORROW_REPAY",
}
# What of Spot's grid margin has no words for.
_SPOT_ONLY = {"dry_run", "smart_order_routing", "peg_price_type", "strategy_id", "strategy_type"}


def _on_margin() -> Iterator[Fields]:
    for fields, mode, effect in product(ORDERS, MODES, SIDE_EFFECTS):
        if not _SPOT_ONLY & fields.keys() and fields.get("self_trade_prevention_mode") != "DECREMENT":
            accounts: Fields = {"margin_mode": str(mode)}
            yield fields | accounts | ({} if effect is None else {"side_effect": effect})


MARGIN_ORDERS: tuple[Fields, ...] = tuple(_on_margin())


def ours(request: Request) -> SentCall:
    """The request that the venue makes."""
    venue, transport = margin(NoReply(left=False, what="nobody is there"))
    venue.send(request, START_MS, KEY)
    method, path = transport.sent[0]["request"].split(" ")
    return sent(method, path, transport.sent[0]["form"])


def wanted(**fields: object) -> Request:
    """The request that a signal of these fields becomes on margin."""
    requested = signal(**({"id": "oracle", "venue": "binance-margin"} | fields))
    rules, market = _rules(), Market()
    request = (
        apply_rules_to_list(requested, rules, market)
        if requested.has_exits
        else apply_rules(make_requested_order(requested), rules, market)
    )
    assert not isinstance(request, RuleViolation), request
    return request


def _rules() -> Instrument:
    time = VirtualTime()
    spot = BinanceMarketData(metered(ScriptedTransport(time), time.clock()))
    source = MarginMarketData(spot, own_traffic("binance-margin", time.clock()))
    instrument = source.parse_instrument(json.dumps(SYMBOL))
    assert isinstance(instrument, Instrument)
    return instrument
