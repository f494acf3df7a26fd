"""Which signals a halt keeps waiting: its scope, from everything down to one account's orders of one symbol.

global                              every signal
venue/NAME                          every signal of a venue
venue/NAME/symbol/BTCUSDT           of a venue's symbol, whatever the account
account/main                        of an account, whatever the venue
account/main/symbol/BTCUSDT         of an account and a symbol
account/main/strategy/breakout      of an account and a strategy
symbol/BTCUSDT, strategy/breakout   of a symbol or a strategy, whatever the account: only people set these
"""

import re

from .outcomes import Cause
from .signals import Signal

GLOBAL = "global"
FORMS = (
    "global",
    "venue/NAME",
    "venue/NAME/symbol/NAME",
    "account/NAME",
    "account/NAME/symbol/NAME",
    "account/NAME/strategy/NAME",
    "symbol/NAME",
    "strategy/NAME",
)
# A strategy may hold any printable character, a slash as well; all else is as the fields of a signal are. Symbols of
# some products have a "_" (BTCUSD_PERP) or a "-" (BTC-26DEC25).
_ACCOUNT, _VENUE, _SYMBOL, _STRATEGY = r"[A-Za-z0-9_-]{1,64}", r"[a-z0-9-]{1,40}", r"[\w-]{1,40}", r".{1,64}"
_FORM = re.compile(
    rf"global|venue/{_VENUE}(/symbol/{_SYMBOL})?|account/(?P<account>{_ACCOUNT})"
    rf"(/symbol/{_SYMBOL}|/strategy/{_STRATEGY})?|symbol/{_SYMBOL}|strategy/{_STRATEGY}"
)


def list_scopes(signal: Signal) -> tuple[str, ...]:
    """Return every scope that the signal belongs to, the widest first."""
    identity = signal.identity
    venue, account, symbol = f"venue/{identity.venue}", f"account/{identity.account}", f"symbol/{signal.symbol}"
    scopes = (GLOBAL, venue, account, symbol, f"{venue}/{symbol}", f"{account}/{symbol}")
    if signal.strategy is None:
        return scopes
    return (*scopes, f"strategy/{signal.strategy}", f"{account}/strategy/{signal.strategy}")


def find_blamed_scope(signal: Signal, cause: Cause) -> str:
    """Return the scope that a refusal is about. Nothing but the venue's own word reaches further than the account."""
    venue, account, symbol = f"venue/{signal.identity.venue}", f"account/{signal.identity.account}", signal.symbol
    match cause:
        case Cause.ACCOUNT:
            return account
        case Cause.ACCOUNT_AND_SYMBOL:
            return f"{account}/symbol/{symbol}"
        case Cause.ORDER:
            return f"{account}/strategy/{signal.strategy}" if signal.strategy else f"{account}/symbol/{symbol}"
        case Cause.SYMBOL:
            return f"{venue}/symbol/{symbol}"
        case Cause.VENUE:
            return venue


def is_scope(text: str) -> bool:
    """Return whether a halt can be of this scope."""
    return text.isprintable() and _FORM.fullmatch(text) is not None


def find_account(scope: str) -> str | None:
    """Return the account that the scope is about, None if it reaches further."""
    found = _FORM.fullmatch(scope)
    return found["account"] if found else None


def is_account(scope: str) -> bool:
    """Return whether the scope is one whole account."""
    return scope == f"account/{find_account(scope)}"
