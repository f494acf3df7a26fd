"""What Binance tells of an account: which one a key belongs to, and what it has of an asset (GET /api/v3/account)."""

from decimal import Decimal
from typing import Any

from orderexec.domain.outcomes import Failure
from orderexec.ports import Credentials
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text

from .connection import Connection
from .products import ACCOUNT


def ask_account(connection: Connection, credentials: Credentials) -> dict[str, Any] | Failure:
    """Return the account's information as it is (weight 20)."""
    return connection.parse(*connection.ask(ACCOUNT, {"omitZeroBalances": "true"}, credentials), dict)


def ask_account_id(connection: Connection, credentials: Credentials) -> str | Failure | None:
    """Return the `uid` of the key's account; None where the answer holds none."""
    account = ask_account(connection, credentials)
    return account if isinstance(account, Failure) else _read_uid(account)


def ask_free_balance(connection: Connection, asset: str, credentials: Credentials) -> Decimal | Failure:
    """Return what the account has of `asset` and no order holds; 0 if it has none."""
    answer = connection.ask(ACCOUNT, {"omitZeroBalances": "true"}, credentials)
    return connection.parse(*answer, lambda account: _read_free(account, asset))


def _read_uid(account: dict[str, Any]) -> str | None:
    uid = account.get("uid")
    return str(uid) if isinstance(uid, int | str) and not isinstance(uid, bool) and uid != "" else None


def _read_free(account: dict[str, Any], asset: str) -> Decimal:
    try:
        balances = {read_text(entry["asset"]): read_number(entry["free"]) for entry in read_items(account["balances"])}
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(f"the answer about the account lacks or garbles {error}") from None
    return balances.get(asset, Decimal(0))
