"""What Binance's futures tell of an account: whose key it is, and what it has ("Futures Account Balance")."""

from decimal import Decimal

from orderexec.domain.outcomes import Failure
from orderexec.ports import Credentials
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text

from .connection import Connection
from .futures_products import FuturesProduct


def ask_account_id(connection: Connection, product: FuturesProduct, credentials: Credentials) -> str | Failure | None:
    """Return `accountAlias`, the "unique account code"; None where the answer holds none, or more than one."""
    answer = connection.ask(product.balances, {}, credentials)
    return connection.parse(*answer, _read_alias, list)


def ask_free_balance(
    connection: Connection, product: FuturesProduct, asset: str, credentials: Credentials
) -> Decimal | Failure:
    """Return what the account has of `asset` to open positions with; 0 if it has none."""
    answer = connection.ask(product.balances, {}, credentials)
    return connection.parse(*answer, lambda balances: _read_free(balances, asset), list)


def _read_alias(balances: object) -> str | None:
    aliases = {entry.get("accountAlias") for entry in read_items(balances)}
    alias = aliases.pop() if len(aliases) == 1 else None
    return alias if isinstance(alias, str) and alias else None


def _read_free(balances: object, asset: str) -> Decimal:
    try:
        free = {read_text(entry["asset"]): read_number(entry["availableBalance"]) for entry in read_items(balances)}
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(f"the answer about the balances lacks or garbles {error}") from None
    return free.get(asset, Decimal(0))
