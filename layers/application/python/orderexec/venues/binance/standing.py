"""What an account of Binance Spot or margin has open, holds and owes, over all symbols: for a person who ends it all.

"Current open Orders" without a symbol (weight 80 on Spot), "Account information", and on margin the cross account and
each isolated one, whose orders are listed one symbol at a time.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from orderexec.domain.order_words import MarginMode
from orderexec.domain.outcomes import Failure
from orderexec.domain.standing import Held, OpenOrders, Standing, count_open
from orderexec.ports import Credentials
from orderexec.venues.call import Parameters
from orderexec.venues.replies import read_items, read_text
from orderexec.venues.standings import add_up, join, read_entry, read_symbols

from .connection import Connection
from .order_accounts import SPOT_ACCOUNT, OrderAccount, get_margin_account
from .products import ACCOUNT, ISOLATED_ACCOUNT, MARGIN_ACCOUNT

Entry = Mapping[str, Any]


def list_spot(connection: Connection, credentials: Credentials) -> Standing | Failure:
    """Return what the Spot account has."""
    account = connection.ask(ACCOUNT, {"omitZeroBalances": "true"}, credentials)
    held = connection.parse(*account, lambda found: tuple(_read_all(read_items(found.get("balances")))))
    return join([_list_open(connection, credentials, SPOT_ACCOUNT, {}), held])


def list_margin(connection: Connection, credentials: Credentials) -> Standing | Failure:
    """Return what the cross account has, and each isolated account."""
    cross, isolated = MarginMode.CROSS, MarginMode.ISOLATED
    answer = connection.ask(ISOLATED_ACCOUNT, {}, credentials)
    apart = connection.parse(*answer, lambda found: _read_isolated(read_items(found.get("assets"))))
    if isinstance(apart, Failure):
        return apart
    answer = connection.ask(MARGIN_ACCOUNT, {}, credentials)
    held = connection.parse(*answer, lambda found: tuple(_read_all(read_items(found.get("userAssets")), cross)))
    parts: list[tuple[OpenOrders | Held, ...] | Failure] = [held]
    parts.append(_list_open(connection, credentials, get_margin_account(cross), {}, cross))
    for symbol, balances in apart.items():
        named = {"symbol": symbol}
        parts.append(balances)
        parts.append(_list_open(connection, credentials, get_margin_account(isolated), named, isolated))
    return join(parts)


def _list_open(
    connection: Connection,
    credentials: Credentials,
    account: OrderAccount,
    named: Parameters,
    mode: MarginMode | None = None,
) -> tuple[OpenOrders, ...] | Failure:
    answer = connection.ask(account.open_orders, named | account.named, credentials)
    return connection.parse(*answer, lambda orders: count_open(read_symbols(orders), mode), list)


def _read_isolated(accounts: list[dict[str, Any]]) -> dict[str, tuple[Held, ...]]:
    """Return what each isolated account has, by its symbol."""
    named = zip(read_symbols(accounts), accounts, strict=True)
    return {symbol: tuple(_read_one_isolated(symbol, account)) for symbol, account in named}


def _read_one_isolated(symbol: str, account: Entry) -> Iterator[Held]:
    balances = read_items([account.get("baseAsset"), account.get("quoteAsset")])
    return _read_all(balances, MarginMode.ISOLATED, symbol)


def _read_all(
    balances: list[dict[str, Any]], mode: MarginMode | None = None, symbol: str | None = None
) -> Iterator[Held]:
    for balance in balances:
        asset, has, owes = read_entry(_read_balance, balance)
        for quantity in (has, -owes):
            if quantity:
                yield Held(quantity=quantity, asset=asset, symbol=symbol, margin_mode=mode)


def _read_balance(balance: Entry) -> tuple[str, Decimal, Decimal]:
    return read_text(balance["asset"]), add_up(balance, "free", "locked"), add_up(balance, "borrowed", "interest")
