"""What can be traded at Binance's futures: the order types, and the fields that go with each.

"New Order" and "New Algo Order" of the documentation of USD-M and COIN-M futures. The orders that wait for a price are
conditional orders of the algo service since December 2025.
"""

from collections.abc import Mapping

from .order_types import LIMIT, MARKET, TRAILING, Kind, OrderType, Trigger
from .order_words import TimeInForce
from .product import AMEND, CANCEL, CLOSE, EXITS, OF_A_CLOSE, OF_WHAT_RESTS, PLACE, ExitStyle, Product


class FuturesType(OrderType):
    """The order types of Binance's futures. STOP and TAKE_PROFIT are limit orders here, unlike at Spot."""

    MARKET = "MARKET", MARKET
    LIMIT = "LIMIT", LIMIT
    STOP = "STOP", Kind(trigger=Trigger.LOSS)
    STOP_MARKET = "STOP_MARKET", Kind(at_market=True, trigger=Trigger.LOSS)
    TAKE_PROFIT = "TAKE_PROFIT", Kind(trigger=Trigger.PROFIT)
    TAKE_PROFIT_MARKET = "TAKE_PROFIT_MARKET", Kind(at_market=True, trigger=Trigger.PROFIT)
    TRAILING_STOP_MARKET = "TRAILING_STOP_MARKET", TRAILING


_SHARE = frozenset({"quantity_percent"})
_PRICED = frozenset({"price", "time_in_force"})
_TRIGGERED = _SHARE | OF_WHAT_RESTS | {"stop_price", "working_type"}
_PROTECTED = _TRIGGERED | {"price_protect"}
_FIELDS: Mapping[OrderType, frozenset[str]] = {
    FuturesType.MARKET: _SHARE | EXITS | {"quote_quantity", "close_position"},
    FuturesType.LIMIT: _SHARE | EXITS | _PRICED | OF_WHAT_RESTS | {"quote_quantity"},
    FuturesType.STOP: _PROTECTED | _PRICED,
    FuturesType.STOP_MARKET: _PROTECTED | {"close_position"},
    FuturesType.TAKE_PROFIT: _PROTECTED | _PRICED,
    FuturesType.TAKE_PROFIT_MARKET: _PROTECTED | {"close_position"},
    FuturesType.TRAILING_STOP_MARKET: _TRIGGERED | {"trailing_delta"},
}
_OF_EVERY_ORDER = frozenset(
    {
        "side",
        "type",
        "quantity",
        "self_trade_prevention_mode",
        "reduce_only",
        "position_side",
        "margin_mode",
        "leverage",
    }
)


def _make_product(fields: Mapping[OrderType, frozenset[str]], of_every_order: frozenset[str]) -> Product:
    return Product(
        fields=fields,
        of_every_order=of_every_order,
        actions=frozenset({PLACE, CANCEL, AMEND, CLOSE}),
        of_a_close=OF_A_CLOSE | {"position_side"},
        of_an_amendment=frozenset({"quantity", "price"}) | (of_every_order & {"contracts"}),
        times_in_force=tuple(TimeInForce),
        resting_exit=LIMIT,
        exit_style=ExitStyle.STEPPED,
        derivative=True,
        symbol_marks="_",
    )


_TRIED_OUT = (FuturesType.MARKET, FuturesType.LIMIT)  # order/test takes no conditional orders
USDM = _make_product(
    {each: fields | {"dry_run"} if each in _TRIED_OUT else fields for each, fields in _FIELDS.items()}, _OF_EVERY_ORDER
)
COINM = _make_product(_FIELDS, _OF_EVERY_ORDER | {"contracts"})
