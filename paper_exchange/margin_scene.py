"""What a test or a demo can set and see of the first owner's margin accounts: balances, loans, orders, lending."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from paper_exchange.accounts import Accounts
from paper_exchange.bodies import eight, read_not_negative
from paper_exchange.dialect import TellsOrders
from paper_exchange.margin import MarginAccount, MarginAccounts

CROSS = "cross"

Body = Any


class MarginScene:
    """Each method takes the JSON body and returns what is answered. Orders are told in the words of `dialect`."""

    def __init__(self, accounts: Accounts, dialect: TellsOrders) -> None:
        self._accounts = accounts
        self._dialect = dialect

    def set_balances(self, body: Body) -> Any:
        """Take `{"cross": {"USDT": "1000"}, "BTCUSDT": {"BTC": "1"}}`: what is free in the accounts; debts stay."""
        changes = {
            self._account(name): {asset: read_not_negative(free) for asset, free in balances.items()}
            for name, balances in body.items()
        }
        for account, balances in changes.items():
            for asset, free in balances.items():
                account.account.set_free(asset, free)
        return self.accounts(None)

    def set_lending(self, body: Body) -> Any:
        """Take `{"limits": {"USDT": "1000", "BTC": null}, "pool": {"USDT": "0", "BTC": null}}`.

        `limits` is how much an account may owe, null if the asset is not lent; `pool` is how much is left to lend, null
        for no end.
        """
        lender = self._owner.lender
        limits, pool = _changed(lender.limits, body.get("limits", {})), _changed(lender.pool, body.get("pool", {}))
        lender.limits, lender.pool = limits, pool
        return {"limits": _told(lender.limits), "pool": _told(lender.pool)}

    def accounts(self, _: Body) -> Any:
        """Return each account (isolated ones by symbol) with its balances, debts, orders and lists, oldest first."""
        owner = self._owner
        return {name: self._tell(account) for name, account in ((CROSS, owner.cross), *owner.isolated.items())}

    @property
    def _owner(self) -> MarginAccounts:
        return self._accounts.margin_of(None)

    def _account(self, name: str) -> MarginAccount:
        return self._owner.cross if name == CROSS else self._owner.isolated[name]

    def _tell(self, account: MarginAccount) -> Body:
        held, loans = account.account, account.loans
        return {
            "balances": [
                {
                    "asset": asset,
                    "free": eight(held.free(asset)),
                    "locked": eight(held.locked(asset)),
                    "borrowed": eight(loans.owed(asset)),
                }
                for asset in sorted({*held.assets(), *loans.assets()})
            ],
            "orders": [self._dialect.order(order) for order in account.orders],
            "lists": [self._dialect.order_list(each) for each in account.lists],
        }


def _told(amounts: Mapping[str, Decimal]) -> Body:
    return {asset: eight(amount) for asset, amount in amounts.items()}


def _changed(amounts: Mapping[str, Decimal], changes: Mapping[str, Any]) -> dict[str, Decimal]:
    kept = {asset: amount for asset, amount in amounts.items() if asset not in changes}
    return kept | {asset: read_not_negative(amount) for asset, amount in changes.items() if amount is not None}
