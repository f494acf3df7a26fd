"""Users' limits in memory, and what is counted against them."""

from dataclasses import dataclass, field
from decimal import Decimal

from orderexec.domain.limits import UNLIMITED, Limits
from orderexec.domain.signals import Identity
from orderexec.ports import Safety


@dataclass(slots=True)
class MemoryLimits:
    """Implements ports.AccountLimits."""

    by_account: dict[str, Limits | str] = field(default_factory=dict)

    def of(self, account: str) -> Limits | str:
        return self.by_account.get(account, UNLIMITED)


@dataclass(slots=True)
class MemoryAllowances:
    """Implements ports.Allowances. `counted` holds the signals, `used` orders and worth by account, day and asset."""

    counted: set[str] = field(default_factory=set)
    orders: dict[tuple[str, str], int] = field(default_factory=dict)
    worth: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)

    def take(self, identity: Identity, day: str, asset: str, notional: Decimal, limits: Limits) -> str | None:
        if identity.key in self.counted:
            return None
        of_day, of_asset = (identity.account, day), (identity.account, day, asset)
        orders, worth = self.orders.get(of_day, 0), self.worth.get(of_asset, Decimal(0))
        if limits.max_daily_orders is not None and orders + 1 > limits.max_daily_orders:
            return f"{orders} orders were sent on {day} (UTC), max_daily_orders is {limits.max_daily_orders}"
        if limits.max_daily_notional and worth + notional > limits.max_daily_notional[asset]:
            return (
                f"orders worth {worth} {asset} were sent on {day} (UTC), this one is worth {notional}, "
                f"max_daily_notional is {limits.max_daily_notional[asset]}"
            )
        self.counted.add(identity.key)
        self.orders[of_day], self.worth[of_asset] = orders + 1, worth + notional
        return None


def unlimited() -> Safety:
    """No account has a limit."""
    return Safety(MemoryLimits(), MemoryAllowances())
