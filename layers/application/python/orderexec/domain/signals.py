"""What a signal is and how one is read from the JSON of a message: every problem is named, none is guessed at."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from . import fields
from .decimals import plain
from .fields import Problem
from .messages import Message

MAX_AGE_LIMIT_SECONDS = 14 * 24 * 3600  # a queue keeps no message longer
FUTURE_TOLERANCE_MS = 5_000  # clocks of producers differ a little
_PROBLEMS_NAMED = 25
_read_id = fields.printable(128)

_READERS = {
    "action": fields.one_of("place", case=str.lower),
    "id": _read_id,
    "account": fields.matching(r"[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, '_' or '-'"),
    "venue": fields.one_of("binance-spot", case=str.lower),
    "symbol": fields.matching(r"[^\W_]{1,40}", "the exchange's own symbol, such as BTCUSDT"),
    "side": fields.one_of("BUY", "SELL", case=str.upper),
    "type": fields.one_of("MARKET", "LIMIT", case=str.upper),
    "quantity": fields.amount,
    "quote_quantity": fields.amount,
    "price": fields.amount,
    "stop_price": fields.amount,
    "trailing_delta": fields.amount,
    "iceberg_quantity": fields.amount,
    "time_in_force": fields.one_of("GTC", "IOC", "FOK", case=str.upper),
    "issued_at": fields.instant,
    "max_age_seconds": fields.seconds(MAX_AGE_LIMIT_SECONDS),
    "strategy": fields.printable(64),
    "dry_run": fields.boolean,
}
_NOT_FOR_TYPE = {
    "MARKET": ("price", "stop_price", "trailing_delta", "iceberg_quantity", "time_in_force"),
    "LIMIT": ("quote_quantity", "stop_price", "trailing_delta", "iceberg_quantity"),
}
# What makes two messages of one id the same signal: a producer that publishes again stamps a new time.
_CONTENT = (
    "action", "symbol", "side", "type", "quantity", "quote_quantity", "price", "time_in_force", "dry_run",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which signal a message is about: the ledger's key. Parts are checked before they become one."""

    account: str = "main"
    venue: str = "binance-spot"
    id: str

    @property
    def key(self) -> str:
        """`<account>/<venue>/<id>`; only the id can hold a slash, so no two signals share a key."""
        return f"{self.account}/{self.venue}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal that is fully understood. Times in epoch ms, `quantity` in base and `quote_quantity` in quote units."""

    identity: Identity
    content: str
    symbol: str
    side: str
    type: str
    issued_at: int
    expires_at: int
    quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    time_in_force: str | None = None
    strategy: str | None = None
    dry_run: bool = False
    body: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class InvalidSignal:
    """A message that is no signal; `identity` is as much of it as could be read, `content` a digest of the body."""

    identity: Identity
    content: str
    detail: str
    body: str = field(default="", compare=False)


def parse_signal(message: Message, *, max_age_ms: int, now: int) -> Signal | InvalidSignal:
    """The signal in `message`, or every reason why there is none. `max_age_ms` holds where the signal names none."""
    try:
        document, repeated = _load(message.body)
    except Problem as problem:
        return InvalidSignal(_fallback_identity(message), _digest(message.body), str(problem), message.body)
    values, problems = _read_fields(document)
    problems += [f"{name} stands there more than once" for name in repeated]
    identity = _identity(values, document, message)
    if not problems:
        problems = _contradictions(values) + _time_problems(values, now)
    if problems:
        return InvalidSignal(identity, _digest(message.body), _listed(problems), message.body)
    return _signal(values, identity, message, max_age_ms)


def _load(body: str) -> tuple[dict[str, object], list[str]]:
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        document = dict(pairs)
        if len(document) != len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated.extend(fields.shown(name) for name, count in times.items() if count > 1)
        return document

    try:
        document = json.loads(body, parse_float=fields.Number, parse_int=fields.Number, object_pairs_hook=collect)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        raise Problem(f"the message body is not JSON: {reason}") from None
    if not isinstance(document, dict):
        raise Problem("the message body is not a JSON object with the fields of a signal")
    return document, repeated


def _read_fields(document: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    values: dict[str, object] = {}
    problems = []
    for name, raw in document.items():
        reader = _READERS.get(name)
        if reader is None:
            problems.append(f"unknown field {fields.shown(name)}")
            continue
        try:
            values[name] = reader(raw)
        except Problem as problem:
            problems.append(f"{name} {problem}")
    problems += [f"{name} is missing" for name in ("symbol", "side") if name not in document]
    return values, problems


def _contradictions(values: Mapping[str, object]) -> list[str]:
    kind = str(values.get("type", "MARKET"))
    problems = [f"{name} does not go with type {kind}" for name in _NOT_FOR_TYPE[kind] if name in values]
    if kind == "LIMIT":
        problems += [f"{name} is missing, type LIMIT needs it" for name in ("quantity", "price") if name not in values]
    elif ("quantity" in values) == ("quote_quantity" in values):
        problems.append("type MARKET needs exactly one of quantity and quote_quantity")
    return problems


def _time_problems(values: Mapping[str, object], now: int) -> list[str]:
    issued_at = values.get("issued_at")
    if isinstance(issued_at, int) and issued_at > now + FUTURE_TOLERANCE_MS:
        return [f"issued_at lies {(issued_at - now) / 1000:.1f} s in the future; is the producer's clock right?"]
    return []


def _listed(problems: list[str]) -> str:
    """All in one sentence, as far as a row and a letter can hold them."""
    rest = len(problems) - _PROBLEMS_NAMED
    return "; ".join(problems[:_PROBLEMS_NAMED]) + (f"; and {rest} more" if rest > 0 else "")


def _signal(values: dict[str, object], identity: Identity, message: Message, max_age_ms: int) -> Signal:
    order = {"type": "MARKET", "dry_run": False} | values
    if order["type"] == "LIMIT":
        order.setdefault("time_in_force", "GTC")
    issued_at = cast(int, order.get("issued_at", message.sent_at))
    age = cast(Decimal | None, order.get("max_age_seconds"))
    expires_at = issued_at + (max_age_ms if age is None else int(age * 1000))
    given = {name: order[name] for name in _SIGNAL_FIELDS if name in order}
    return Signal(
        identity=identity,
        content=_content(order),
        issued_at=issued_at,
        expires_at=expires_at,
        body=message.body,
        **given,  # type: ignore[arg-type]
    )


_SIGNAL_FIELDS = (
    "symbol", "side", "type", "quantity", "quote_quantity", "price", "time_in_force", "strategy", "dry_run",
)  # fmt: skip


def _content(order: Mapping[str, object]) -> str:
    texts = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in order.items()}
    texts.setdefault("action", "place")
    return _digest(json.dumps([texts.get(name) for name in _CONTENT]))


def _identity(values: Mapping[str, object], document: Mapping[str, object], message: Message) -> Identity:
    # An unreadable part leaves no name that could be trusted: the row then stands under the message's own id.
    if any(name in document and name not in values for name in ("account", "venue", "id")):
        return _fallback_identity(message)
    named = {name: str(values[name]) for name in ("account", "venue", "id") if name in values}
    return Identity(**({"id": _default_id(message)} | named))


def _fallback_identity(message: Message) -> Identity:
    return Identity(id=_default_id(message))


def _default_id(message: Message) -> str:
    """A message that was moved back has a new id of its own; its letter names the signal's."""
    if message.redriven:
        with suppress(Problem):
            return str(_read_id(message.attributes["signal_id"]))
    return message.id


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
