"""The rules of one symbol, and how a wish becomes an order that keeps them: rounded, checked, or refused."""

import math
from dataclasses import dataclass
from decimal import Decimal

from .decimals import on_grid, plain, round_down, round_up, times
from .orders import Order, client_order_id
from .signals import Signal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Range:
    """Allowed values: a multiple of `step`, from `minimum` to `maximum`. A zero switches that check off."""

    step: Decimal = ZERO
    minimum: Decimal = ZERO
    maximum: Decimal = ZERO

    def problem(self, value: Decimal) -> str | None:
        """What `value` breaks, in words, or None."""
        if self.minimum and value < self.minimum:
            return f"{plain(value)} is below the minimum {plain(self.minimum)}"
        if self.maximum and value > self.maximum:
            return f"{plain(value)} is above the maximum {plain(self.maximum)}"
        if not on_grid(value, self.step):
            return f"{plain(value)} is not a multiple of {plain(self.step)}"
        return None

    def narrowed(self, other: "Range") -> "Range":
        """Values that both ranges allow."""
        maxima = [limit for limit in (self.maximum, other.maximum) if limit]
        return Range(_common_step(self.step, other.step), max(self.minimum, other.minimum), min(maxima, default=ZERO))


@dataclass(frozen=True, slots=True)
class NotionalRule:
    """Limits on price times quantity, in quote units; market orders are measured at a recent average price."""

    name: str
    minimum: Decimal = ZERO
    maximum: Decimal = ZERO
    minimum_for_market: bool = False
    maximum_for_market: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What the exchange says of one symbol. `market_lot` already falls back to `lot` where it names no step."""

    symbol: str
    status: str
    tradable: bool
    order_types: frozenset[str]
    price: Range = Range()
    lot: Range = Range()
    market_lot: Range = Range()
    notional: tuple[NotionalRule, ...] = ()
    quote_market_allowed: bool = True
    quote_step: Decimal = ZERO

    def measures_market_orders(self) -> bool:
        """Whether a market order's notional is limited, so that a price is needed to check it."""
        return any(rule.minimum_for_market or rule.maximum_for_market for rule in self.notional)


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why no order that keeps the rules can be made of the signal; refused before any request."""

    detail: str


def fit(signal: Signal, instrument: Instrument, market_price: Decimal | None) -> Order | Unfit:
    """The order to send: quantity rounded down, price never worse for the user, every known rule kept.

    `market_price` measures market orders; None leaves that one check to the exchange.
    """
    problem = _closed(signal, instrument)
    if problem:
        return Unfit(problem)
    order = _rounded(signal, instrument)
    problem = _broken_range(signal, order, instrument) or _broken_notional(order, instrument, market_price)
    return Unfit(problem) if problem else order


def _closed(signal: Signal, instrument: Instrument) -> str | None:
    if not instrument.tradable:
        return f"{instrument.symbol} cannot be traded now, its status is {instrument.status}"
    if signal.type not in instrument.order_types:
        allowed = ", ".join(sorted(instrument.order_types))
        return f"{instrument.symbol} takes no {signal.type} orders, only {allowed}"
    if signal.quote_quantity is not None and not instrument.quote_market_allowed:
        return f"{instrument.symbol} takes no market orders sized by quote_quantity; give quantity"
    return None


def _rounded(signal: Signal, instrument: Instrument) -> Order:
    lot = _lot(signal.type, instrument)
    price_rounding = round_down if signal.side == "BUY" else round_up
    return Order(
        symbol=signal.symbol,
        side=signal.side,
        type=signal.type,
        client_order_id=client_order_id(signal.identity.account, signal.identity.venue, signal.identity.id),
        quantity=None if signal.quantity is None else round_down(signal.quantity, lot.step),
        quote_quantity=(
            None if signal.quote_quantity is None else round_down(signal.quote_quantity, instrument.quote_step)
        ),
        price=None if signal.price is None else price_rounding(signal.price, instrument.price.step),
        time_in_force=signal.time_in_force,
        dry_run=signal.dry_run,
    )


def _broken_range(signal: Signal, order: Order, instrument: Instrument) -> str | None:
    checks = (
        ("quantity", signal.quantity, order.quantity, _lot(order.type, instrument)),
        ("quote_quantity", signal.quote_quantity, order.quote_quantity, Range(instrument.quote_step)),
        ("price", signal.price, order.price, instrument.price),
    )
    for name, wished, rounded, allowed in checks:
        if wished is None or rounded is None:
            continue
        problem = allowed.problem(rounded) if rounded else f"0 is no {name}: the step is {plain(allowed.step)}"
        if problem:
            return f"{name} {plain(wished)}, rounded for {order.symbol}: {problem}"
    return None


def _broken_notional(order: Order, instrument: Instrument, market_price: Decimal | None) -> str | None:
    notional = _notional(order, market_price)
    if notional is None:
        return None
    market = order.type == "MARKET"
    for rule in instrument.notional:
        if rule.minimum and notional < rule.minimum and (not market or rule.minimum_for_market):
            return f"the order is worth {plain(notional)}, below {rule.name}'s minimum {plain(rule.minimum)}"
        if rule.maximum and notional > rule.maximum and (not market or rule.maximum_for_market):
            return f"the order is worth {plain(notional)}, above {rule.name}'s maximum {plain(rule.maximum)}"
    return None


def _notional(order: Order, market_price: Decimal | None) -> Decimal | None:
    if order.quote_quantity is not None:
        return order.quote_quantity
    price = order.price if order.price is not None else market_price
    return None if price is None or order.quantity is None else times(price, order.quantity)


def _lot(order_type: str, instrument: Instrument) -> Range:
    return instrument.market_lot if order_type == "MARKET" else instrument.lot


def _common_step(one: Decimal, other: Decimal) -> Decimal:
    if not one or not other:
        return one or other
    # Their least common multiple, in units of the finer exponent of the two.
    exponent = min(one.as_tuple().exponent, other.as_tuple().exponent, 0, key=int)
    unit = Decimal(1).scaleb(int(exponent))
    return math.lcm(int(one / unit), int(other / unit)) * unit
