"""How a signal is read from the JSON of a message: every problem is named, none is guessed at."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple
from decimal import Decimal
from typing import Any, cast

from .decimals import format_plain
from .envelopes import find_envelope
from .fields import Problem
from .json_object import load_object
from .kept import MOST_SIGNAL_BYTES, pack_for_row
from .messages import Message
from .order_types import MARKET
from .product import PLACE
from .products import choose_market, find_product
from .signal_fields import find_readers, read_fields, read_id
from .signal_rules import find_contradictions
from .signals import Exit, Identity, InvalidSignal, Signal

FUTURE_TOLERANCE_MS = 5_000  # clocks of producers differ a little
_PROBLEMS_NAMED = 25
# What makes two messages of one id the same signal: a producer that publishes again stamps a new time. These always
# count; of the other fields of an order those that are given, so that a field added later changes no older digest.
_CONTENT = (
    "action",
    "symbol",
    "side",
    "type",
    "quantity",
    "quote_quantity",
    "price",
    "time_in_force",
    "dry_run",
)
_ALWAYS_OF_AN_EXIT = 4  # its first fields, likewise
_NO_CONTENT = frozenset({"id", "account", "venue", "issued_at", "max_age_seconds", "strategy", *_CONTENT})
_NO_ATTRIBUTE = frozenset({"id", "account", "venue", "issued_at", "max_age_seconds", "peg_offset_type", "all_orders"})


def parse_signal(message: Message, *, max_age_ms: int, now: int) -> Signal | InvalidSignal:
    """Return the signal in `message`, or every reason why there is none.

    `max_age_ms` holds where the signal names no age of its own; `now` is the local clock, epoch ms.
    """
    too_large = _list_size_problems(message)
    try:
        document, repeated = load_object(message.body)
        if (wrapped := find_envelope(document)) is not None:
            raise Problem(wrapped)
    except Problem as problem:
        return _refuse(_make_fallback_identity(message), [*too_large, f"the message body {problem}"], message, {})
    readers = find_readers(document)
    values, problems = read_fields(document, readers)
    problems += repeated
    if "symbol" not in document:
        problems.append("symbol is missing")
    problems += find_contradictions({name: values.get(name) for name in document if name in readers})
    problems += _list_time_problems(values, now) + _list_mark_problems(message)
    identity = _find_identity(values, document, message)
    if too_large or problems:
        return _refuse(identity, too_large + problems, message, values)
    return _make_signal(values, identity, message, max_age_ms)


def compute_digest(text: str) -> str:
    """Return a digest by which a message that is no signal is known again: equal only where the bodies are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _refuse(identity: Identity, problems: list[str], message: Message, values: Mapping[str, object]) -> InvalidSignal:
    issued_at = min(cast(int, values.get("issued_at", message.first_sent_at)), message.first_sent_at)
    kept = pack_for_row(message.attributes)
    return InvalidSignal(
        identity, compute_digest(message.body), _join_problems(problems), issued_at, message.body, kept
    )


def _list_size_problems(message: Message) -> list[str]:
    size = len(message.body.encode("utf-8", "surrogatepass"))
    if size <= MOST_SIGNAL_BYTES:
        return []
    return [f"the message body has {size} bytes, a signal has {MOST_SIGNAL_BYTES} at the most"]


def _list_mark_problems(message: Message) -> list[str]:
    if message.mark is None or message.mark.issued_at:
        return []
    return [
        "this is a dead letter that was redriven, and its attribute issued_at cannot be read, so its age is not "
        "known; publish the signal anew under a new id"
    ]


def _list_time_problems(values: Mapping[str, object], now: int) -> list[str]:
    issued_at = values.get("issued_at")
    if isinstance(issued_at, int) and issued_at > now + FUTURE_TOLERANCE_MS:
        return [f"issued_at lies {(issued_at - now) / 1000:.1f} s in the future; is the producer's clock right?"]
    return []


def _join_problems(problems: list[str]) -> str:
    """Return all problems in one sentence, as far as a row and a letter can hold them."""
    rest = len(problems) - _PROBLEMS_NAMED
    return "; ".join(problems[:_PROBLEMS_NAMED]) + (f"; and {rest} more" if rest > 0 else "")


def _make_signal(values: dict[str, Any], identity: Identity, message: Message, max_age_ms: int) -> Signal:
    order = _fill_defaults(values)
    issued_at = cast(int, order.get("issued_at", message.first_sent_at))
    if message.mark is not None:
        issued_at = min(issued_at, message.mark.issued_at)
    age = cast(Decimal | None, order.get("max_age_seconds"))
    age_ms = max_age_ms if age is None else int(age * 1000)
    allowed_ms = (message.mark and message.mark.allowed_age_ms) or 0
    return Signal(
        identity=identity,
        content=_digest_content(order),
        issued_at=issued_at,
        expires_at=issued_at + max(age_ms, allowed_ms),
        body=message.body,
        attributes=pack_for_row(message.attributes),
        **{name: value for name, value in order.items() if name not in _NO_ATTRIBUTE},
    )


def _fill_defaults(values: dict[str, Any]) -> dict[str, Any]:
    order: dict[str, Any] = {"action": PLACE, "dry_run": False} | values
    if "side" not in order:
        return order
    product = find_product(choose_market(order.get("venue"), order.get("product")))
    order.setdefault("type", product.find_type(MARKET))
    if stands := product.find_default_time_in_force(order["type"]):
        order.setdefault("time_in_force", stands)
    return order


def _digest_content(order: Mapping[str, object]) -> str:
    texts = {name: _write_text(value) for name, value in order.items() if value is not False or name == "dry_run"}
    always = [texts.get(name) for name in _CONTENT]
    given = sorted((name, text) for name, text in texts.items() if name not in _NO_CONTENT)
    return compute_digest(json.dumps(always + [list(pair) for pair in given]))


def _write_text(value: object) -> str:
    if isinstance(value, Exit):
        parts = ["" if part is None else _write_text(part) for part in astuple(value)]
        return ",".join(parts[:_ALWAYS_OF_AN_EXIT] + [part for part in parts[_ALWAYS_OF_AN_EXIT:] if part])
    return format_plain(value) if isinstance(value, Decimal) else str(value)


def _find_identity(values: Mapping[str, object], document: Mapping[str, object], message: Message) -> Identity:
    # An unreadable part leaves no name that could be trusted: the row then stands under the message's own id.
    if any(name in document and name not in values for name in ("account", "venue", "id")):
        return _make_fallback_identity(message)
    named = {name: str(values[name]) for name in ("account", "venue", "id") if name in values}
    return Identity(**({"id": _find_default_id(message)} | named))


def _make_fallback_identity(message: Message) -> Identity:
    return Identity(id=_find_default_id(message))


def _find_default_id(message: Message) -> str:
    """Return the id of a signal that names none: its message's.

    A message that was redriven has a new id of its own; its letter names the signal's.
    """
    if message.mark is not None:
        with suppress(Problem):
            return str(read_id(message.mark.signal_id))
    return message.id
