"""What Bybit tells of a key and its account: whose it is, what it may do, what the account has."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderexec.domain.outcomes import Failure
from orderexec.ports import Credentials
from orderexec.venues.http import Reply
from orderexec.venues.replies import Unreadable, read_items, read_number

from .connection import Connection
from .products import ACCOUNT, BALANCE, KEY
from .rules import read_list

# What of a coin is not free ("Get Wallet Balance"): kept by orders of spot, behind orders and positions, lent, or given
# for derivatives only. Of an account with portfolio margin some of it is "".
_NOT_FREE = ("locked", "totalOrderIM", "totalPositionIM", "spotBorrow", "bonus")


# What the demo host answers to what it does not have ("Demo Trading Service" lists what it has, and not KEY). The code
# is on no page; an answer with it stands in ccxt/ccxt, issue 23232.
_NOT_AT_DEMO = "10032"
_NO_PATH = 404


def ask_key(connection: Connection, credentials: Credentials) -> dict[str, Any] | Failure | None:
    """Return what the exchange says of the key ("Get API Key Information"), as it is; None where it does not tell."""
    reply, document = connection.ask(KEY, {}, credentials)
    told = connection.parse(reply, document, read_result)
    missing = isinstance(reply, Reply) and reply.status == _NO_PATH
    return None if isinstance(told, Failure) and (missing or told.code == _NOT_AT_DEMO) else told


def ask_account(connection: Connection, credentials: Credentials) -> dict[str, Any] | Failure:
    """Return what the exchange says of the account ("Get Account Info"), as it is."""
    return connection.parse(*connection.ask(ACCOUNT, {}, credentials), read_result)


def ask_account_id(connection: Connection, credentials: Credentials) -> str | Failure | None:
    """Return the `userID` of the key's account; None where the answer holds none."""
    key = ask_key(connection, credentials)
    if key is None or isinstance(key, Failure):
        return key
    user = key.get("userID")
    return str(user) if isinstance(user, int) and not isinstance(user, bool) and user else None


def ask_free_balance(connection: Connection, asset: str, credentials: Credentials) -> Decimal | Failure:
    """Return what the unified account has of `asset` that is its own and nothing holds; 0 if it has none."""
    named = {"accountType": "UNIFIED", "coin": asset}
    return connection.parse(*connection.ask(BALANCE, named, credentials), lambda told: _read_free(told, asset))


def read_result(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a success. Raises Unreadable."""
    result = document.get("result")
    if not isinstance(result, dict):
        raise Unreadable("the answer has no result")
    return result


def _read_free(document: Mapping[str, Any], asset: str) -> Decimal:
    try:
        coins = [coin for account in read_list(document) for coin in read_items(account["coin"])]
        of_asset = [coin for coin in coins if coin["coin"] == asset]
        return max(sum(map(_read_free_coin, of_asset), Decimal(0)), Decimal(0))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the answer about the balance lacks or garbles {error}") from None


def _read_free_coin(coin: Mapping[str, Any]) -> Decimal:
    held = sum((read_number(coin[name]) for name in _NOT_FREE if coin.get(name)), Decimal(0))
    return read_number(coin["walletBalance"]) - held
