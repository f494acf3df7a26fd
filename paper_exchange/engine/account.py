"""The one account's balances: what is free, what open orders hold."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from paper_exchange.engine.orders import ZERO


class Account:
    """Every change keeps balances at zero or above; asking for less is a bug of the caller."""

    def __init__(self, balances: Mapping[str, Decimal]) -> None:
        self._free: defaultdict[str, Decimal] = defaultdict(Decimal, balances)
        self._locked: defaultdict[str, Decimal] = defaultdict(Decimal)

    def assets(self) -> list[str]:
        return sorted({*self._free, *self._locked})

    def free(self, asset: str) -> Decimal:
        return self._free.get(asset, ZERO)

    def locked(self, asset: str) -> Decimal:
        return self._locked.get(asset, ZERO)

    def set_free(self, asset: str, amount: Decimal) -> None:
        self._free[asset] = amount

    def lock(self, asset: str, amount: Decimal) -> None:
        _take(self._free, asset, amount)
        self._locked[asset] += amount

    def unlock(self, asset: str, amount: Decimal) -> None:
        _take(self._locked, asset, amount)
        self._free[asset] += amount

    def spend(self, asset: str, amount: Decimal) -> None:
        """Out of what is locked."""
        _take(self._locked, asset, amount)

    def receive(self, asset: str, amount: Decimal) -> None:
        self._free[asset] += amount


def _take(amounts: defaultdict[str, Decimal], asset: str, amount: Decimal) -> None:
    if amount < 0 or amounts[asset] < amount:
        raise ValueError(f"cannot take {amount} {asset} out of {amounts[asset]}")
    amounts[asset] -= amount
