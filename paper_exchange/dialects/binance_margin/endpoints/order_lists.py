"""Endpoints that place order lists of a margin account: OCO by its old parameters, OTO and OTOCO by Spot's."""

from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.answers import Json, amount
from paper_exchange.dialects.binance_common.order_errors import invalid_time_in_force
from paper_exchange.dialects.binance_common.order_parameters import read_side, self_trade_prevention
from paper_exchange.dialects.binance_common.parameters import CLIENT_ORDER_ID, Parameters
from paper_exchange.dialects.binance_margin.flags import with_side_effect
from paper_exchange.dialects.binance_spot.answers import order_lists
from paper_exchange.dialects.binance_spot.endpoints.order_lists import pair_of_legs, pending_leg, working_leg
from paper_exchange.dialects.binance_spot.endpoints.trading import response_type
from paper_exchange.engine.order_lists import NewList, OrderList
from paper_exchange.engine.orders import NewOrder
from paper_exchange.enums import Feature, OrderType, Side, SideEffect, TimeInForce
from paper_exchange.margin import MarginAccount
from paper_exchange.rules.admission import check_feature


def oco(account: MarginAccount, parameters: Parameters) -> Any:
    """Answer POST /sapi/v1/margin/order/oco."""
    limit, stop = _limit(parameters), _stop(parameters)
    pair = [limit, stop] if limit.side is Side.SELL else [stop, limit]
    return _place(account, parameters, None, pair, needs=(Feature.OCO,))


def oto(account: MarginAccount, parameters: Parameters) -> Any:
    """Answer POST /sapi/v1/margin/order/oto."""
    working, pending = working_leg(parameters), pending_leg(parameters, sized=True)
    return _place(account, parameters, working, [pending], needs=(Feature.OTO,))


def otoco(account: MarginAccount, parameters: Parameters) -> Any:
    """Answer POST /sapi/v1/margin/order/otoco."""
    working = working_leg(parameters)
    pair = pair_of_legs(parameters, "pendingAbove", "pendingBelow", "pendingSide", "pendingQuantity")
    return _place(account, parameters, working, pair, needs=(Feature.OTO, Feature.OCO))


def _place(
    account: MarginAccount,
    parameters: Parameters,
    working: NewOrder | None,
    others: list[NewOrder],
    *,
    needs: tuple[Feature, ...],
) -> Any:
    others = with_side_effect(parameters, *others)
    if working is not None:
        (working,) = with_side_effect(parameters, working)
        if working.side_effect is SideEffect.AUTO_REPAY:  # not among the values documented for OTO and OTOCO
            raise errors.invalid_value("sideEffectType")
    name, response = parameters.text("listClientOrderId", CLIENT_ORDER_ID), response_type(parameters)
    parameters.finish()
    symbol = account.market(others[0].symbol).symbol
    for feature in (Feature.MARGIN, *needs):
        check_feature(symbol, feature)
    new = NewList(symbol=symbol.name, working=working, others=others, client_order_id=name)
    placed = account.place_list(new)
    return order_lists.placement(placed, response) | _loan(placed, symbol.pays((working or others[0]).side))


def _limit(parameters: Parameters) -> NewOrder:
    return NewOrder(
        type=OrderType.LIMIT_MAKER,
        price=parameters.required_decimal("price"),
        iceberg_quantity=parameters.decimal("limitIcebergQty"),
        client_order_id=parameters.text("limitClientOrderId", CLIENT_ORDER_ID),
        **_both(parameters),
    )


def _stop(parameters: Parameters) -> NewOrder:
    price, time_in_force = parameters.decimal("stopLimitPrice"), _time_in_force(parameters)
    if price is not None and time_in_force is None:
        raise errors.missing_parameter("stopLimitTimeInForce")
    if price is None and time_in_force is not None:
        raise errors.parameter_not_required("stopLimitTimeInForce")
    return NewOrder(
        type=OrderType.STOP_LOSS if price is None else OrderType.STOP_LOSS_LIMIT,
        stop_price=parameters.required_decimal("stopPrice"),
        price=price,
        time_in_force=time_in_force or TimeInForce.GTC,
        iceberg_quantity=parameters.decimal("stopIcebergQty"),
        client_order_id=parameters.text("stopClientOrderId", CLIENT_ORDER_ID),
        **_both(parameters),
    )


def _both(parameters: Parameters) -> Json:
    """What the two orders of an OCO have in common."""
    return {
        "symbol": parameters.symbol(),
        "side": read_side(parameters, "side"),
        "quantity": parameters.required_decimal("quantity"),
        "self_trade_prevention": self_trade_prevention(parameters),
    }


def _time_in_force(parameters: Parameters) -> TimeInForce | None:
    return parameters.choice("stopLimitTimeInForce", TimeInForce, invalid_time_in_force())


def _loan(placed: OrderList, asset: str) -> Json:
    """What was borrowed for the first orders of the list, as a text, as documented; nothing if nothing was."""
    borrowed = placed.borrowed if placed.working is None else placed.working.borrowed
    return {"marginBuyBorrowAmount": amount(borrowed), "marginBuyBorrowAsset": asset} if borrowed else {}
