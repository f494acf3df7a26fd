"""The fields of a signal: how each is read, and which of them go together."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from . import fields
from .fields import Problem, Reader
from .order_types import TRAILING
from .order_words import PositionSide, Side, SideEffect, WorkingType
from .product import AMEND, CANCEL, CLOSE, PLACE, REPLACE, TRIGGER, Product
from .products import PRODUCT_NAMES, PRODUCTS, VENUES, choose_market
from .signals import Exit

MAX_AGE_LIMIT_SECONDS = 14 * 24 * 3600  # a queue keeps no message longer
MOST_REST_SECONDS = 90 * 24 * 3600
MOST_LEVERAGE = 150
_LARGEST_LONG = 2**63 - 1
Values = Mapping[str, Any]

read_id = fields.make_text_reader(128)
read_account = fields.make_pattern_reader(r"[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, '_' or '-'")
_read_venue = fields.make_choice_reader(*VENUES, case=str.lower)
_read_product = fields.make_choice_reader(*PRODUCT_NAMES, case=str.lower)
_read_trailing_delta = fields.make_whole_reader(1, 1_000_000)
_UPPER = {ord(small): small.upper() for small in "abcdefghijklmnopqrstuvwxyz"}
_read_whole_contracts = fields.make_whole_reader(1, 10**12)
_read_working_type = fields.make_choice_reader(*WorkingType, case=str.upper)


def _make_exit_reader(product: Product, *needed: str, short: str) -> Reader:
    """Return a reader of an exit.

    It takes an object of an exit's fields, at least one of `needed` among them; a bare amount stands for the field
    `short`.
    """
    every: dict[str, Reader] = {
        "price": fields.read_amount,
        "stop_price": fields.read_amount,
        "trailing_delta": _read_trailing_delta,
        "time_in_force": fields.make_choice_reader(*product.times_in_force, case=str.upper),
    }
    readers = {name: read for name, read in every.items() if name in product.of_an_exit}
    readers |= {"working_type": _read_working_type} if product.derivative else {}
    names = [name for name in needed if name in readers]

    def read(value: object) -> Exit:
        if not isinstance(value, dict):
            amount = fields.read_amount(value)
            return Exit(price=amount) if short == "price" else Exit(stop_price=amount)
        values, problems = read_fields(value, readers)
        if not problems and not any(name in values for name in names):
            problems = [f"{' or '.join(names)} is missing"]
        if not problems:
            problems = list(_list_contradictions(values, product))
        if problems:
            raise Problem(f"is wrong ({', '.join(problems)})")
        return Exit(**values)

    return read


def _list_contradictions(exit_: Values, product: Product) -> Iterator[str]:
    triggered = TRIGGER & exit_.keys()
    if "time_in_force" in exit_ and not ("price" in exit_ and triggered):
        yield "time_in_force goes only with a price that a stop_price or trailing_delta triggers"
    if "working_type" in exit_ and not triggered:
        yield "working_type goes only with a stop_price or trailing_delta, which it is about"
    if {"price", "trailing_delta"} <= exit_.keys() and product.has_type(TRAILING):
        yield "price does not go with trailing_delta, which trades at the market"


def _make_symbol_reader(marks: str) -> Callable[[object], str]:
    """Return a reader of the exchange's own symbol, which may be written in any case.

    No symbol has a small letter of a to z (the legal range of symbols, which an exchange prints, leaves them out), so
    that each folds to the one that is meant. Letters beyond ASCII stay as they are. `marks` may stand in it as well.
    """
    example = "BTCUSD_PERP" if "_" in marks else "BTCUSDT"
    pattern = rf"(?:[^\W_]|[{marks}]){{1,40}}" if marks else r"[^\W_]{1,40}"
    read = fields.make_pattern_reader(pattern, f"the exchange's own symbol, such as {example}")
    return lambda value: read(value).translate(_UPPER)


read_symbol = _make_symbol_reader("_-")  # of whatever venue


def _read_contracts(value: object) -> Decimal:
    return Decimal(str(_read_whole_contracts(value)))


def _list_readers(product: Product) -> dict[str, Reader]:
    return {
        "action": fields.make_choice_reader(PLACE, CANCEL, REPLACE, AMEND, CLOSE, case=str.lower),
        "id": read_id,
        "account": read_account,
        "venue": _read_venue,
        "product": _read_product,
        "symbol": _make_symbol_reader(product.symbol_marks),
        "side": fields.make_choice_reader(*Side, case=str.upper),
        "type": fields.make_choice_reader(*product.fields, case=str.upper),
        "quantity": fields.read_amount,
        "quote_quantity": fields.read_amount,
        "contracts": _read_contracts,
        "quantity_percent": fields.read_percent,
        "quote_percent": fields.read_percent,
        "reduce_to_position": fields.read_boolean,
        "price": fields.read_amount,
        "stop_price": fields.read_amount,
        "trailing_delta": _read_trailing_delta,
        "iceberg_quantity": fields.read_amount,
        "time_in_force": fields.make_choice_reader(*product.times_in_force, case=str.upper),
        "peg_price_type": fields.make_choice_reader("PRIMARY_PEG", "MARKET_PEG", case=str.upper),
        "peg_offset_type": fields.make_choice_reader("PRICE_LEVEL", case=str.upper),
        "peg_offset_value": fields.make_whole_reader(1, 100),
        "self_trade_prevention_mode": fields.make_choice_reader(
            "NONE", "EXPIRE_MAKER", "EXPIRE_TAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER", case=str.upper
        ),
        "strategy_id": fields.make_whole_reader(0, _LARGEST_LONG),
        "strategy_type": fields.make_whole_reader(1_000_000, 2**31 - 1),
        "smart_order_routing": fields.read_boolean,
        "reduce_only": fields.read_boolean,
        "close_position": fields.read_boolean,
        "position_side": fields.make_choice_reader(*PositionSide, case=str.upper),
        "working_type": _read_working_type,
        "price_protect": fields.read_boolean,
        "margin_mode": fields.make_choice_reader(*product.margin_modes, case=str.lower),
        "leverage": fields.make_whole_reader(1, MOST_LEVERAGE),
        "side_effect": fields.make_choice_reader(*SideEffect, case=str.lower),
        "take_profit": _make_exit_reader(product, "price", "stop_price", "trailing_delta", short="price"),
        "stop_loss": _make_exit_reader(product, "stop_price", "trailing_delta", short="stop_price"),
        "exit_quantity": fields.make_choice_reader("filled", "ordered", case=str.lower),
        "target": read_id,
        "all_orders": fields.read_boolean,
        "cancel_orders": fields.read_boolean,
        "cancel_after_seconds": fields.make_seconds_reader(Decimal(1), MOST_REST_SECONDS),
        "issued_at": fields.read_instant,
        "max_age_seconds": fields.make_seconds_reader(Decimal("0.001"), MAX_AGE_LIMIT_SECONDS),
        "strategy": fields.make_text_reader(64),
        "dry_run": fields.read_boolean,
    }


# The fields that a signal may have, by the venue that it is for.
READERS = {venue: _list_readers(product) for venue, product in PRODUCTS.items()}


def find_readers(document: Values) -> Mapping[str, Reader]:
    """Return the readers of the document's venue, by field; where it names no known one, those of the default venue."""
    named = {"venue": _read_venue, "product": _read_product}
    read = {name: _read_word(reader, document.get(name)) for name, reader in named.items()}
    return READERS[choose_market(read["venue"], read["product"])]


def _read_word(reader: Reader, value: object) -> str | None:
    try:
        return str(reader(value))
    except Problem:
        return None


def read_fields(document: Values, readers: Mapping[str, Reader]) -> tuple[dict[str, Any], list[str]]:
    """Return what could be read, by field, and every problem with the rest."""
    values: dict[str, Any] = {}
    problems = []
    for name, raw in document.items():
        reader = readers.get(name)
        if reader is None:
            problems.append(f"unknown field {fields.show_value(name)}")
            continue
        if raw is None:  # not taken for "not given": a stop_loss that came out as null was perhaps meant
            problems.append(f"{name} is null; give it a value or leave the field out")
            continue
        try:
            values[name] = reader(raw)
        except Problem as problem:
            problems.append(f"{name} {problem}")
    return values, problems
