"""What a signal asked for, in its own words: read from its body, or from its request where no body is kept."""

from decimal import Decimal

from orderexec.domain.decimals import format_plain
from orderexec.domain.orders import Order
from orderexec.domain.product import AMEND, CANCEL, CLOSE, REPLACE
from orderexec.domain.products import find_product
from orderexec.domain.protected import Protected
from orderexec.domain.requests import CancelAll, OrderList, Plan, Replace, describe_request
from orderexec.domain.row import Row
from orderexec.domain.signals import Exit, InvalidSignal, Signal
from orderexec.usecases.restore import restore_signal

_OTHER_SIZES = ("quote_quantity", "quantity_percent", "quote_percent")
_PRICES = ("price", "peg_price_type", "stop_price", "trailing_delta", "iceberg_quantity")
# What it says of the account, the position or the trigger.
_TERMS = ("working_type", "position_side", "margin_mode", "side_effect", "leverage")
_FLAGS = ("reduce_to_position", "reduce_only", "price_protect", "smart_order_routing", "cancel_orders")
_OF_EXITS = ("price", "stop_price", "trailing_delta", "working_type")
_LONGEST_BODY = 400  # characters of a message that is no signal; --json has all of it


def describe_asked(row: Row) -> str | None:
    """Return what the row's signal asked for; None if the row keeps neither a body nor a request.

    The body comes first: the request is what became of it, with the size rounded, or taken from a balance.
    """
    signal = restore_signal(row)
    if signal is not None:
        return describe_signal(signal)
    if row.request is not None:
        return _name_product(row.product) + _describe_request(row.request)
    return _quote(row.body) if row.body else None


def describe_message(signal: Signal | InvalidSignal) -> str:
    """Return what a message asked for; of a message that is no signal, the beginning of its body."""
    return describe_signal(signal) if isinstance(signal, Signal) else _quote(signal.body)


def describe_signal(signal: Signal) -> str:
    """Return the product, action, side, size, symbol, type and prices of the signal, as its producer named them."""
    words = [*_describe_change(signal), *_list_prices(signal)]
    words += _list_given(signal, ("cancel_after_seconds",))
    words += [f"time_in_force {signal.time_in_force}"] if _is_unusual(signal) else []
    words += [f"exit_quantity {signal.exit_quantity}"] if signal.exit_quantity else []
    return _name_product(signal.product) + " ".join(words) + (", dry run" if signal.dry_run else "")


def _name_product(product: str | None) -> str:
    """Return how a description begins at a venue where one symbol stands for several things."""
    return "" if product is None else f"{product}: "


def _describe_change(signal: Signal) -> list[str]:
    """Return the beginning: what is placed, or which order is cancelled, amended or replaced."""
    if signal.action == CANCEL and signal.target is None:
        return [f"cancel all orders of {signal.symbol}"]
    if signal.action == CANCEL:
        return [f"cancel {signal.symbol} of signal {signal.target!r}"]
    if signal.action == CLOSE:
        return ["close", *_list_given(signal, ("position_side", "margin_mode")), signal.symbol]
    if signal.action == AMEND:
        return [f"amend {signal.symbol} of signal {signal.target!r} to", *_list_sizes(signal)]
    return [f"replace signal {signal.target!r} by"] * (signal.action == REPLACE) + _name_order(signal)


def _describe_request(request: Plan) -> str:
    match request:
        case Protected():
            words = " and ".join(map(_describe_order, request.legs))
        case OrderList():
            words = f"{request.kind} of " + " and ".join(map(_describe_order, request.legs))
        case CancelAll():
            words = f"cancel all orders of {request.symbol}"
        case Replace():
            words = f"replace an order by {_describe_order(request.order)}"
        case Order():
            words = _describe_order(request)
        case _:
            words = describe_request(request)
    return words + (", dry run" if request.dry_run else "")


def _describe_order(order: Order) -> str:
    return " ".join([*_name_order(order), *_list_prices(order)])


def _name_order(asked: Signal | Order) -> list[str]:
    """Return the side, the size, the symbol and the type: what a person looks for first, should the rest be cut."""
    return [str(asked.side), *_list_sizes(asked), asked.symbol, str(asked.type)]


def _list_sizes(asked: Signal | Order) -> list[str]:
    """Return the size; one that is not in units of the base asset says of what it is."""
    sizes = [] if asked.quantity is None else [format_plain(asked.quantity)]
    sizes += [] if asked.contracts is None else [f"{format_plain(asked.contracts)} contracts"]
    sizes += ["the whole position"] if asked.close_position else []
    return sizes + _list_given(asked, _OTHER_SIZES)


def _list_prices(asked: Signal | Order) -> list[str]:
    """Return the prices, then the exits, then the terms."""
    words = _list_given(asked, _PRICES)
    words += [f"{name} {_write_exit(each)}" for name in ("take_profit", "stop_loss") if (each := getattr(asked, name))]
    return words + _list_given(asked, _TERMS) + [name for name in _FLAGS if getattr(asked, name, False)]


def _list_given(asked: Signal | Order | Exit, names: tuple[str, ...]) -> list[str]:
    return [f"{name} {_write(value)}" for name in names if (value := getattr(asked, name, None)) is not None]


def _is_unusual(signal: Signal) -> bool:
    """Return whether the signal names a time in force that is not the one of its type's orders without any."""
    if signal.time_in_force is None or signal.type is None:
        return False
    return signal.time_in_force != find_product(signal.market).find_default_time_in_force(signal.type)


def _write(value: Decimal | int | str) -> str:
    return format_plain(value) if isinstance(value, Decimal) else str(value)


def _write_exit(found: Exit | Order) -> str:
    return f"({', '.join(_list_given(found, _OF_EXITS))})"


def _quote(body: str) -> str:
    flat = " ".join(body.split())
    return f"no signal: {flat}" if len(flat) <= _LONGEST_BODY else f"no signal: {flat[:_LONGEST_BODY]}..."
