"""What each field of a signal means and what its value looks like: the JSON Schema's words for all venues at once."""

from collections.abc import Iterable
from typing import Any

from orderexec.domain.order_words import MarginMode, PositionSide, Side, SideEffect, TimeInForce, WorkingType
from orderexec.domain.product import AMEND, CANCEL, CLOSE, PLACE, REPLACE, Product
from orderexec.domain.products import DEFAULT_VENUE, PRODUCT_NAMES, PRODUCTS, VENUES

Rule = dict[str, Any]
ACTIONS = (PLACE, CANCEL, REPLACE, AMEND, CLOSE)


def match_words(words: Iterable[str]) -> str:
    """Return a pattern of these words in any case."""
    patterns = ["".join(f"[{one.upper()}{one.lower()}]" if one.isalpha() else one for one in word) for word in words]
    return f"^{patterns[0]}$" if len(patterns) == 1 else f"^({'|'.join(patterns)})$"


def match_symbol(marks: str) -> str:
    """Return a pattern of a symbol: letters and digits of any script, and `marks`: underscore, hyphen, or none."""
    before_digits = r"\u0000-\u002c\u002e\u002f" if "-" in marks else r"\u0000-\u002f"
    before_letters = r"\u005b-\u005e\u0060" if "_" in marks else r"\u005b-\u0060"
    return rf"^[^{before_digits}\u003a-\u0040{before_letters}\u007b-\u00a9]{{1,40}}$"


def list_types(products: Iterable[Product]) -> tuple[str, ...]:
    """Return the words for the order types of these products, each once."""
    return tuple(dict.fromkeys(str(each) for product in products for each in product.fields))


def _text(description: str, longest: int) -> Rule:
    printable = r"^[^\u0000-\u001f\u007f-\u00a0]+$"
    return {"description": description, "type": "string", "minLength": 1, "maxLength": longest, "pattern": printable}


def _word(description: str, *words: str, **more: object) -> Rule:
    return {"description": description, "type": "string", "pattern": match_words(words), **more}


def _amount(description: str, name: str = "amount") -> Rule:
    return {"description": description, "$ref": f"#/$defs/{name}"}


def _whole(description: str, least: int, most: int) -> Rule:
    of = "whole" if least else "whole0"
    return {"description": description, "$ref": f"#/$defs/{of}", "minimum": least, "maximum": most}


def _switch(description: str) -> Rule:
    return {"description": description, "type": "boolean", "default": False}


def _exit(description: str, *needed: str) -> Rule:
    one_of_them = {"anyOf": [{"required": [name]} for name in needed]}
    return {"description": description, "oneOf": [_AMOUNT, {"$ref": "#/$defs/exit", **one_of_them}]}


_AMOUNT: Rule = {"$ref": "#/$defs/amount"}
_TYPES = list_types(PRODUCTS.values())
_WORKING = "Which price a trigger watches: LAST of the last trade, MARK the exchange's fair price. LAST if absent."
_EXIT_FIELDS = "price, time_in_force, and at derivatives working_type"

FIELDS: dict[str, Rule] = {
    "action": _word(
        "What to do: place an order or a list of orders; cancel, replace or amend what an earlier signal placed; close "
        "all that is free of the base asset, or the open position.",
        *ACTIONS,
        default=PLACE,
        examples=[PLACE],
    ),
    "id": _text(
        "Idempotency key, unique per account and venue: a signal published twice under one id is executed once. "
        "Printable characters. Without it the queue's message id serves, and publishing twice means two signals.",
        128,
    ),
    "account": {
        "description": "Whose exchange key: the name of its secret, behind the prefix of the stack.",
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]{1,64}$",
        "default": "main",
    },
    "venue": _word("At which exchange, and what is traded there.", *VENUES, default=DEFAULT_VENUE),
    "product": _word(
        "bybit, where it must be given: what is traded there, since one symbol stands for several things.",
        *PRODUCT_NAMES,
    ),
    "symbol": {
        "description": "The exchange's own symbol, a to z in any case: letters and digits, mostly but not only ASCII; "
        "at derivatives an underscore too, or at bybit a hyphen.",
        "type": "string",
        "pattern": match_symbol("_-"),
        "examples": ["BTCUSDT", "BTCUSD_PERP"],
    },
    "side": _word("BUY or SELL, in any case.", *Side, examples=list(Side)),
    "type": _word(
        "The order type, in any case; which there are depends on the venue. OCO places two exits without an entry: a "
        "take_profit and a stop_loss, whichever trades first ends the other.",
        *_TYPES,
        default="MARKET",
        examples=["MARKET", "LIMIT"],
    ),
    "quantity": _amount(
        "How much, in units of the base asset; rounded down to the symbol's step. For an amendment the new quantity."
    ),
    "quote_quantity": _amount(
        "For how much, in units of the quote asset; at Spot and margin for MARKET orders only. At derivatives the "
        "quantity is computed once, at the limit price or the last price."
    ),
    "contracts": _whole("COIN-M, and inverse at bybit: how much, in whole contracts.", 1, 10**12),
    "quantity_percent": _amount(
        "Spot and margin, SELL only: so many percent of what the account has free of the base asset. Derivatives: so "
        "many percent of the open position, which is only reduced. As it is when the order is first sent.",
        "percent",
    ),
    "quote_percent": _amount(
        "BUY only: for so many percent of what the account has free of the quote asset when the order is first sent.",
        "percent",
    ),
    "reduce_to_position": _switch("SELL only: sell quantity, or less if less is free."),
    "price": _amount(
        "Limit price in units of the quote asset; rounded to the symbol's tick, never to the worse for you."
    ),
    "stop_price": _amount(
        "The price of the market at which an order that waits for one becomes active; rounded like price. Of a "
        "TRAILING_STOP_MARKET order where it begins to follow the market."
    ),
    "trailing_delta": _whole("For trailing stops: by how many basis points the market must turn.", 1, 1_000_000),
    "iceberg_quantity": _amount("The part of a limit order that shows in the book; time_in_force GTC only."),
    "time_in_force": _word(
        "How long a limit order stands: GTC until cancelled, IOC for what fills at once, FOK all at once or nothing; "
        "at derivatives GTX as GTC, but refused where it would trade at once. GTC if absent.",
        *TimeInForce,
        examples=list(TimeInForce),
    ),
    "peg_price_type": _word(
        "Pegs the limit price to the best price of the own (PRIMARY_PEG) or the other side (MARKET_PEG) of the book.",
        "PRIMARY_PEG",
        "MARKET_PEG",
    ),
    "peg_offset_type": _word("Goes with peg_offset_value; the exchange knows only PRICE_LEVEL.", "PRICE_LEVEL"),
    "peg_offset_value": _whole("How many price levels deeper into the book, 1 to 100.", 1, 100),
    "self_trade_prevention_mode": _word(
        "What happens if the order would trade with another one of yours, as the symbol allows.",
        *("NONE", "EXPIRE_MAKER", "EXPIRE_TAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER"),
    ),
    "strategy_id": _whole("Passed through to the exchange.", 0, 2**63 - 1),
    "strategy_type": _whole("Passed through to the exchange; 1000000 or more.", 1_000_000, 2**31 - 1),
    "smart_order_routing": _switch("Let the exchange fill a MARKET or LIMIT order from all its books of the asset."),
    "reduce_only": _switch("Derivatives: the order may only make the open position smaller."),
    "close_position": _switch(
        "Derivatives: close all that is open, now or when stop_price is reached; no size beside it."
    ),
    "position_side": _word(
        "Derivatives, for an account in hedge mode: which of its two positions is meant.", *PositionSide
    ),
    "working_type": _word(f"Derivatives. {_WORKING}", *WorkingType),
    "price_protect": _switch("Derivatives: trigger only if last and mark price are near each other."),
    "margin_mode": _word(
        "Margin: which account, cross if absent. Derivatives: what the position's mode must be, checked and never set. "
        "Spot at bybit: cross, for an order that may borrow.",
        *MarginMode,
    ),
    "leverage": _whole("Derivatives: what the position's leverage must be; checked, never set.", 1, 150),
    "side_effect": _word("Margin: borrow what is missing, repay with what the order brings, or both.", *SideEffect),
    "take_profit": _exit(
        f"Where a gain is taken: a limit price, or an object of stop_price, trailing_delta, {_EXIT_FIELDS}.",
        *("price", "stop_price", "trailing_delta"),
    ),
    "stop_loss": _exit(
        f"Where a loss is ended: a stop price, or an object of stop_price, trailing_delta, {_EXIT_FIELDS}.",
        *("stop_price", "trailing_delta"),
    ),
    "exit_quantity": _word(
        "How much the exits of a bought entry sell. filled: what was really bought, minus the fee (the default where "
        "the symbol offers it). ordered: the quantity that you asked for.",
        *("filled", "ordered"),
    ),
    "target": _text("The id of the signal whose order is to be cancelled, replaced or amended.", 128),
    "all_orders": _switch("Cancel all open orders of the symbol instead of one."),
    "cancel_orders": _switch(
        "With action close: first cancel all open orders of the symbol, which may hold what is closed."
    ),
    "cancel_after_seconds": {
        "description": "An order that still rests so many seconds after it came to the exchange is cancelled. From 1 "
        "to 7776000, which is 90 days. Of an entry with exits only the entry ends.",
        "oneOf": [{"type": "number", "minimum": 1, "maximum": 7_776_000}, {"$ref": "#/$defs/decimal"}],
    },
    "issued_at": {
        "description": "When the signal was made: ISO 8601 with a zone, or epoch milliseconds as a number or as text "
        "(a fraction is left out). Without it the time at which a queue first got the message.",
        "oneOf": [
            {"type": "number", "minimum": 1_483_228_800_000, "maximum": 999_999_999_999_999},
            {
                "type": "string",
                "pattern": "^20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?"
                "(Z|[+-][0-9]{2}:?[0-9]{2})$",
            },
            {"type": "string", "pattern": "^(1[5-9][0-9]{11}|[2-9][0-9]{12}|[1-9][0-9]{13,14})([.][0-9]{1,30})?$"},
        ],
        "examples": ["2026-09-21T13:33:20.123Z", 1_789_997_600_123],
    },
    "max_age_seconds": {
        "description": "Older than this when the order would be sent, the signal is not sent but dead-lettered as "
        "EXPIRED. From 0.001 to 1209600, which is 14 days. Without it the stack's SignalMaxAgeSeconds holds.",
        "oneOf": [{"type": "number", "minimum": 0.001, "maximum": 1_209_600}, {"$ref": "#/$defs/decimal"}],
    },
    "strategy": _text("Free label of printable characters for logs and the ledger.", 64),
    "dry_run": _switch("The exchange checks the order and places nothing; not at every venue."),
}
SWITCHES = frozenset(name for name, rule in FIELDS.items() if rule.get("type") == "boolean")

# What the fields are made of.
SHAPES: dict[str, Rule] = {
    "decimal": {
        "description": "A decimal number as text. Strings keep every digit; a JSON number does too here, but perhaps "
        "not in your JSON library.",
        "type": "string",
        "maxLength": 64,
        "pattern": "^[+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$",
    },
    "amount": {
        "description": "A decimal number from 1e-18 to 1e18, as string or number.",
        "oneOf": [{"type": "number", "minimum": 1e-18, "maximum": 1e18}, {"$ref": "#/$defs/decimal"}],
    },
    "percent": {
        "description": "A percentage above 0, 100 at the most, as string or number.",
        "oneOf": [{"type": "number", "minimum": 1e-18, "maximum": 100}, {"$ref": "#/$defs/decimal"}],
    },
    "whole": {
        "description": "A whole number above 0, as number or string.",
        "oneOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": "^0*[1-9][0-9]*$", "maxLength": 19},
        ],
    },
    "whole0": {
        "description": "A whole number, as number or string.",
        "oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,19}$"}],
    },
    "exit": {
        "description": "How a position is left.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "price": _AMOUNT,
            "stop_price": _AMOUNT,
            "trailing_delta": {"$ref": "#/$defs/whole"},
            "time_in_force": {"type": "string", "pattern": match_words(TimeInForce)},
            "working_type": {"description": _WORKING, "type": "string", "pattern": match_words(WorkingType)},
        },
        "dependentSchemas": {
            "time_in_force": {
                "required": ["price"],
                "anyOf": [{"required": ["stop_price"]}, {"required": ["trailing_delta"]}],
            },
            "working_type": {"anyOf": [{"required": ["stop_price"]}, {"required": ["trailing_delta"]}]},
        },
    },
}
