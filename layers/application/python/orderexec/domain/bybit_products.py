"""What can be traded at Bybit: the order types of its three products, and the fields that go with each.

"Place Order" of Bybit's V5 documentation. Bybit has no words for orders that wait for a price, so they have those of
Binance Spot. Trailing stops are a change of the position there, which has no id to be found by: they are left out.
"""

from collections.abc import Mapping

from .order_types import LIMIT, MAKER, MARKET, Kind, OrderType, Trigger
from .order_words import MarginMode, TimeInForce
from .product import (
    AMEND,
    BY_BALANCE,
    CANCEL,
    CLOSE,
    EXITS,
    OF_A_CLOSE,
    OF_EVERY_SIGNAL,
    OF_WHAT_RESTS,
    PLACE,
    ExitStyle,
    Product,
)


class BybitType(OrderType):
    """The order types of Bybit, named as at Binance Spot."""

    MARKET = "MARKET", MARKET
    LIMIT = "LIMIT", LIMIT
    LIMIT_MAKER = "LIMIT_MAKER", MAKER
    STOP_LOSS = "STOP_LOSS", Kind(at_market=True, trigger=Trigger.LOSS)
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT", Kind(trigger=Trigger.LOSS)
    TAKE_PROFIT = "TAKE_PROFIT", Kind(at_market=True, trigger=Trigger.PROFIT)
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT", Kind(trigger=Trigger.PROFIT)


_AT_A_PRICE = Kind(trigger=Trigger.PROFIT)
_PASSING = (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)
_OF_EVERY_ORDER = frozenset({"side", "type", "quantity", "margin_mode"})
_OF_EVERY_SIGNAL = OF_EVERY_SIGNAL | {"product"}
_CHANGES = frozenset({PLACE, CANCEL, AMEND, CLOSE})
_OF_AN_EXIT = frozenset({"price", "stop_price"})  # "Place Order" names no time in force of an exit
_AMENDABLE = (LIMIT, MAKER)
_STOP_PRICE = OF_WHAT_RESTS | {"stop_price"}
# Exits go with limit orders only: "Spot Limit order supports take profit, stop loss".
_SPOT_LIMIT = BY_BALANCE | EXITS | OF_WHAT_RESTS | {"price", "quote_percent"}
BYBIT_SPOT = Product(
    fields={
        BybitType.MARKET: BY_BALANCE | {"quote_quantity", "quote_percent"},
        BybitType.LIMIT: _SPOT_LIMIT | {"time_in_force"},
        BybitType.LIMIT_MAKER: _SPOT_LIMIT,
        BybitType.STOP_LOSS: BY_BALANCE | _STOP_PRICE,
        BybitType.STOP_LOSS_LIMIT: BY_BALANCE | _STOP_PRICE | {"price", "time_in_force"},
        BybitType.TAKE_PROFIT: BY_BALANCE | _STOP_PRICE,
        BybitType.TAKE_PROFIT_LIMIT: BY_BALANCE | _STOP_PRICE | {"price", "time_in_force"},
    },
    of_every_order=_OF_EVERY_ORDER,
    of_every_signal=_OF_EVERY_SIGNAL,
    actions=_CHANGES,
    of_an_amendment=frozenset({"quantity", "price"}),
    times_in_force=_PASSING,
    exit_style=ExitStyle.ATTACHED,
    resting_exit=_AT_A_PRICE,
    of_an_exit=_OF_AN_EXIT,
    amendable=_AMENDABLE,
    margin_modes=(MarginMode.CROSS,),  # isolated is a setting of the whole account, in which spot cannot borrow
)

_SHARE = frozenset({"quantity_percent"})
_PRICED = frozenset({"price", "time_in_force"})
_TRIGGERED = _SHARE | _STOP_PRICE | {"working_type"}
_DERIVATIVES: Mapping[OrderType, frozenset[str]] = {
    BybitType.MARKET: _SHARE | EXITS | {"quote_quantity", "close_position"},
    BybitType.LIMIT: _SHARE | EXITS | _PRICED | OF_WHAT_RESTS | {"quote_quantity"},
    BybitType.LIMIT_MAKER: _SHARE | EXITS | OF_WHAT_RESTS | {"price", "quote_quantity"},
    BybitType.STOP_LOSS: _TRIGGERED | {"close_position"},
    BybitType.STOP_LOSS_LIMIT: _TRIGGERED | _PRICED,
    BybitType.TAKE_PROFIT: _TRIGGERED | {"close_position"},
    BybitType.TAKE_PROFIT_LIMIT: _TRIGGERED | _PRICED,
}
_OF_EVERY_DERIVATIVE = _OF_EVERY_ORDER | {"reduce_only", "position_side", "leverage"}


def _make_derivative(of_every_order: frozenset[str]) -> Product:
    return Product(
        fields=_DERIVATIVES,
        of_every_order=of_every_order,
        of_every_signal=_OF_EVERY_SIGNAL,
        actions=_CHANGES,
        of_an_amendment=frozenset({"quantity", "price"}) | (of_every_order & {"contracts"}),
        times_in_force=_PASSING,
        derivative=True,
        exit_style=ExitStyle.ATTACHED,
        resting_exit=_AT_A_PRICE,
        of_an_exit=_OF_AN_EXIT,
        amendable=_AMENDABLE,
        of_a_close=OF_A_CLOSE | {"position_side"},
        symbol_marks="-",
    )


BYBIT_LINEAR = _make_derivative(_OF_EVERY_DERIVATIVE)
BYBIT_INVERSE = _make_derivative(_OF_EVERY_DERIVATIVE | {"contracts"})
