"""What a user allows an account to do: the limits that are kept whatever a signal asks for."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .decimals import divide, multiply
from .order_types import LIMIT
from .order_words import Side, TimeInForce
from .products import find_product
from .signals import Signal

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one account may do. None and empty mean that there is no such limit.

    Notionals are by quote asset, percentages are of the last price. `max_slippage_percent` turns market orders into
    limit orders (IOC; FOK with exits) at that distance from the last price.
    """

    max_order_notional: Mapping[str, Decimal] = field(default_factory=dict)
    max_daily_notional: Mapping[str, Decimal] = field(default_factory=dict)
    max_daily_orders: int | None = None
    symbols: frozenset[str] | None = None
    sides: frozenset[Side] | None = None
    max_price_distance_percent: Decimal | None = None
    max_slippage_percent: Decimal | None = None

    @property
    def daily(self) -> bool:
        """Whether anything is added up over a day."""
        return bool(self.max_daily_notional) or self.max_daily_orders is not None

    @property
    def measures_price(self) -> bool:
        """Whether the last price is needed for every order, not only for those that name no price."""
        return self.max_price_distance_percent is not None

    @property
    def measures_worth(self) -> bool:
        """Whether an order's worth matters."""
        return bool(self.max_order_notional or self.max_daily_notional)


UNLIMITED = Limits()


def find_forbidden(signal: Signal, limits: Limits) -> str | None:
    """Return why the signal may not even be looked at, or None."""
    if signal.only_reduces:  # no limit may keep a person in a position
        return None
    if limits.symbols is not None and signal.symbol not in limits.symbols:
        return f"symbol {signal.symbol} is not among the allowed symbols {join_names(limits.symbols)}"
    if limits.sides is not None and signal.side not in limits.sides:
        return f"side {signal.side} is not among the allowed sides {join_names(limits.sides)}"
    return None


def bound_slippage(signal: Signal, limits: Limits, last: Decimal) -> Signal:
    """Return a market order as a limit order that expires where it would slip too far; any other signal as it is.

    Sized by quote_quantity it buys as much as that pays for at the worst price, so never more than was requested; a
    signal for a derivative is sized later (sizing.py), by what its venue counts. An entry with exits trades whole or
    not at all, so that they are as large as it is.
    """
    if limits.max_slippage_percent is None or not signal.is_market_order:
        return signal
    away = multiply(limits.max_slippage_percent, _PERCENT)
    price = multiply(last, 1 + away if signal.side == Side.BUY else 1 - away)
    limit = find_product(signal.market).find_type(LIMIT)
    waits = TimeInForce.FOK if signal.has_exits else TimeInForce.IOC
    bound = replace(signal, type=limit, time_in_force=waits, price=price)
    if signal.is_derivative or signal.quote_quantity is None:
        return bound
    return replace(bound, quantity=divide(signal.quote_quantity, price), quote_quantity=None)


def join_names(names: AbstractSet[str]) -> str:
    """Return the names for a person, in order."""
    return ", ".join(sorted(names)) or "(none)"
