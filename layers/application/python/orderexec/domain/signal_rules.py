"""Which fields of a signal go together: for each action and order type what it may, must and must not name."""

from collections.abc import Iterator, Mapping
from typing import Any

from .order_words import Side, TimeInForce
from .signals import AMEND, CANCEL, PLACE, REPLACE

Values = Mapping[str, Any]

_ANY = frozenset({"action", "id", "account", "venue", "symbol", "issued_at", "max_age_seconds", "strategy"})
_ORDER = _ANY | {"side", "type", "quantity", "self_trade_prevention_mode", "strategy_id", "strategy_type"}
_PEG = frozenset({"peg_price_type", "peg_offset_type", "peg_offset_value"})
_TRIGGER = frozenset({"stop_price", "trailing_delta"})
_EXITS = frozenset({"take_profit", "stop_loss", "exit_quantity"})
_BY_BALANCE = frozenset({"quantity_percent", "reduce_to_position"})

# Beside what every order may name.
_OF_TYPE = {
    "MARKET": _BY_BALANCE | {"quote_quantity", "quote_percent", "smart_order_routing", "dry_run"},
    "LIMIT": _BY_BALANCE | _PEG | _EXITS
    | {"price", "quote_percent", "time_in_force", "iceberg_quantity", "smart_order_routing", "dry_run"},
    "LIMIT_MAKER": _BY_BALANCE | _PEG | _EXITS | {"price", "quote_percent", "iceberg_quantity", "dry_run"},
    "STOP_LOSS": _BY_BALANCE | _TRIGGER | {"dry_run"},
    "TAKE_PROFIT": _BY_BALANCE | _TRIGGER | {"dry_run"},
    "STOP_LOSS_LIMIT": _BY_BALANCE | _TRIGGER | _PEG
    | {"price", "quote_percent", "time_in_force", "iceberg_quantity", "dry_run"},
    "TAKE_PROFIT_LIMIT": _BY_BALANCE | _TRIGGER | _PEG
    | {"price", "quote_percent", "time_in_force", "iceberg_quantity", "dry_run"},
    "OCO": _BY_BALANCE | {"take_profit", "stop_loss"},
}  # fmt: skip
_SIZES = ("quantity", "quote_quantity", "quantity_percent", "quote_percent")
# The old order's funds are not free yet, and its exchange has neither lists nor a dry run for it.
_NOT_IN_A_REPLACEMENT = _BY_BALANCE | _EXITS | {"quote_percent", "smart_order_routing", "dry_run"}
_PASSING = (TimeInForce.IOC, TimeInForce.FOK)  # an order of these never rests
_GOES_WITH_EXITS = ("LIMIT", "LIMIT_MAKER", "OCO")


def contradictions(values: Values) -> list[str]:
    """Every reason why fields do not go together. A None stands for a field that is given but cannot be read."""
    # What is false was not asked for.
    given = {name: value for name, value in values.items() if value is not False}
    action = given.get("action", PLACE)
    if action is None or given.get("type", "MARKET") is None:
        return []  # nobody can tell what the rest should be
    rules = {CANCEL: _cancel, AMEND: _amend, REPLACE: _replace}.get(action, _place)
    return list(rules(given))


def _cancel(given: Values) -> Iterator[str]:
    yield from _foreign(given, _ANY | {"target", "all_orders"}, "action cancel")
    if ("target" in given) == ("all_orders" in given):
        yield "action cancel needs exactly one of target (the id of the signal whose order is meant) and all_orders"


def _amend(given: Values) -> Iterator[str]:
    yield from _foreign(given, _ANY | {"target", "quantity"}, "action amend")
    yield from _missing(given, ("target", "quantity"), "action amend")


def _replace(given: Values) -> Iterator[str]:
    kind = given.get("type", "MARKET")
    if kind == "OCO":
        yield "type OCO does not go with action replace: one order is replaced by one"
        return
    yield from _foreign(
        given, (_ORDER | _OF_TYPE[kind] | {"target"}) - _NOT_IN_A_REPLACEMENT, f"a replacement by {kind}"
    )
    yield from _missing(given, ("target",), "action replace")
    yield from _terms(given, kind)


def _place(given: Values) -> Iterator[str]:
    kind = given.get("type", "MARKET")
    if kind not in _GOES_WITH_EXITS and _EXITS & given.keys():
        yield (
            f"type {kind} cannot be the entry of take_profit and stop_loss: give type LIMIT or LIMIT_MAKER with "
            "a price, or type OCO for what you hold already"
        )
        given = {name: value for name, value in given.items() if name not in _EXITS}
    yield from _foreign(given, _ORDER | _OF_TYPE[kind], f"type {kind}")
    yield from _terms(given, kind)
    yield from _exits(given, kind)
    yield from _routing(given)


def _terms(given: Values, kind: str) -> Iterator[str]:
    """Of one order, or of the entry of a list."""
    yield from _missing(given, ("side",), "an order")
    yield from _size(given, kind)
    if kind in ("LIMIT", "LIMIT_MAKER") or kind.endswith("_LIMIT"):
        if "price" not in given and "peg_price_type" not in given:
            yield f"price is missing, type {kind} needs it (or a peg_price_type)"
        yield from _peg(given, kind)
    if kind.startswith(("STOP_LOSS", "TAKE_PROFIT")) and not _TRIGGER & given.keys():
        yield f"type {kind} needs stop_price or trailing_delta"
    if "iceberg_quantity" in given and given.get("time_in_force") in _PASSING:
        yield "iceberg_quantity goes only with time_in_force GTC"


def _size(given: Values, kind: str) -> Iterator[str]:
    allowed = [name for name in _SIZES if name in _ORDER | _OF_TYPE[kind]]
    if len([name for name in allowed if name in given]) != 1:
        one_of = "quantity" if len(allowed) == 1 else "exactly one of " + ", ".join(allowed)
        yield f"type {kind} needs {one_of}"
    side = given.get("side")
    for name, right in (
        ("quantity_percent", Side.SELL),
        ("reduce_to_position", Side.SELL),
        ("quote_percent", Side.BUY),
    ):
        if name in given and side is not None and side != right:
            yield f"{name} goes only with side {right}"
    if "reduce_to_position" in given and "quantity" not in given:
        yield "reduce_to_position needs quantity, which it may reduce"
    if "quote_percent" in given and kind != "MARKET" and "price" not in given:
        yield "quote_percent needs a price, which tells how much it buys"


def _peg(given: Values, kind: str) -> Iterator[str]:
    """See "Pegged orders" in the exchange's FAQ."""
    if "peg_price_type" not in given:
        yield from (f"{name} needs peg_price_type" for name in ("peg_offset_type", "peg_offset_value") if name in given)
    elif "peg_offset_type" in given and "peg_offset_value" not in given:
        yield "peg_offset_type needs peg_offset_value"
    elif kind == "LIMIT_MAKER" and given["peg_price_type"] == "MARKET_PEG":
        yield "type LIMIT_MAKER takes only peg_price_type PRIMARY_PEG"
    elif kind == "LIMIT" and given["peg_price_type"] == "PRIMARY_PEG" and given.get("time_in_force") in _PASSING:
        yield "peg_price_type PRIMARY_PEG of a LIMIT order goes only with time_in_force GTC"


def _exits(given: Values, kind: str) -> Iterator[str]:
    if kind == "OCO":
        yield from _missing(given, ("take_profit", "stop_loss"), "type OCO")
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


def _routing(given: Values) -> Iterator[str]:
    """See "New order using SOR" in rest-api.md."""
    if "smart_order_routing" in given:
        violation = sorted({"quote_quantity", "quote_percent", *_PEG} & given.keys())
        if given.get("type") == "LIMIT" and "quote_percent" in violation:
            violation.remove("quote_percent")  # becomes a quantity
        yield from (f"{name} does not go with smart_order_routing" for name in violation)


def _foreign(given: Values, allowed: frozenset[str], to: str) -> Iterator[str]:
    yield from (f"{name} does not go with {to}" for name in given if name not in allowed)


def _missing(given: Values, names: tuple[str, ...], of: str) -> Iterator[str]:
    yield from (f"{name} is missing, {of} needs it" for name in names if name not in given)
