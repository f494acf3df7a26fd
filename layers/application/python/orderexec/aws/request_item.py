"""The format of a request in a ledger item: one order in flat attributes, the orders of a list as JSON beside them."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from orderexec.domain.decimals import format_plain
from orderexec.domain.order_words import ListKind, Side, TimeInForce
from orderexec.domain.orders import Order
from orderexec.domain.products import find_product
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Replace, Request, get_first_order

Values = dict[str, str | int | bool]  # by the attribute's name; what a request does not have is left out

_TEXTS = ("symbol", "side", "type", "client_order_id", "time_in_force", "peg_price_type", "self_trade_prevention_mode")
_AMOUNTS = ("quantity", "quote_quantity", "price", "stop_price", "iceberg_quantity")
_NUMBERS = ("trailing_delta", "peg_offset", "strategy_id", "strategy_type")
_LEGS = ("working", "pending", "above", "below")


def make_request_values(request: Request) -> Values:
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
        case Replace():
            return _make_order_values(request.order) | {
                "request": "replace",
                "replaced_client_order_id": request.replaced,
            }
        case _:
            return _make_change_values(request)


def _make_change_values(request: Cancel | CancelAll | Amend) -> Values:
    values: Values = {"symbol": request.symbol, "client_order_id": request.client_order_id}
    match request:
        case Cancel():
            listed = request.list_client_order_id
            named: Values = {} if listed is None else {"list_client_order_id": listed}
            return values | named | {"request": "cancel", "cancel_id": request.cancel_id}
        case CancelAll():
            return values | {"request": "cancel_all", "until": request.until, "repeated": request.repeated}
        case Amend():
            return values | {"request": "amend", "quantity": format_plain(request.quantity)}


def read_request(values: Mapping[str, Any]) -> Request | None:
    """Return the request of which `make_request_values` made these attributes; None if they hold none.

    Numbers may be texts. Raises ValueError or KeyError if this version makes no such attributes.
    """
    if "client_order_id" not in values:
        return None
    kind = values.get("request")
    if kind is None:
        return _read_order(values, values["venue"])
    if kind not in _READERS:
        raise ValueError(f"{kind!r} is no request that this version knows")
    return _READERS[kind](values)


def _make_order_values(order: Order) -> Values:
    values: Values = {name: value for name in (*_TEXTS, *_NUMBERS) if (value := getattr(order, name)) is not None}
    values |= {name: format_plain(amount) for name in _AMOUNTS if (amount := getattr(order, name)) is not None}
    if order.smart_order_routing:
        values["smart_order_routing"] = True
    return values | {"dry_run": order.dry_run}


def _read_order(values: Mapping[str, Any], venue: str) -> Order:
    words: dict[str, Callable[[str], str]] = {
        "side": Side,
        "type": find_product(venue).parse_type,
        "time_in_force": TimeInForce,
    }
    known: dict[str, Any] = {name: values[name] for name in _TEXTS if name in values}
    known |= {name: read(values[name]) for name, read in words.items() if name in values}
    known |= {name: Decimal(values[name]) for name in _AMOUNTS if name in values}
    known |= {name: int(values[name]) for name in _NUMBERS if name in values}
    return Order(smart_order_routing=values.get("smart_order_routing", False), dry_run=values["dry_run"], **known)


def _read_list(values: Mapping[str, Any]) -> OrderList:
    legs = {name: _read_order(leg, values["venue"]) for name, leg in json.loads(values["legs"]).items()}
    return OrderList(kind=ListKind(values["request"]), list_client_order_id=values["list_client_order_id"], **legs)


def _read_cancel(values: Mapping[str, Any]) -> Cancel:
    return Cancel(
        symbol=values["symbol"],
        client_order_id=values["client_order_id"],
        list_client_order_id=values.get("list_client_order_id"),
        cancel_id=values["cancel_id"],
    )


_READERS: dict[str, Callable[[Mapping[str, Any]], Request]] = {
    "cancel": _read_cancel,
    "cancel_all": lambda values: CancelAll(
        symbol=values["symbol"],
        client_order_id=values["client_order_id"],
        until=int(values["until"]),
        repeated=values["repeated"],
    ),
    "amend": lambda values: Amend(
        symbol=values["symbol"], client_order_id=values["client_order_id"], quantity=Decimal(values["quantity"])
    ),
    "replace": lambda values: Replace(
        order=_read_order(values, values["venue"]), replaced=values["replaced_client_order_id"]
    ),
    **dict.fromkeys(ListKind, _read_list),
}
