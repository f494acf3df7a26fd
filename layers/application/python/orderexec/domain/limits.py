"""What a user allows an account to do: the limits that are kept whatever a signal asks for, and what breaks each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .decimals import divided, plain, times
from .orders import Order
from .requests import OrderList, Placement, first_order
from .signals import Signal

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """One account's. Notionals by quote asset; percentages of the last price; None and empty: no such limit.

    `max_slippage_percent` turns market orders into IOC limit orders at that distance from the last price.
    """

    max_order_notional: Mapping[str, Decimal] = field(default_factory=dict)
    max_daily_notional: Mapping[str, Decimal] = field(default_factory=dict)
    max_daily_orders: int | None = None
    symbols: frozenset[str] | None = None
    sides: frozenset[str] | None = None
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


def forbidden(signal: Signal, limits: Limits) -> str | None:
    """Why the signal may not even be looked at, or None."""
    if limits.symbols is not None and signal.symbol not in limits.symbols:
        return f"symbol {signal.symbol} is not among the allowed symbols {_listed(limits.symbols)}"
    if limits.sides is not None and signal.side not in limits.sides:
        return f"side {signal.side} is not among the allowed sides {_listed(limits.sides)}"
    return None


def bounded(signal: Signal, limits: Limits, last: Decimal) -> Signal:
    """A market order as a limit order that expires where it would slip too far; any other signal as it is.

    Sized by quote_quantity it buys as much as that pays for at the worst price, so never more than was wished.
    """
    if limits.max_slippage_percent is None or signal.type != "MARKET":
        return signal
    away = times(limits.max_slippage_percent, _PERCENT)
    price = times(last, 1 + away if signal.side == "BUY" else 1 - away)
    quantity = signal.quantity if signal.quote_quantity is None else divided(signal.quote_quantity, price)
    return replace(signal, type="LIMIT", time_in_force="IOC", price=price, quantity=quantity, quote_quantity=None)


def broken(request: Placement, limits: Limits, quote_asset: str, last: Decimal | None) -> str | None:
    """The first limit that what is to be sent breaks, with the limit and the value, or None.

    `last` is the last price, None where no limit needs it. Of a list the entry counts, of a pair the larger.
    """
    return next(_broken(request, limits, quote_asset, last), None)


def worth(request: Placement, last: Decimal | None) -> Decimal:
    """What the request moves, in quote units; an order without a price of its own is measured at `last`."""
    orders = request.legs if isinstance(request, OrderList) and request.working is None else (first_order(request),)
    return max(_worth(order, last) for order in orders)


def _broken(request: Placement, limits: Limits, quote_asset: str, last: Decimal | None) -> Iterator[str]:
    if limits.measures_worth:
        yield from _too_large(worth(request, last), limits, quote_asset)
    if limits.max_price_distance_percent is not None and not (
        isinstance(request, OrderList) and request.working is None
    ):
        yield from _too_far(first_order(request), limits.max_price_distance_percent, last)


def _too_large(value: Decimal, limits: Limits, quote_asset: str) -> Iterator[str]:
    for name, by_asset in (("order", limits.max_order_notional), ("daily", limits.max_daily_notional)):
        if by_asset and quote_asset not in by_asset:
            yield f"max_{name}_notional names no limit for {quote_asset}, in which this order is paid"
        elif by_asset and value > by_asset[quote_asset]:
            limit = plain(by_asset[quote_asset])
            yield f"the order is worth {plain(value)} {quote_asset}, max_{name}_notional is {limit}"


def _too_far(order: Order, most: Decimal, last: Decimal | None) -> Iterator[str]:
    # The limit price of a stop is meant to lie near its trigger, wherever the market is now.
    reference = order.stop_price if order.triggered and order.stop_price is not None else last
    if order.price is None or reference is None:
        return
    distance = abs(order.price - reference) * 100 / reference
    if distance > most:
        yield (
            f"price {plain(order.price)} lies {distance:.2f} % from {plain(reference)}, "
            f"max_price_distance_percent is {plain(most)}"
        )


def _worth(order: Order, last: Decimal | None) -> Decimal:
    if order.quote_quantity is not None:
        return order.quote_quantity
    prices = [price for price in (order.price, order.stop_price) if price is not None] or [last or Decimal(0)]
    return times(max(prices), order.quantity or Decimal(0))


def needs_last_price(request: Placement, limits: Limits) -> bool:
    """Whether the last price must be known to measure the request."""
    if limits.measures_price:
        return True
    order = first_order(request)
    named = (order.quote_quantity, order.price, order.stop_price)
    return limits.measures_worth and all(value is None for value in named)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "(none)"
