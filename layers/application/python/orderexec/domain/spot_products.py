"""What can be traded at Binance Spot and on margin there: the order types, and the fields that go with each.

"New order" of rest-api.md (Spot), "Margin Account New Order" of the margin documentation. OCO is no order type of the
exchange: it stands for a list of two orders.
"""

from .order_types import LIMIT, MAKER, MARKET, PAIR, Kind, OrderType, Trigger
from .order_words import MarginMode
from .product import (
    AMEND,
    BY_BALANCE,
    CANCEL,
    CLOSE,
    EXITS,
    OF_A_CLOSE,
    OF_WHAT_RESTS,
    PEG,
    PLACE,
    REPLACE,
    TRIGGER,
    Product,
)

_ENTRY = EXITS | {"exit_quantity"}


class SpotType(OrderType):
    """The order types of Binance Spot, and of its margin accounts."""

    MARKET = "MARKET", MARKET
    LIMIT = "LIMIT", LIMIT
    LIMIT_MAKER = "LIMIT_MAKER", MAKER
    # These two execute a market order once they are triggered.
    STOP_LOSS = "STOP_LOSS", Kind(at_market=True, trigger=Trigger.LOSS)
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT", Kind(trigger=Trigger.LOSS)
    TAKE_PROFIT = "TAKE_PROFIT", Kind(at_market=True, trigger=Trigger.PROFIT)
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT", Kind(trigger=Trigger.PROFIT)
    OCO = "OCO", PAIR


_STOP = BY_BALANCE | TRIGGER | OF_WHAT_RESTS | {"dry_run"}
_STOP_LIMIT = _STOP | PEG | {"price", "quote_percent", "time_in_force", "iceberg_quantity"}
_MAKER = BY_BALANCE | PEG | _ENTRY | OF_WHAT_RESTS | {"price", "quote_percent", "iceberg_quantity", "dry_run"}
SPOT = Product(
    fields={
        SpotType.MARKET: BY_BALANCE | {"quote_quantity", "quote_percent", "smart_order_routing", "dry_run"},
        SpotType.LIMIT: _MAKER | {"time_in_force", "smart_order_routing"},
        SpotType.LIMIT_MAKER: _MAKER,
        SpotType.STOP_LOSS: _STOP,
        SpotType.STOP_LOSS_LIMIT: _STOP_LIMIT,
        SpotType.TAKE_PROFIT: _STOP,
        SpotType.TAKE_PROFIT_LIMIT: _STOP_LIMIT,
        SpotType.OCO: BY_BALANCE | EXITS | OF_WHAT_RESTS,
    },
    of_every_order=frozenset(
        {"side", "type", "quantity", "self_trade_prevention_mode", "strategy_id", "strategy_type"}
    ),
    actions=frozenset({PLACE, CANCEL, REPLACE, AMEND, CLOSE}),
    # The old order's funds are not free yet, and the exchange has neither lists nor a dry run for it.
    not_in_a_replacement=BY_BALANCE | _ENTRY | {"quote_percent", "smart_order_routing", "dry_run"},
    of_an_amendment=frozenset({"quantity"}),
)

# Margin has no dry run, no routing, no pegs and no OPO lists: the exits sell what was ordered.
_NOT_ON_MARGIN = PEG | {"dry_run", "smart_order_routing", "exit_quantity"}
MARGIN = Product(
    fields={each: fields - _NOT_ON_MARGIN for each, fields in SPOT.fields.items()},
    of_every_order=frozenset({"side", "type", "quantity", "self_trade_prevention_mode", "margin_mode", "side_effect"}),
    actions=frozenset({PLACE, CANCEL, CLOSE}),
    of_a_close=OF_A_CLOSE | {"margin_mode"},
    usual_margin=MarginMode.CROSS,
)
