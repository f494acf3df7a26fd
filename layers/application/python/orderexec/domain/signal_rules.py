"""Which fields of a signal go together: for each action and order type what it may, must and must not name."""

from collections.abc import Iterator, Mapping
from typing import Any

from .derivative_rules import check_derivative
from .order_types import LIMIT, MARKET, PAIR, OrderType
from .order_words import Side, TimeInForce
from .product import AMEND, CANCEL, CLOSE, EXITS, PEG, PLACE, REPLACE, TRIGGER, ExitStyle, Product
from .products import DEFAULT_VENUE, choose_market, find_product, list_products

Values = Mapping[str, Any]

SIZES = ("quantity", "quote_quantity", "contracts", "quantity_percent", "quote_percent", "close_position")
_EXITS = EXITS | {"exit_quantity"}
_SIDES = {"quantity_percent": Side.SELL, "reduce_to_position": Side.SELL, "quote_percent": Side.BUY}
_PASSING = (TimeInForce.IOC, TimeInForce.FOK)  # an order of these never rests


def find_contradictions(values: Values) -> list[str]:
    """Return every reason why fields do not go together. A None stands for a field that is given but cannot be read."""
    # What is false was not asked for.
    given = {name: value for name, value in values.items() if value is not False}
    action = given.get("action", PLACE)
    venue = given.get("venue") or DEFAULT_VENUE
    if (several := list_products(venue)) and "product" not in given:
        return [f"product is missing, venue {venue} needs it: {' or '.join(several)}"]
    product = find_product(choose_market(venue, given.get("product")))
    if action is not None and action not in product.actions:
        return [f"action {action} cannot be had at {venue}, only {', '.join(sorted(product.actions))}"]
    order_type = given.get("type", product.find_type(MARKET))
    if action is None or order_type is None:
        return []  # nobody can tell what the rest should be
    foreign = [f"{name} does not go with venue {venue}" for name in given if name not in product.list_fields()]
    given = {name: value for name, value in given.items() if name in product.list_fields()}
    checks = {CANCEL: _check_cancel, AMEND: _check_amend, REPLACE: _check_replace, CLOSE: _check_close}
    check = checks.get(action, _check_place)
    return foreign + list(check(given, order_type, product))


def _check_cancel(given: Values, _order_type: OrderType, product: Product) -> Iterator[str]:
    # A target's account is known; of all orders it must be said.
    accounts = {"margin_mode"} if "side_effect" in product.of_every_order and "all_orders" in given else set[str]()
    yield from _list_foreign(given, product.of_every_signal | {"target", "all_orders"} | accounts, "action cancel")
    if ("target" in given) == ("all_orders" in given):
        yield "action cancel needs exactly one of target (the id of the signal whose order is meant) and all_orders"


def _check_close(given: Values, _order_type: OrderType, product: Product) -> Iterator[str]:
    yield from _list_foreign(given, product.of_every_signal | product.of_a_close, "action close")


def _check_amend(given: Values, _order_type: OrderType, product: Product) -> Iterator[str]:
    sizes = [name for name in SIZES if name in product.of_an_amendment]
    others = product.of_an_amendment - set(sizes)
    yield from _list_foreign(given, product.of_every_signal | {"target"} | product.of_an_amendment, "action amend")
    yield from _list_missing(given, ("target", *(sizes if len(sizes) == 1 else ()), *sorted(others)), "action amend")
    if len(sizes) > 1 and len([name for name in sizes if name in given]) != 1:
        yield f"action amend needs exactly one of {', '.join(sizes)}"


def _check_replace(given: Values, order_type: OrderType, product: Product) -> Iterator[str]:
    if order_type.kind.pair:
        yield f"type {order_type} does not go with action replace: one order is replaced by one"
        return
    allowed = (_list_allowed(order_type, product) | {"target"}) - product.not_in_a_replacement
    yield from _list_foreign(given, allowed, f"a replacement by {order_type}")
    yield from _list_missing(given, ("target",), "action replace")
    yield from _check_terms(given, order_type, product)


def _check_place(given: Values, order_type: OrderType, product: Product) -> Iterator[str]:
    if _EXITS & given.keys() and not (order_type.kind.pair or order_type in product.entries):
        yield f"type {order_type} cannot be the entry of take_profit and stop_loss: give {_name_entries(product)}"
        given = {name: value for name, value in given.items() if name not in _EXITS}
    yield from _list_foreign(given, _list_allowed(order_type, product), f"type {order_type}")
    yield from _check_terms(given, order_type, product)
    if product.derivative:
        yield from check_derivative(given, order_type, product.exit_style)
        return
    if product.exit_style is ExitStyle.LISTED:
        yield from _check_exits(given, order_type)
    yield from _check_routing(given, order_type)


def _list_allowed(order_type: OrderType, product: Product) -> frozenset[str]:
    return product.of_every_signal | product.of_every_order | product.fields[order_type]


def _name_entries(product: Product) -> str:
    if not product.has_type(PAIR):
        return f"type {' or '.join(product.entries)}"
    return (
        f"type {' or '.join(product.entries)} with a price, or type {product.find_type(PAIR)} for what you hold already"
    )


def _check_terms(given: Values, order_type: OrderType, product: Product) -> Iterator[str]:
    """Check one order, or the entry of a list."""
    yield from _list_missing(given, ("side",), "an order")
    yield from _check_size(given, order_type, product)
    if order_type.kind.has_limit:
        if "price" not in given and "peg_price_type" not in given:
            pegged = " (or a peg_price_type)" if "peg_price_type" in product.fields[order_type] else ""
            yield f"price is missing, type {order_type} needs it{pegged}"
        yield from _check_peg(given, order_type)
    if order_type.kind.triggered and not product.derivative and not TRIGGER & given.keys():
        yield f"type {order_type} needs {' or '.join(sorted(TRIGGER & product.fields[order_type]))}"
    if "iceberg_quantity" in given and given.get("time_in_force") in _PASSING:
        yield "iceberg_quantity goes only with time_in_force GTC"
    if "cancel_after_seconds" in given and given.get("time_in_force") in _PASSING:
        yield f"cancel_after_seconds does not go with time_in_force {given['time_in_force']}, which never rests"
    if "cancel_after_seconds" in given and "dry_run" in given:
        yield "cancel_after_seconds does not go with dry_run, which places nothing"


def _check_size(given: Values, order_type: OrderType, product: Product) -> Iterator[str]:
    allowed = [name for name in SIZES if name in _list_allowed(order_type, product)]
    if len([name for name in allowed if name in given]) != 1:
        one_of = "quantity" if len(allowed) == 1 else "exactly one of " + ", ".join(allowed)
        yield f"type {order_type} needs {one_of}"
    side = given.get("side")
    for name, right in () if product.derivative else _SIDES.items():
        if name in given and side is not None and side != right:
            yield f"{name} goes only with side {right}"
    if "reduce_to_position" in given and "quantity" not in given:
        yield "reduce_to_position needs quantity, which it may reduce"
    if "quote_percent" in given and order_type.kind != MARKET and "price" not in given:
        yield "quote_percent needs a price, which tells how much it buys"


def _check_peg(given: Values, order_type: OrderType) -> Iterator[str]:
    """Check what "Pegged orders" in the exchange's FAQ says."""
    peg = given.get("peg_price_type")
    if "peg_price_type" not in given:
        yield from (f"{name} needs peg_price_type" for name in ("peg_offset_type", "peg_offset_value") if name in given)
    elif "peg_offset_type" in given and "peg_offset_value" not in given:
        yield "peg_offset_type needs peg_offset_value"
    elif order_type.kind.maker and peg == "MARKET_PEG":
        yield f"type {order_type} takes only peg_price_type PRIMARY_PEG"
    elif order_type.kind == LIMIT and peg == "PRIMARY_PEG" and given.get("time_in_force") in _PASSING:
        yield f"peg_price_type PRIMARY_PEG of a {order_type} order goes only with time_in_force GTC"


def _check_exits(given: Values, order_type: OrderType) -> Iterator[str]:
    if order_type.kind.pair:
        yield from _list_missing(given, ("take_profit", "stop_loss"), f"type {order_type}")
        return
    if not {"take_profit", "stop_loss"} & given.keys():
        if "exit_quantity" in given:
            yield "exit_quantity needs take_profit or stop_loss"
        return
    if "dry_run" in given:
        yield "dry_run does not go with take_profit and stop_loss: the exchange cannot try out lists of orders"
    if "smart_order_routing" in given:
        yield "smart_order_routing does not go with take_profit and stop_loss"
    if "price" not in given:
        yield "take_profit and stop_loss need an entry with a price"
    if given.get("time_in_force") == TimeInForce.IOC:
        yield "time_in_force IOC does not go with take_profit and stop_loss, which protect only a filled entry"
    if given.get("exit_quantity") == "filled" and given.get("side") == Side.SELL:
        yield "exit_quantity filled goes only with side BUY"


def _check_routing(given: Values, order_type: OrderType) -> Iterator[str]:
    """Check what "New order using SOR" in rest-api.md says."""
    if "smart_order_routing" in given:
        violation = sorted({"quote_quantity", "quote_percent", *PEG} & given.keys())
        if order_type.kind == LIMIT and "quote_percent" in violation:
            violation.remove("quote_percent")  # becomes a quantity
        yield from (f"{name} does not go with smart_order_routing" for name in violation)


def _list_foreign(given: Values, allowed: frozenset[str], to: str) -> Iterator[str]:
    yield from (f"{name} does not go with {to}" for name in given if name not in allowed)


def _list_missing(given: Values, names: tuple[str, ...], of: str) -> Iterator[str]:
    yield from (f"{name} is missing, {of} needs it" for name in names if name not in given)
