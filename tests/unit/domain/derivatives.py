"""What the tests of derivatives share: a linear and an inverse symbol, and signals for them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.futures_products import FuturesType
from orderexec.domain.instruments import ZERO, Contract, Instrument, NotionalRule, PriceBand, Range
from orderexec.domain.orders import Order
from orderexec.domain.signals import InvalidSignal, Signal
from orderexec.domain.sizing import size_at_price
from tests.unit.domain.requested import LOT, TICK
from tests.unit.examples import instrument, parse

USDM, COINM = "binance-usdm", "binance-coinm"
MARK_AT_60000 = Market(average=Decimal(60000), last=Decimal(60000))
PERPETUAL = instrument(
    order_types=frozenset(map(str, FuturesType)),
    base_asset="BTC",
    quote_asset="USDT",
    price=TICK,
    lot=LOT,
    market_lot=LOT,
    notional=(NotionalRule("MIN_NOTIONAL", Decimal(100), minimum_for_market=True, spares_reducing=True),),
    bands=(PriceBand("PERCENT_PRICE", (ZERO, Decimal("1.05")), (Decimal("0.95"), Decimal("Infinity")), "mark price"),),
    bands_at_trigger=True,
)
WHOLE = Range(step=Decimal(1), minimum=Decimal(1), maximum=Decimal(1_000_000))
INVERSE = replace(
    PERPETUAL,
    symbol="BTCUSD_PERP",
    quote_asset="USD",
    lot=WHOLE,
    market_lot=WHOLE,
    notional=(),
    contract=Contract(Decimal(100)),
)


def signal(**fields: Any) -> Signal:
    """A market buy of half a bitcoin at USD-M, or what `fields` make of it; a None takes a field away."""
    parsed = read(**fields)
    assert isinstance(parsed, Signal), parsed
    return parsed


def refusal(**fields: Any) -> str:
    parsed = read(**fields)
    assert isinstance(parsed, InvalidSignal), parsed
    return parsed.detail


def read(**fields: Any) -> Signal | InvalidSignal:
    given = {"venue": USDM, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.5"} | fields
    return parse({name: value for name, value in given.items() if value is not None})


def coin(**fields: Any) -> Signal:
    """A market buy of three contracts at COIN-M, or what `fields` make of it."""
    given = {"venue": COINM, "symbol": "BTCUSD_PERP", "quantity": None, "contracts": 3} | fields
    return signal(**given)


def size(requested: Signal, rules: Instrument, last: str | None = None) -> Signal:
    sized = size_at_price(requested, rules, None if last is None else Decimal(last))
    assert isinstance(sized, Signal), sized
    return sized


def apply(requested: Signal, rules: Instrument = PERPETUAL, market: Market = MARK_AT_60000) -> Order:
    order = apply_rules(make_requested_order(requested), rules, market)
    assert isinstance(order, Order), order
    return order


def violation(requested: Signal, rules: Instrument = PERPETUAL, market: Market = MARK_AT_60000) -> str:
    found = apply_rules(make_requested_order(requested), rules, market)
    assert isinstance(found, RuleViolation), found
    return found.detail
