"""Questions that a person asks a function by invoking it: what it answers in place of its work."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from .bootstrap import Application
from .domain.decimals import format_plain
from .domain.outcomes import Failure
from .domain.standing import Held, OpenOrders
from .ports import Credentials
from .usecases.look_at_account import Wanted, name_symbols
from .usecases.look_at_exchange import Sight, look

ASK, EXCHANGE, ACCOUNT = "ask", "exchange", "account"
T = TypeVar("T")
Handler = Callable[[dict[str, Any], Any], T]


def answer_questions(application: Callable[[], Application]) -> Callable[[Handler[T]], Handler[T | dict[str, Any]]]:
    """Let a handler answer what a person asks; all other events are its own.

    `{"ask": "exchange"}` is what `orderctl doctor` asks, `{"ask": "account", "account": "main", "quote": "USDT"}` what
    `orderctl flatten` and `cancel` do: what the account has at each venue, with the key and from the address of the
    function. Neither changes anything.
    """

    def around(handler: Handler[T]) -> Handler[T | dict[str, Any]]:
        @wraps(handler)
        def either(event: dict[str, Any], context: Any) -> T | dict[str, Any]:
            if event.get(ASK) == EXCHANGE:
                return {EXCHANGE: look_at_venues(application())}
            if event.get(ASK) == ACCOUNT:
                wanted = Wanted(str(event.get("quote", "")), event.get("symbol"))
                return {ACCOUNT: look_at_account(application(), str(event[ACCOUNT]), wanted)}
            return handler(event, context)

        return either

    return around


def look_at_venues(app: Application) -> dict[str, Any]:
    """By venue, what the function sees of it."""
    return {name: _document(look(venue, app.ports.clock)) for name, venue in app.ports.venues.items()}


def look_at_account(app: Application, account: str, wanted: Wanted) -> dict[str, Any]:
    """By market, what the account has there, or why that cannot be told; and as what it is closed."""
    credentials = app.ports.secrets.get_credentials(account, refetch=True)
    if not isinstance(credentials, Credentials):
        return {market: {"trouble": {"code": None, "detail": credentials.detail}} for market in app.ports.venues}
    return {market: _look_at_market(app, market, credentials, wanted) for market in app.ports.venues}


def _look_at_market(app: Application, market: str, credentials: Credentials, wanted: Wanted) -> dict[str, Any]:
    standing = app.venues.open_keys(market).list_standing(credentials)
    if isinstance(standing, Failure):
        return {"trouble": _told(standing)}
    named = name_symbols(standing, app.ports.venues[market], wanted, app.ports.clock.now())
    return {"orders": [_tell_orders(each) for each in named.orders], "held": [_tell_held(each) for each in named.held]}


def _tell_orders(orders: OpenOrders) -> dict[str, Any]:
    return {"symbol": orders.symbol, "count": orders.count, "margin_mode": orders.margin_mode}


def _tell_held(held: Held) -> dict[str, Any]:
    return {
        "quantity": format_plain(held.quantity),
        "asset": held.asset,
        "symbol": held.symbol,
        "position_side": held.position_side,
        "margin_mode": held.margin_mode,
    }


def _document(sight: Sight) -> dict[str, Any]:
    return {
        "offset_ms": sight.offset_ms,
        "took_ms": sight.took_ms,
        "symbols": sight.symbols,
        "trouble": _told(sight.trouble),
    }


def _told(trouble: Failure | None) -> dict[str, str | None] | None:
    if trouble is None:
        return None
    return {"meaning": trouble.meaning, "code": trouble.code, "detail": trouble.detail}
