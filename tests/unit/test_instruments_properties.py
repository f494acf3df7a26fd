"""Any rules, any wish: either a refusal, or an order that passes Binance's filters as another hand wrote them down."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.fit import Market, Unfit, fit, wished_order
from orderexec.domain.orders import Order
from orderexec.domain.signals import Signal
from orderexec.venues.binance.instruments import read_instrument
from orderexec.venues.binance.parameters import order_call
from tests.unit.examples import signal

Filters = dict[str, dict[str, Any]]

# As exchangeInfo writes them, with eight decimals; a zero switches a check off.
STEPS = st.sampled_from(
    ["0", "0.00000001", "0.00001", "0.001", "0.01", "0.02", "0.05", "0.1", "0.25", "1", "10", "100"]
)
LIMITS = st.sampled_from(["0", "0.00001", "0.001", "0.015", "1", "5", "10"])
MAXIMA = st.sampled_from(["0", "1", "50", "9000", "1000000"])


def filter_of(kind: str, least: str, most: str, step: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"filterType": st.just(kind), least: LIMITS, most: MAXIMA, step: STEPS})


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "PRICE_FILTER": filter_of("PRICE_FILTER", "minPrice", "maxPrice", "tickSize"),
        "LOT_SIZE": filter_of("LOT_SIZE", "minQty", "maxQty", "stepSize"),
        "MARKET_LOT_SIZE": filter_of("MARKET_LOT_SIZE", "minQty", "maxQty", "stepSize"),
        "MIN_NOTIONAL": st.fixed_dictionaries(
            {"filterType": st.just("MIN_NOTIONAL"), "minNotional": LIMITS, "applyToMarket": st.booleans()}
        ),
        "NOTIONAL": st.fixed_dictionaries(
            {
                "filterType": st.just("NOTIONAL"),
                "minNotional": LIMITS,
                "applyMinToMarket": st.booleans(),
                "maxNotional": MAXIMA,
                "applyMaxToMarket": st.booleans(),
            }
        ),
    },
)
AMOUNTS = st.one_of(
    st.decimals("0.00000001", "100000", places=8),
    st.decimals("0.01", "100", places=3),
    st.decimals("0.1", "20", places=1),
).map(str)
SIDES = st.sampled_from(["BUY", "SELL"])
WISHES = st.one_of(
    st.builds(lambda side, quantity: signal(side=side, quantity=quantity), SIDES, AMOUNTS),
    st.builds(lambda side, quote: signal(side=side, quantity=None, quote_quantity=quote), SIDES, AMOUNTS),
    st.builds(
        lambda side, quantity, price: signal(side=side, type="LIMIT", quantity=quantity, price=price),
        SIDES, AMOUNTS, AMOUNTS,
    ),
)  # fmt: skip
PRICES = AMOUNTS.map(Decimal)


def exchange_info(filters: Filters, precision: int) -> dict[str, object]:
    return {
        "symbol": "BTCUSDT", "status": "TRADING", "orderTypes": ["LIMIT", "MARKET"], "quoteAssetPrecision": precision,
        "quoteOrderQtyMarketAllowed": True, "filters": list(filters.values()),
    }  # fmt: skip


def broken_filters(sent: dict[str, str], filters: Filters, average: Decimal) -> list[str]:
    """filters.md, read anew for the parameters that go out: the names of the filters they would fail."""
    market = sent["type"] == "MARKET"
    quantity, price = Fraction(sent.get("quantity", "0")), Fraction(sent.get("price", "0"))
    broken = []
    if "price" in sent and not within(price, filters.get("PRICE_FILTER"), "minPrice", "maxPrice", "tickSize"):
        broken.append("PRICE_FILTER")
    for name in ("LOT_SIZE", "MARKET_LOT_SIZE") if market else ("LOT_SIZE",):
        if "quantity" in sent and not within(quantity, filters.get(name), "minQty", "maxQty", "stepSize"):
            broken.append(name)
    notional = Fraction(sent["quoteOrderQty"]) if "quoteOrderQty" in sent else quantity * (price or Fraction(average))
    for name, floor_switch in (("MIN_NOTIONAL", "applyToMarket"), ("NOTIONAL", "applyMinToMarket")):
        rule = filters.get(name, {})
        if (not market or rule.get(floor_switch)) and notional < Fraction(rule.get("minNotional", "0")):
            broken.append(name)
        most = Fraction(rule.get("maxNotional", "0"))
        if (not market or rule.get("applyMaxToMarket")) and most and notional > most:
            broken.append(name)
    return broken


def within(value: Fraction, rule: dict[str, Any] | None, least: str, most: str, step: str) -> bool:
    if rule is None:
        return True
    low, high, grid = (Fraction(rule[name]) for name in (least, most, step))
    return value >= low and (not high or value <= high) and (not grid or value % grid == 0)


@given(WISHES, FILTERS, st.integers(2, 8), PRICES)
def test_what_is_sent_passes_every_filter(wish: Signal, filters: Filters, precision: int, average: Decimal) -> None:
    order = fit(wished_order(wish), read_instrument(exchange_info(filters, precision)), Market(average))

    if isinstance(order, Order):
        assert broken_filters(order_call(order).parameters, filters, average) == []


@given(WISHES, FILTERS, st.integers(2, 8), PRICES)
def test_a_wish_that_passes_as_it_is_goes_out_as_it_is(
    wish: Signal, filters: Filters, precision: int, average: Decimal
) -> None:
    free = fit(wished_order(wish), read_instrument(exchange_info({}, 18)), Market(average))
    assert isinstance(free, Order)
    decimals = -int(free.quote_quantity.normalize().as_tuple().exponent) if free.quote_quantity else 0

    if decimals <= precision and not broken_filters(order_call(free).parameters, filters, average):
        assert fit(wished_order(wish), read_instrument(exchange_info(filters, precision)), Market(average)) == free


@given(WISHES, FILTERS, st.integers(2, 8), PRICES)
def test_rounding_never_harms_the_user(wish: Signal, filters: Filters, precision: int, average: Decimal) -> None:
    rules = read_instrument(exchange_info(filters, precision))
    order = fit(wished_order(wish), rules, Market(average))
    if isinstance(order, Unfit):
        return

    lot = rules.market_lot if wish.type == "MARKET" else rules.lot
    if wish.quantity is not None and order.quantity is not None:
        assert 0 < order.quantity <= wish.quantity
        assert wish.quantity - order.quantity < (lot.step or Decimal("1e-99"))
    if wish.quote_quantity is not None and order.quote_quantity is not None:
        assert 0 < order.quote_quantity <= wish.quote_quantity
        assert wish.quote_quantity - order.quote_quantity < rules.quote_step
    if wish.price is not None and order.price is not None:
        better = wish.price - order.price if wish.side == "BUY" else order.price - wish.price
        assert 0 <= better < (rules.price.step or Decimal("1e-99"))
