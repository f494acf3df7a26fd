"""What `cancel` and `flatten` would do: the signals that end what an account has, and what no signal can end."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from orderctl.screen import format_count
from orderctl.sources.sending import Letter
from orderctl.sources.standing import Seen, Unseen
from orderexec.domain.decimals import format_plain
from orderexec.domain.order_words import MarginMode
from orderexec.domain.product import CANCEL, CLOSE
from orderexec.domain.signals import Identity
from orderexec.domain.standing import Held, OpenOrders, Standing

# The signals may have to wait for a gate to open, and are as right then as now.
_MOST_AGE_SECONDS = 3_600
_STRATEGY = "orderctl"


@dataclass(frozen=True)
class Ending:
    """One signal that a person's command publishes, and in words what it ends."""

    identity: Identity
    market: str
    symbol: str
    margin_mode: MarginMode | None
    body: str
    words: str

    @property
    def place(self) -> tuple[str, str, MarginMode | None]:
        """Whose orders it may cancel."""
        return self.market, self.symbol, self.margin_mode

    @property
    def letter(self) -> Letter:
        """The signal as it is put on the queue."""
        return Letter(self.body, self.identity.account, self.symbol, has_id=True)


@dataclass(frozen=True)
class Remainder:
    """What an account has and no signal of the plan ends, and why, in words."""

    market: str
    words: str


@dataclass(frozen=True)
class Scope:
    """Of what an account has: all of it, or only that of a venue, of a symbol."""

    account: str
    venue: str | None = None
    symbol: str | None = None

    def holds(self, market: str, symbol: str | None) -> bool:
        """Return whether that is part of it."""
        return self.venue in (None, market.partition("/")[0]) and self.symbol in (None, symbol)


def make_cancel(account: str, market: str, symbol: str, started: int, **terms: Any) -> Ending:
    """Return the cancellation of one order, or of all of a symbol. `started` (epoch ms) is when the command began."""
    target = terms.get("target")
    words = f"cancel all orders of {symbol}" if target is None else f"cancel {symbol} of signal {target!r}"
    fields = terms | ({"all_orders": True} if target is None else {})
    return _make(_Place(account, market, symbol), CANCEL, fields, words, started)


def list_cancels(seen: Seen, scope: Scope, started: int) -> Iterator[Ending]:
    """Yield a cancellation for each symbol of which orders are open."""
    for market, orders in _list_orders(seen, scope):
        ending = make_cancel(scope.account, market, orders.symbol, started, margin_mode=orders.margin_mode)
        yield replace(ending, words=f"{ending.words}: {describe_orders(orders)}")


def list_closes(seen: Seen, scope: Scope, quote: str, started: int) -> Iterator[Ending | Remainder]:
    """Yield a close for each thing that is held, or why there is none. What orders hold is freed first by each."""
    for market, held in _list_held(seen, scope):
        if held.asset == quote:
            continue
        words = describe_held(held)
        if held.asset is not None and held.quantity < 0:
            yield Remainder(market, f"{words}: what is owed is repaid by you")
        elif held.symbol is None:
            yield Remainder(market, f"{words}: the exchange lists no symbol that sells it for {quote} (--quote)")
        else:
            terms = {"cancel_orders": True, "position_side": held.position_side, "margin_mode": held.margin_mode}
            place = _Place(scope.account, market, held.symbol)
            yield _make(place, CLOSE, terms, f"close {held.symbol}: {words}", started)


def list_unseen(seen: Seen, scope: Scope) -> Iterator[Remainder]:
    """Yield the markets at which nobody could look."""
    for market, found in seen.items():
        if isinstance(found, Unseen) and scope.holds(market, scope.symbol):
            yield Remainder(market, f"what the account has there cannot be seen: {found.why}")


def list_left(seen: Seen, scope: Scope, quote: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield what is still there: the market, the symbol and words."""
    for market, orders in _list_orders(seen, scope):
        yield market, orders.symbol, describe_orders(orders)
    for market, held in _list_held(seen, scope):
        if held.asset != quote:
            yield market, held.symbol, describe_held(held)


def describe_orders(orders: OpenOrders) -> str:
    """Return how many orders are open, in words."""
    where = "" if orders.margin_mode is None else f" ({orders.margin_mode})"
    return f"{format_count(orders.count, 'open order')} of {orders.symbol}{where}"


def describe_held(held: Held) -> str:
    """Return what is held, in words."""
    where = "" if held.margin_mode is None else f" ({held.margin_mode})"
    if held.asset is not None:
        return f"{format_plain(held.quantity)} {held.asset}{where}"
    side = held.position_side or ("long" if held.quantity > 0 else "short")
    return f"a {side} position of {format_plain(abs(held.quantity))} in {held.symbol}"


def _list_orders(seen: Seen, scope: Scope) -> Iterator[tuple[str, OpenOrders]]:
    for market, found in seen.items():
        if isinstance(found, Standing):
            yield from ((market, each) for each in found.orders if scope.holds(market, each.symbol))


def _list_held(seen: Seen, scope: Scope) -> Iterator[tuple[str, Held]]:
    for market, found in seen.items():
        if isinstance(found, Standing):
            yield from ((market, each) for each in found.held if scope.holds(market, each.symbol))


class _Place(NamedTuple):
    """Of which account, market and symbol a signal is."""

    account: str
    market: str
    symbol: str


def _make(place: _Place, action: str, terms: dict[str, Any], words: str, started: int) -> Ending:
    account, market, symbol = place
    venue, _, product = market.partition("/")
    fields = {"product": product or None} | terms
    given = {name: value for name, value in fields.items() if value is not None}
    identity = Identity(account=account, venue=venue, id=_name(action, symbol, given, started))
    named = {"id": identity.id, "account": account, "venue": venue, "symbol": symbol, "action": action}
    kept = {"max_age_seconds": _MOST_AGE_SECONDS, "strategy": _STRATEGY}
    return Ending(identity, market, symbol, terms.get("margin_mode"), json.dumps(named | given | kept), words)


def _name(action: str, symbol: str, given: dict[str, Any], started: int) -> str:
    """Return an id that says what it is for, and is the same for the same of one command however often it is sent."""
    moment = datetime.fromtimestamp(started / 1000, UTC)
    digest = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:8]
    return f"orderctl-{action}-{symbol}-{moment:%Y%m%dT%H%M%SZ}-{digest}"
