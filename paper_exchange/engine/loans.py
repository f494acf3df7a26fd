"""What margin accounts borrow: on which terms the exchange lends, and what one account owes."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from paper_exchange.engine.account import Account
from paper_exchange.engine.orders import ZERO
from paper_exchange.refusal import Kind, Refusal


class Lender:
    """What the exchange lends to all its margin accounts: an asset without a limit is not lent."""

    def __init__(self, limits: Mapping[str, Decimal]) -> None:
        self.limits = dict(limits)
        """How much of an asset one account may owe."""
        self.pool: dict[str, Decimal] = {}
        """How much of an asset is left to lend; an asset that is not named never runs out."""


class Loans:
    """What one account owes of each asset. There is no interest, so a debt changes by borrowing and repaying alone."""

    def __init__(self, account: Account, lender: Lender) -> None:
        self._account = account
        self._lender = lender
        self._owed: defaultdict[str, Decimal] = defaultdict(Decimal)

    def assets(self) -> list[str]:
        """Return every asset that was ever borrowed."""
        return sorted(self._owed)

    def owed(self, asset: str) -> Decimal:
        """Return how much of the asset is owed."""
        return self._owed.get(asset, ZERO)

    def borrowable(self, asset: str) -> Decimal:
        """Return how much more of the asset can be borrowed."""
        more = max(self._lender.limits.get(asset, ZERO) - self.owed(asset), ZERO)
        return min(more, self._lender.pool.get(asset, more))

    def check(self, asset: str, amount: Decimal) -> None:
        """Pass an amount that can be borrowed. Raises Refusal."""
        if asset not in self._lender.limits:
            raise Refusal(Kind.BORROWING_CLOSED, asset=asset)
        if self.owed(asset) + amount > self._lender.limits[asset]:
            raise Refusal(Kind.BORROWS_TOO_MUCH, asset=asset)
        if amount > self._lender.pool.get(asset, amount):
            raise Refusal(Kind.NOTHING_TO_LEND, asset=asset)

    def borrow(self, asset: str, amount: Decimal) -> None:
        """Owe so much more, which is free at once. Raises Refusal."""
        self.check(asset, amount)
        self._account.receive(asset, amount)
        self._change(asset, amount)

    def repay_exactly(self, asset: str, amount: Decimal) -> None:
        """Repay so much. Raises Refusal if less is owed or free."""
        if amount > self.owed(asset):
            raise Refusal(Kind.REPAYS_TOO_MUCH)
        if amount > self._account.free(asset):
            raise Refusal(Kind.REPAYS_WHAT_IS_NOT_FREE)
        self.repay(asset, amount)

    def repay(self, asset: str, amount: Decimal) -> None:
        """Repay so much, but no more than is owed, out of what is free."""
        amount = min(amount, self.owed(asset), self._account.free(asset))
        self._account.lock(asset, amount)
        self._account.spend(asset, amount)
        self._change(asset, -amount)

    def _change(self, asset: str, more: Decimal) -> None:
        self._owed[asset] += more
        if asset in self._lender.pool:
            self._lender.pool[asset] -= more
