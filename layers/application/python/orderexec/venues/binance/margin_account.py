"""What Binance tells of margin accounts: what the cross account, or the isolated one of a symbol, has of an asset.

Source: "Account" of the margin documentation. Whose a key is, GET /api/v3/account says as on Spot (account.py).
"""

from decimal import Decimal
from typing import Any

from orderexec.domain.outcomes import Failure
from orderexec.ports import Credentials
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text

from .connection import Connection
from .margin_errors import load_margin_table
from .products import ISOLATED_ACCOUNT, MARGIN_ACCOUNT

_NO_ACCOUNT = "-3003"


def ask_cross_account(connection: Connection, credentials: Credentials) -> dict[str, Any] | Failure:
    """Return what the exchange says of the cross account, as it is (weight 10)."""
    return connection.parse(*connection.ask(MARGIN_ACCOUNT, {}, credentials), dict)


def ask_isolated_accounts(
    connection: Connection, credentials: Credentials, symbol: str | None = None
) -> list[dict[str, Any]] | Failure:
    """Return what the exchange says of the isolated account of `symbol`, or of all of them (weight 10)."""
    answer = connection.ask(ISOLATED_ACCOUNT, {} if symbol is None else {"symbols": symbol}, credentials)
    return connection.parse(*answer, lambda found: read_items(found.get("assets")))


def ask_cross_balance(connection: Connection, asset: str, credentials: Credentials) -> Decimal | Failure:
    """Return what the cross account has of `asset` and no order holds; 0 if it has none."""
    answer = connection.ask(MARGIN_ACCOUNT, {}, credentials)
    return connection.parse(*answer, lambda account: _read_free(read_items(account.get("userAssets")), asset))


def ask_isolated_balance(
    connection: Connection, asset: str, symbol: str, credentials: Credentials
) -> Decimal | Failure:
    """Return what the isolated account of `symbol` has of `asset` and no order holds.

    A Failure in the words of the table of errors if there is no such account.
    """
    answer = connection.ask(ISOLATED_ACCOUNT, {"symbols": symbol}, credentials)
    return connection.parse(*answer, lambda found: _read_isolated(read_items(found.get("assets")), asset, symbol))


def _read_isolated(accounts: list[dict[str, Any]], asset: str, symbol: str) -> Decimal | Failure:
    for account in accounts:
        if account.get("symbol") == symbol:
            return _read_free(read_items([account.get("baseAsset"), account.get("quoteAsset")]), asset)
    known = load_margin_table().codes[_NO_ACCOUNT]
    detail = f"no isolated account for {symbol} is shown: {known.what}; {known.do.words}"
    return Failure(known.meaning, _NO_ACCOUNT, detail, cause=known.cause)


def _read_free(balances: list[dict[str, Any]], asset: str) -> Decimal:
    try:
        free = {read_text(entry["asset"]): read_number(entry["free"]) for entry in balances}
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(f"the answer about the margin account lacks or garbles {error}") from None
    return free.get(asset, Decimal(0))
