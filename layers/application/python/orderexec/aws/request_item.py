"""The format of a request in a ledger item: one order in flat attributes, the orders of a list as JSON beside them."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from orderexec.domain.decimals import format_plain
from orderexec.domain.order_words import (
    ListKind,
    MarginMode,
    PositionSide,
    Side,
    SideEffect,
    TimeInForce,
    WorkingType,
)
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Cause, Failure, Meaning
from orderexec.domain.products import find_product, name_market
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Plan, Replace, get_first_order

Values = dict[str, str | int | bool]  # by the attribute's name; what a request does not have is left out

_TEXTS = (
    "symbol",
    "side",
    "type",
    "client_order_id",
    "time_in_force",
    "peg_price_type",
    "self_trade_prevention_mode",
    "position_side",
    "working_type",
    "margin_mode",
    "side_effect",
)
_AMOUNTS = ("quantity", "quote_quantity", "contracts", "price", "stop_price", "iceberg_quantity")
_NUMBERS = ("trailing_delta", "peg_offset", "strategy_id", "strategy_type")
_SWITCHES = ("smart_order_routing", "reduce_only", "close_position", "price_protect", "closes")
_LEGS = ("working", "pending", "above", "below")
_EXITS = ("stop_loss", "take_profit")
_STEPS = ("entry", *_EXITS)


def make_request_values(request: Plan) -> Values:
    """Return the attributes of a request; the one called `request` names its kind, unless it is a plain order."""
    match request:
        case Order():
            return _make_order_values(request)
        case OrderList():
            legs = {name: _make_order_values(leg) for name in _LEGS if (leg := getattr(request, name)) is not None}
            return _make_order_values(get_first_order(request)) | {
                "request": request.kind,
                "list_client_order_id": request.list_client_order_id,
                "legs": json.dumps(legs),
            }
        case Protected():
            return _make_plan_values(request)
        case Replace():
            return _make_order_values(request.order) | {
                "request": "replace",
                "replaced_client_order_id": request.replaced,
            }
        case _:
            return _make_change_values(request)


def _make_plan_values(plan: Protected) -> Values:
    """The entry stands flat, as the order that the signal is about; the step's own id is the one to be found."""
    legs = {name: _make_order_values(leg) for name in _STEPS if (leg := getattr(plan, name)) is not None}
    values = _make_order_values(plan.entry) | {
        "request": "protected",
        "client_order_id": plan.client_order_id,
        "legs": json.dumps(legs),
        "step": plan.step,
        "round": plan.round,
    }
    if plan.failure is not None:
        failure = plan.failure
        values["undone_for"] = json.dumps([failure.meaning, failure.code, failure.detail, failure.cause])
    return values


def _make_change_values(request: Cancel | CancelAll | Amend) -> Values:
    values: Values = {"symbol": request.symbol, "client_order_id": request.client_order_id}
    match request:
        case Cancel():
            return values | _make_cancel_values(request)
        case CancelAll():
            values |= {"request": "cancel_all", "until": request.until, "repeated": request.repeated}
        case Amend():
            values |= {"request": "amend", "quantity": format_plain(request.quantity)}
            if request.price is not None:
                values["price"] = format_plain(request.price)
            return values | ({} if request.side is None else {"side": request.side})
    return values | ({} if request.margin_mode is None else {"margin_mode": request.margin_mode})


def _make_cancel_values(request: Cancel) -> Values:
    values: Values = {"request": "cancel", "cancel_id": request.cancel_id}
    if request.list_client_order_id is not None:
        values["list_client_order_id"] = request.list_client_order_id
    if request.conditional:
        values["conditional"] = True
    if request.protection:
        values["protection"] = json.dumps(request.protection)
    return values | ({} if request.margin_mode is None else {"margin_mode": request.margin_mode})


def read_request(values: Mapping[str, Any]) -> Plan | None:
    """Return the request of which `make_request_values` made these attributes; None if they hold none.

    Numbers may be texts. Raises ValueError or KeyError if this version makes no such attributes.
    """
    if "client_order_id" not in values:
        return None
    kind = values.get("request")
    if kind is None:
        return _read_order(values, _read_market(values))
    if kind not in _READERS:
        raise ValueError(f"{kind!r} is no request that this version knows")
    return _READERS[kind](values)


def _read_market(values: Mapping[str, Any]) -> str:
    return name_market(values["venue"], values.get("product"))


def _make_order_values(order: Order) -> Values:
    values: Values = {name: value for name in (*_TEXTS, *_NUMBERS) if (value := getattr(order, name)) is not None}
    values |= {name: format_plain(amount) for name in _AMOUNTS if (amount := getattr(order, name)) is not None}
    values |= {name: True for name in _SWITCHES if getattr(order, name)}
    if attached := {name: _make_order_values(leg) for name in _EXITS if (leg := getattr(order, name)) is not None}:
        values["attached"] = json.dumps(attached)
    return values | {"dry_run": order.dry_run}


def _read_order(values: Mapping[str, Any], market: str) -> Order:
    words: dict[str, Callable[[str], str]] = {
        "side": Side,
        "type": find_product(market).parse_type,
        "time_in_force": TimeInForce,
        "position_side": PositionSide,
        "working_type": WorkingType,
        "margin_mode": MarginMode,
        "side_effect": SideEffect,
    }
    known: dict[str, Any] = {name: values[name] for name in _TEXTS if name in values}
    known |= {name: read(values[name]) for name, read in words.items() if name in values}
    known |= {name: Decimal(values[name]) for name in _AMOUNTS if name in values}
    known |= {name: int(values[name]) for name in _NUMBERS if name in values}
    known |= {name: values.get(name, False) for name in _SWITCHES}
    known |= {name: _read_order(leg, market) for name, leg in json.loads(values.get("attached", "{}")).items()}
    return Order(dry_run=values["dry_run"], **known)


def _read_list(values: Mapping[str, Any]) -> OrderList:
    legs = {name: _read_order(leg, _read_market(values)) for name, leg in json.loads(values["legs"]).items()}
    return OrderList(kind=ListKind(values["request"]), list_client_order_id=values["list_client_order_id"], **legs)


def _read_plan(values: Mapping[str, Any]) -> Protected:
    legs = {name: _read_order(leg, _read_market(values)) for name, leg in json.loads(values["legs"]).items()}
    failure = None
    if "undone_for" in values:
        meaning, code, detail, cause = json.loads(values["undone_for"])
        failure = Failure(Meaning(meaning), code, detail, cause=None if cause is None else Cause(cause))
    return Protected(step=Step(values["step"]), round=int(values["round"]), failure=failure, **legs)


def _read_cancel(values: Mapping[str, Any]) -> Cancel:
    return Cancel(
        symbol=values["symbol"],
        client_order_id=values["client_order_id"],
        list_client_order_id=values.get("list_client_order_id"),
        conditional=values.get("conditional", False),
        protection=tuple(json.loads(values.get("protection", "[]"))),
        margin_mode=_read_margin_mode(values),
        cancel_id=values["cancel_id"],
    )


def _read_margin_mode(values: Mapping[str, Any]) -> MarginMode | None:
    return MarginMode(values["margin_mode"]) if "margin_mode" in values else None


def _read_amend(values: Mapping[str, Any]) -> Amend:
    return Amend(
        symbol=values["symbol"],
        client_order_id=values["client_order_id"],
        quantity=Decimal(values["quantity"]),
        price=Decimal(values["price"]) if "price" in values else None,
        side=Side(values["side"]) if "side" in values else None,
    )


_READERS: dict[str, Callable[[Mapping[str, Any]], Plan]] = {
    "cancel": _read_cancel,
    "cancel_all": lambda values: CancelAll(
        symbol=values["symbol"],
        client_order_id=values["client_order_id"],
        until=int(values["until"]),
        repeated=values["repeated"],
        margin_mode=_read_margin_mode(values),
    ),
    "amend": _read_amend,
    "protected": _read_plan,
    "replace": lambda values: Replace(
        order=_read_order(values, _read_market(values)), replaced=values["replaced_client_order_id"]
    ),
    **dict.fromkeys(ListKind, _read_list),
}
