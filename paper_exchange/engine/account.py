"""The one account's balances: what is free, what open orders hold."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from paper_exchange.engine.orders import ZERO


class Account:
    """Knows what is free and what is locked of each asset. Nothing falls below zero; to ask for that is a bug."""

    def __init__(self, balances: Mapping[str, Decimal]) -> None:
        self._free: defaultdict[str, Decimal] = defaultdict(Decimal, balances)
        self._locked: defaultdict[str, Decimal] = defaultdict(Decimal)

    def assets(self) -> list[str]:
        """Return every asset that there ever was."""
        return sorted({*self._free, *self._locked})

    def free(self, asset: str) -> Decimal:
        """Return how much of the asset is free."""
        return self._free.get(asset, ZERO)

    def locked(self, asset: str) -> Decimal:
        """Return how much of the asset open orders hold."""
        return self._locked.get(asset, ZERO)

    def set_free(self, asset: str, amount: Decimal) -> None:
        """Set what is free of an asset; what is locked stays."""
        self._free[asset] = amount

    def lock(self, asset: str, amount: Decimal) -> None:
        """Move so much from free to locked."""
        _take(self._free, asset, amount)
        self._locked[asset] += amount

    def unlock(self, asset: str, amount: Decimal) -> None:
        """Move so much from locked to free."""
        _take(self._locked, asset, amount)
        self._free[asset] += amount

    def spend(self, asset: str, amount: Decimal) -> None:
        """Take so much out of what is locked."""
        _take(self._locked, asset, amount)

    def receive(self, asset: str, amount: Decimal) -> None:
        """Add so much to what is free."""
        self._free[asset] += amount


def _take(amounts: defaultdict[str, Decimal], asset: str, amount: Decimal) -> None:
    if amount < 0 or amounts[asset] < amount:
        raise ValueError(f"cannot take {amount} {asset} out of {amounts[asset]}")
    amounts[asset] -= amount
