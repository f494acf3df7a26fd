"""Any rules, any wish: either a refusal, or an order that passes Binance's filters as another hand wrote them down."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.fit import Market, Unfit, fit, lot_of, wished_order
from orderexec.domain.instruments import Instrument
from orderexec.domain.orders import Order
from orderexec.domain.signals import Signal
from orderexec.venues.binance.instruments import read_instrument
from orderexec.venues.binance.parameters import order_call
from tests.unit.domain.filters_read_anew import FILTERS, Filters, badly_written, broken_filters
from tests.unit.examples import signal
from tests.unit.wishes import TYPES

AMOUNTS = st.one_of(
    st.decimals("0.00000001", "100000", places=8),
    st.decimals("0.01", "100", places=3),
    st.decimals("0.1", "20", places=1),
).map(str)
PRICES = AMOUNTS.map(Decimal)
DIGITS = st.integers(2, 8)


def _wishes(kind: str, *needed: str, **optional: st.SearchStrategy[object]) -> st.SearchStrategy[Signal]:
    given = {"type": st.just(kind), "side": st.sampled_from(["BUY", "SELL"]), "quantity": st.none()}
    fields = st.fixed_dictionaries(given | dict.fromkeys(needed, AMOUNTS), optional=dict(optional))
    return fields.map(lambda values: signal(**values))


_DELTA = st.integers(1, 3000)
_LIMIT = {"iceberg_quantity": AMOUNTS, "peg_price_type": st.just("PRIMARY_PEG")}
WISHES = st.one_of(
    _wishes("MARKET", "quantity"),
    _wishes("MARKET", "quote_quantity"),
    _wishes("LIMIT", "quantity", "price", **_LIMIT),
    _wishes("LIMIT_MAKER", "quantity", "price", **_LIMIT),
    *(_wishes(kind, "quantity", "stop_price", trailing_delta=_DELTA) for kind in ("STOP_LOSS", "TAKE_PROFIT")),
    *(
        _wishes(f"{kind}_LIMIT", "quantity", "price", "stop_price", trailing_delta=_DELTA, **_LIMIT)
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


@given(WISHES, FILTERS, DIGITS, PRICES)
def test_what_is_sent_passes_every_filter(wish: Signal, filters: Filters, digits: int, average: Decimal) -> None:
    order = fit(wished_order(wish), instrument(filters, digits), Market(average))

    if isinstance(order, Order):
        sent = order_call(order).parameters
        assert broken_filters(sent, filters, average) == []
        assert badly_written(sent) == []


@given(WISHES, FILTERS, PRICES)
def test_a_wish_that_passes_as_it_is_goes_out_as_it_is(wish: Signal, filters: Filters, average: Decimal) -> None:
    free = fit(wished_order(wish), instrument({}), Market(average))

    if isinstance(free, Order) and not broken_filters(order_call(free).parameters, filters, average):
        assert fit(wished_order(wish), instrument(filters), Market(average)) == free


@given(WISHES, FILTERS, DIGITS, PRICES)
def test_rounding_never_harms_the_user(wish: Signal, filters: Filters, digits: int, average: Decimal) -> None:
    rules = instrument(filters, digits)
    order = fit(wished_order(wish), rules, Market(average))
    if isinstance(order, Unfit):
        return

    for wished, rounded, step in (
        (wish.quantity, order.quantity, lot_of(order, rules).step),
        (wish.quote_quantity, order.quote_quantity, rules.quote_step),
        (wish.iceberg_quantity, order.iceberg_quantity, rules.lot.step),
    ):
        if wished is not None and rounded is not None:
            assert 0 < rounded <= wished
            assert wished - rounded < step
    for wished, rounded in ((wish.price, order.price), (wish.stop_price, order.stop_price)):
        if wished is not None and rounded is not None:
            better = wished - rounded if wish.side == "BUY" else rounded - wished
            assert 0 <= better < (rules.price.step or Decimal("1e-99"))
