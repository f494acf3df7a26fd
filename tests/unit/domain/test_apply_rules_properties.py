"""Any rules, any order: either a refusal, or one that passes Binance's filters as another hand wrote them down."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, find_lot, make_requested_order
from orderexec.domain.instruments import Instrument
from orderexec.domain.orders import Order
from orderexec.domain.signals import Signal
from orderexec.venues.binance.instruments import read_instrument
from orderexec.venues.binance.parameters import build_order_call
from tests.unit.domain.filters_read_anew import FILTERS, Filters, badly_written, broken_filters
from tests.unit.domain.requested import TYPES
from tests.unit.examples import signal

AMOUNTS = st.one_of(
    st.decimals("0.00000001", "100000", places=8),
    st.decimals("0.01", "100", places=3),
    st.decimals("0.1", "20", places=1),
).map(str)
PRICES = AMOUNTS.map(Decimal)
DIGITS = st.integers(2, 8)
SPREADS = st.sampled_from(["1", "1.5", "4", "10"]).map(Decimal)


def _requests(kind: str, *needed: str, **optional: st.SearchStrategy[object]) -> st.SearchStrategy[Signal]:
    given = {"type": st.just(kind), "side": st.sampled_from(["BUY", "SELL"]), "quantity": st.none()}
    fields = st.fixed_dictionaries(given | dict.fromkeys(needed, AMOUNTS), optional=dict(optional))
    return fields.map(lambda values: signal(**values))


_DELTA = st.integers(1, 3000)
_LIMIT = {"iceberg_quantity": AMOUNTS, "peg_price_type": st.just("PRIMARY_PEG")}
REQUESTED = st.one_of(
    _requests("MARKET", "quantity"),
    _requests("MARKET", "quote_quantity"),
    _requests("LIMIT", "quantity", "price", **_LIMIT),
    _requests("LIMIT_MAKER", "quantity", "price", **_LIMIT),
    *(_requests(kind, "quantity", "stop_price", trailing_delta=_DELTA) for kind in ("STOP_LOSS", "TAKE_PROFIT")),
    *(
        _requests(f"{kind}_LIMIT", "quantity", "price", "stop_price", trailing_delta=_DELTA, **_LIMIT)
        for kind in ("STOP_LOSS", "TAKE_PROFIT")
    ),
)


def instrument(filters: Filters, digits: int = 8) -> Instrument:
    return read_instrument(
        {
            "symbol": "BTCUSDT",
            "status": "TRADING",
            "orderTypes": list(TYPES),
            "baseAssetPrecision": digits,
            "quoteAssetPrecision": digits,
            "filters": list(filters.values()),
        }
    )


@given(REQUESTED, FILTERS, DIGITS, PRICES)
def test_what_is_sent_passes_every_filter(requested: Signal, filters: Filters, digits: int, average: Decimal) -> None:
    order = apply_rules(make_requested_order(requested), instrument(filters, digits), Market(average))

    if isinstance(order, Order):
        sent = build_order_call(order).parameters
        assert broken_filters(sent, filters, average) == []
        assert badly_written(sent) == []


@given(REQUESTED, FILTERS, PRICES)
def test_a_wish_that_passes_as_it_is_goes_out_as_it_is(requested: Signal, filters: Filters, average: Decimal) -> None:
    free = apply_rules(make_requested_order(requested), instrument({}), Market(average))

    if isinstance(free, Order) and not broken_filters(build_order_call(free).parameters, filters, average):
        assert apply_rules(make_requested_order(requested), instrument(filters), Market(average)) == free


@given(REQUESTED, FILTERS, DIGITS, PRICES)
def test_rounding_never_harms_the_user(requested: Signal, filters: Filters, digits: int, average: Decimal) -> None:
    rules = instrument(filters, digits)
    order = apply_rules(make_requested_order(requested), rules, Market(average))
    if isinstance(order, RuleViolation):
        return

    for asked, rounded, step in (
        (requested.quantity, order.quantity, find_lot(order, rules).step),
        (requested.quote_quantity, order.quote_quantity, rules.quote_step),
        (requested.iceberg_quantity, order.iceberg_quantity, rules.lot.step),
    ):
        if asked is not None and rounded is not None:
            assert 0 < rounded <= asked
            assert asked - rounded < step
    for asked, rounded in ((requested.price, order.price), (requested.stop_price, order.stop_price)):
        if asked is not None and rounded is not None:
            better = asked - rounded if requested.side == "BUY" else rounded - asked
            assert 0 <= better < (rules.price.step or Decimal("1e-99"))


@given(REQUESTED, FILTERS, PRICES, SPREADS, st.data())
def test_what_an_older_price_allows_every_price_within_its_spread_allows(
    requested: Signal, filters: Filters, average: Decimal, spread: Decimal, data: st.DataObject
) -> None:
    asked_for, rules = make_requested_order(requested), instrument(filters)
    order = apply_rules(asked_for, rules, Market(average, spread=spread))
    now = data.draw(st.decimals(average / spread, average * spread, allow_nan=False), "the price of now")

    if isinstance(order, Order):
        assert apply_rules(asked_for, rules, Market(now)) == order
        assert broken_filters(build_order_call(order).parameters, filters, now) == []
