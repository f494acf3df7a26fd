"""Endpoints that place order lists: which orders each is made of."""

from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.order_parameters import read_side, self_trade_prevention
from paper_exchange.dialects.binance_common.parameters import CLIENT_ORDER_ID, Parameters
from paper_exchange.dialects.binance_spot.answers import order_lists
from paper_exchange.dialects.binance_spot.endpoints.leg import Leg
from paper_exchange.dialects.binance_spot.endpoints.order_parameters import Size, leg_order
from paper_exchange.dialects.binance_spot.endpoints.trading import response_type
from paper_exchange.engine.order_lists import NewList
from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import Feature, OrderType, Side
from paper_exchange.exchange import Exchange
from paper_exchange.rules.admission import check_feature
from paper_exchange.rules.one_cancels_other import check_types

WORKING_TYPES = (OrderType.LIMIT, OrderType.LIMIT_MAKER)


def oco(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/orderList/oco."""
    pair = pair_of_legs(parameters, "above", "below", "side", "quantity")
    return _place(exchange, parameters, None, pair, needs=(Feature.OCO,))


def oto(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/orderList/oto."""
    working, pending = working_leg(parameters), pending_leg(parameters, sized=True)
    return _place(exchange, parameters, working, [pending], needs=(Feature.OTO,))


def otoco(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/orderList/otoco."""
    working = working_leg(parameters)
    pair = pair_of_legs(parameters, "pendingAbove", "pendingBelow", "pendingSide", "pendingQuantity")
    return _place(exchange, parameters, working, pair, needs=(Feature.OTO, Feature.OCO))


def opo(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/orderList/opo."""
    working, pending = working_leg(parameters), pending_leg(parameters, sized=False)
    return _place(exchange, parameters, working, [pending], needs=(Feature.OTO, Feature.OPO))


def opoco(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/orderList/opoco."""
    working = working_leg(parameters)
    pair = pair_of_legs(parameters, "pendingAbove", "pendingBelow", "pendingSide", None)
    return _place(exchange, parameters, working, pair, needs=(Feature.OTO, Feature.OPO, Feature.OCO))


def _place(
    exchange: Exchange,
    parameters: Parameters,
    working: NewOrder | None,
    others: list[NewOrder],
    *,
    needs: tuple[Feature, ...],
) -> Any:
    pays = Feature.OPO in needs
    name, response = parameters.text("listClientOrderId", CLIENT_ORDER_ID), response_type(parameters)
    parameters.finish()
    if pays:
        _check_sides(working, others)
    new = NewList(symbol=others[0].symbol, working=working, others=others, client_order_id=name, pays_the_other=pays)
    symbol = exchange.market(new.symbol).symbol
    for feature in needs:
        check_feature(symbol, feature)
    return order_lists.placement(exchange.place_list(new), response)


def working_leg(parameters: Parameters) -> NewOrder:
    """Return the working order of a list. Raises -1130 for a type that cannot be one."""
    leg = Leg(parameters, "working")
    side = read_side(parameters, "workingSide")
    new = leg_order(leg, parameters.symbol(), side, _own_quantity, self_trade_prevention(parameters))
    if new.type not in WORKING_TYPES:
        raise errors.invalid_value("workingType")
    return new


def pending_leg(parameters: Parameters, *, sized: bool) -> NewOrder:
    """Return the one pending order of a list, with a quantity of its own or none."""
    side = read_side(parameters, "pendingSide")
    if not sized:
        _refuse_quantity(parameters)
    size = _own_quantity if sized else _no_quantity
    return leg_order(Leg(parameters, "pending"), parameters.symbol(), side, size, self_trade_prevention(parameters))


def pair_of_legs(parameters: Parameters, above: str, below: str, side: str, quantity: str | None) -> list[NewOrder]:
    """Return two orders of which one cancels the other; `above`, `below` begin the names of their parameters."""
    size: Size = {}
    if quantity is None:
        _refuse_quantity(parameters)
    else:
        size = {"quantity": parameters.required_decimal(quantity)}
    pair = [
        leg_order(
            Leg(parameters, prefix),
            parameters.symbol(),
            read_side(parameters, side),
            lambda *_: size,
            self_trade_prevention(parameters),
        )
        for prefix in (above, below)
    ]
    check_types(*pair)
    return pair


def _own_quantity(leg: Leg, _: OrderType) -> Size:
    return {"quantity": leg.parameters.required_decimal(leg.name("quantity"))}


def _no_quantity(_: Leg, __: OrderType) -> Size:
    return {}


def _refuse_quantity(parameters: Parameters) -> None:
    if parameters.text("pendingQuantity") is not None:
        raise Refused(-1225, "Pending orders should not include the 'pendingQuantity' tag.")


def _check_sides(working: NewOrder | None, pending: list[NewOrder]) -> None:
    if working is None or working.side is not Side.BUY:
        raise Refused(-1222, "Working order in an OPO list must be a bid.")
    if any(order.side is not Side.SELL for order in pending):
        raise Refused(-1223, "Pending orders in an OPO list must be asks.")
