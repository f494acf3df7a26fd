"""How a wish becomes an order that keeps the symbol's rules: rounded, checked, or refused before any request."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from .decimals import plain, round_down, round_up, times
from .instruments import Feature, Instrument, Range
from .orders import Order, client_order_id
from .signals import Signal


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of the market: a recent average price and the last price, None where they are not."""

    average: Decimal | None = None
    last: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why no order that keeps the rules can be made of the signal; refused before any request."""

    detail: str


def wished_order(signal: Signal) -> Order:
    """The order that the signal asks for, as it stands there: nothing is rounded yet."""
    return Order(
        symbol=signal.symbol,
        side=signal.side,
        type=signal.type,
        client_order_id=client_order_id(signal.identity.account, signal.identity.venue, signal.identity.id),
        quantity=signal.quantity,
        quote_quantity=signal.quote_quantity,
        price=signal.price,
        stop_price=signal.stop_price,
        trailing_delta=signal.trailing_delta,
        iceberg_quantity=signal.iceberg_quantity,
        time_in_force=signal.time_in_force,
        peg_price_type=signal.peg_price_type,
        peg_offset=signal.peg_offset_value,
        self_trade_prevention_mode=signal.self_trade_prevention_mode,
        strategy_id=signal.strategy_id,
        strategy_type=signal.strategy_type,
        smart_order_routing=signal.smart_order_routing,
        dry_run=signal.dry_run,
    )


def fit(wish: Order, instrument: Instrument, market: Market) -> Order | Unfit:
    """The order to send: quantities rounded down, prices never worse for the user, every known rule kept.

    Where a price of the market is not known, the check that needs it is left to the exchange.
    """
    problem = _closed(wish, instrument)
    if problem:
        return Unfit(problem)
    order = _rounded(wish, instrument)
    problem = _broken_range(wish, order, instrument) or next(_broken_rules(order, instrument, market), None)
    return Unfit(problem) if problem else order


def _closed(wish: Order, instrument: Instrument) -> str | None:
    if not instrument.tradable:
        return f"{instrument.symbol} cannot be traded now, its status is {instrument.status}"
    if wish.type not in instrument.order_types:
        allowed = ", ".join(sorted(instrument.order_types))
        return f"{instrument.symbol} takes no {wish.type} orders, only {allowed}"
    mode, modes = wish.self_trade_prevention_mode, instrument.self_trade_prevention_modes
    if mode and modes and mode not in modes:
        return f"{instrument.symbol} takes no self_trade_prevention_mode {mode}, only {', '.join(sorted(modes))}"
    return instrument.without(*_features(wish))


def _features(wish: Order) -> Iterator[Feature]:
    if wish.quote_quantity is not None:
        yield Feature.QUOTE_QUANTITY
    if wish.iceberg_quantity is not None:
        yield Feature.ICEBERG
    if wish.trailing_delta is not None:
        yield Feature.TRAILING_STOP
    if wish.peg_price_type is not None:
        yield Feature.PEGGED


def _rounded(wish: Order, instrument: Instrument) -> Order:
    # For a trigger as for a limit: a buyer's lower, a seller's higher price is never the worse one.
    of_price = round_down if wish.side == "BUY" else round_up
    lot = _lot(wish, instrument)
    return replace(
        wish,
        quantity=_on(round_down, wish.quantity, lot),
        quote_quantity=_on(round_down, wish.quote_quantity, Range(instrument.quote_step)),
        iceberg_quantity=_on(round_down, wish.iceberg_quantity, instrument.lot),
        price=_on(of_price, wish.price, instrument.price),
        stop_price=_on(of_price, wish.stop_price, instrument.price),
    )


def _on(rounding: Callable[[Decimal, Decimal], Decimal], amount: Decimal | None, allowed: Range) -> Decimal | None:
    return None if amount is None else rounding(amount, allowed.step)


def _broken_range(wish: Order, order: Order, instrument: Instrument) -> str | None:
    checks = (
        ("quantity", wish.quantity, order.quantity, _lot(order, instrument)),
        ("quote_quantity", wish.quote_quantity, order.quote_quantity, Range(instrument.quote_step)),
        ("iceberg_quantity", wish.iceberg_quantity, order.iceberg_quantity, instrument.lot),
        ("price", wish.price, order.price, instrument.price),
        ("stop_price", wish.stop_price, order.stop_price, instrument.price),
    )
    for name, wished, rounded, allowed in checks:
        if wished is None or rounded is None:
            continue
        problem = allowed.problem(rounded) if rounded else f"0 is no {name}: the step is {plain(allowed.step)}"
        if problem:
            return f"{name} {plain(wished)}, rounded for {order.symbol}: {problem}"
    return None


def _broken_rules(order: Order, instrument: Instrument, market: Market) -> Iterator[str]:
    if order.iceberg_quantity is not None and order.quantity is not None:
        yield from _broken_iceberg(order.quantity, order.iceberg_quantity, instrument.iceberg_parts)
    if order.trailing_delta is not None and instrument.trailing is not None:
        problem = instrument.trailing.problem(order.trailing_delta, above=_triggers_above(order))
        yield from [problem] if problem else []
    if order.price is not None and instrument.band is not None and market.average is not None:
        problem = instrument.band.problem(order.side, order.price, market.average)
        yield from [problem] if problem else []
    notional = _notional(order, market.average)
    if notional is not None:
        problems = (rule.problem(notional, market=order.price is None) for rule in instrument.notional)
        yield from (problem for problem in problems if problem)


def _broken_iceberg(quantity: Decimal, visible: Decimal, most_parts: int) -> Iterator[str]:
    if visible > quantity:
        yield f"iceberg_quantity {plain(visible)} exceeds the quantity {plain(quantity)}"
    parts = int((quantity / visible).to_integral_value(ROUND_CEILING))
    if most_parts and parts > most_parts:
        yield f"iceberg_quantity {plain(visible)} makes {parts} parts, ICEBERG_PARTS allows {most_parts}"


def _triggers_above(order: Order) -> bool:
    return order.type.startswith("STOP_LOSS") == (order.side == "BUY")


def _notional(order: Order, average: Decimal | None) -> Decimal | None:
    if order.quote_quantity is not None:
        return order.quote_quantity
    price = order.price if order.price is not None else None if order.peg_price_type else average
    return None if price is None or order.quantity is None else times(price, order.quantity)


def _lot(order: Order, instrument: Instrument) -> Range:
    return instrument.market_lot if order.type == "MARKET" else instrument.lot


def needs_average(wish: Order, instrument: Instrument) -> bool:
    """Whether a rule of the symbol measures the order at an average price."""
    if wish.price is not None:
        return instrument.band is not None
    return wish.quantity is not None and wish.peg_price_type is None and instrument.measures_market_orders()
