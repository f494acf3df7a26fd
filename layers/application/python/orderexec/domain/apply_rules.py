"""How a requested order is made to keep the symbol's rules: rounded, checked, or refused before any request."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from .advice import CORRECT, Advice, redrive_after
from .decimals import divide, format_plain, multiply, round_down, round_up
from .instruments import Feature, Instrument, Range
from .order_types import Trigger
from .order_words import MarginMode, Side
from .orders import Order, make_client_order_id
from .product import CLOSE
from .products import find_product
from .signals import Signal


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of the market: a recent average price and the last price, None where they are not.

    The average may be up to `spread` times higher or lower by now. A rule that is measured at it must hold all over
    that range.
    """

    average: Decimal | None = None
    last: Decimal | None = None
    spread: Decimal = Decimal(1)

    def list_averages(self) -> Iterator[Decimal]:
        """Yield the ends of the range in which the average lies now. What holds at both ends holds between them."""
        if self.average is None:
            return
        if self.spread == 1:
            yield self.average
        else:
            yield divide(self.average, self.spread)
            yield multiply(self.average, self.spread)


@dataclass(frozen=True, slots=True)
class RuleViolation:
    """Why no order that keeps the rules can be made of the signal, and what to do. It is refused before any request."""

    detail: str
    do: Advice = CORRECT

    def explain(self) -> str:
        """Return what is wrong and what to do, in one sentence."""
        return f"{self.detail}; {self.do.words}"


def make_requested_order(signal: Signal) -> Order:
    """Return the order that the signal asks for, as it stands there: nothing is rounded yet.

    Raises ValueError if the signal asks for no order (a cancellation, an amendment).
    """
    if signal.side is None or signal.type is None:
        raise ValueError(f"a signal with action {signal.action} asks for no order")
    return Order(
        symbol=signal.symbol,
        side=signal.side,
        type=signal.type,
        client_order_id=make_client_order_id(signal.identity.account, signal.identity.venue, signal.identity.id),
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
        contracts=signal.contracts,
        reduce_only=_needs_reduce_only(signal),
        close_position=_closes_when_triggered(signal),
        position_side=signal.position_side,
        working_type=signal.working_type,
        price_protect=signal.price_protect,
        margin_mode=choose_account(signal),
        side_effect=signal.side_effect,
        closes=signal.action == CLOSE,
        dry_run=signal.dry_run,
    )


def _needs_reduce_only(signal: Signal) -> bool:
    """Whether the exchange must be told that it only reduces: not where the side or the product says so."""
    reduces = signal.is_derivative and signal.only_reduces and signal.position_side is None
    return reduces and not _closes_when_triggered(signal)


def _closes_when_triggered(signal: Signal) -> bool:
    """Whether the exchange sizes the order itself once it is triggered: it closes whatever is open then."""
    return signal.close_position and signal.type is not None and signal.type.kind.triggered


def choose_account(signal: Signal) -> MarginMode | None:
    """Return in which account a margin order is placed; at derivatives the mode is checked, and belongs to no order."""
    product = find_product(signal.market)
    return None if product.derivative else signal.margin_mode or product.usual_margin


def apply_rules(requested: Order, instrument: Instrument, market: Market) -> Order | RuleViolation:
    """Return the order to send, or why none can be sent.

    Quantities are rounded down, prices never to the worse for the user, and every known rule is kept. Where a price of
    the market is not known, the check that needs it is left to the exchange.
    """
    if not instrument.tradable:
        detail = f"{instrument.symbol} cannot be traded now: its status is {instrument.status}"
        return RuleViolation(detail, redrive_after("wait until it can be traded"))
    problem = _find_unsupported(requested, instrument)
    if problem:
        return RuleViolation(problem)
    order = _round(requested, instrument)
    problem = _find_broken_range(requested, order, instrument) or next(
        _list_broken_rules(order, instrument, market), None
    )
    return RuleViolation(problem) if problem else order


def _find_unsupported(requested: Order, instrument: Instrument) -> str | None:
    if requested.type not in instrument.order_types:
        allowed = ", ".join(sorted(instrument.order_types))
        return f"{instrument.symbol} takes no {requested.type} orders, only {allowed}"
    mode, modes = requested.self_trade_prevention_mode, instrument.self_trade_prevention_modes
    if mode and modes and mode not in modes:
        return f"{instrument.symbol} takes no self_trade_prevention_mode {mode}, only {', '.join(sorted(modes))}"
    return instrument.explain_lack(*_list_features(requested))


def _list_features(requested: Order) -> Iterator[Feature]:
    if requested.quote_quantity is not None:
        yield Feature.QUOTE_QUANTITY
    if requested.iceberg_quantity is not None:
        yield Feature.ICEBERG
    if requested.trailing_delta is not None:
        yield Feature.TRAILING_STOP
    if requested.peg_price_type is not None:
        yield Feature.PEGGED


def _round(requested: Order, instrument: Instrument) -> Order:
    # For a trigger as for a limit: a buyer's lower, a seller's higher price is never the worse one.
    of_price = round_down if requested.side == Side.BUY else round_up
    lot = find_lot(requested, instrument)
    return replace(
        requested,
        quantity=_round_to(round_down, requested.quantity, lot),
        contracts=_round_to(round_down, requested.contracts, lot),
        quote_quantity=_round_to(round_down, requested.quote_quantity, Range(instrument.quote_step)),
        iceberg_quantity=_round_to(round_down, requested.iceberg_quantity, instrument.lot),
        price=_round_to(of_price, requested.price, instrument.price),
        stop_price=_round_to(of_price, requested.stop_price, instrument.price),
    )


def _round_to(
    rounding: Callable[[Decimal, Decimal], Decimal], amount: Decimal | None, allowed: Range
) -> Decimal | None:
    return None if amount is None else rounding(amount, allowed.step)


def _find_broken_range(requested: Order, order: Order, instrument: Instrument) -> str | None:
    checks = (
        ("quantity", requested.quantity, order.quantity, find_lot(order, instrument)),
        ("contracts", requested.contracts, order.contracts, find_lot(order, instrument)),
        ("quote_quantity", requested.quote_quantity, order.quote_quantity, Range(instrument.quote_step)),
        ("iceberg_quantity", requested.iceberg_quantity, order.iceberg_quantity, instrument.lot),
        ("price", requested.price, order.price, instrument.price),
        ("stop_price", requested.stop_price, order.stop_price, instrument.price),
    )
    for name, asked, rounded, allowed in checks:
        if asked is None or rounded is None:
            continue
        if not rounded:
            step = format_plain(allowed.step)
            return f"{name} {format_plain(asked)} is too small for {order.symbol}: its step is {step}"
        problem = allowed.find_problem(rounded)
        if problem:
            was = "" if rounded == asked else f" (rounded from {format_plain(asked)})"
            return f"{name} {format_plain(rounded)}{was} {problem} of {order.symbol}"
    return None


def _list_broken_rules(order: Order, instrument: Instrument, market: Market) -> Iterator[str]:
    if order.iceberg_quantity is not None and order.quantity is not None:
        yield from _list_broken_iceberg(order.quantity, order.iceberg_quantity, instrument.iceberg_parts)
    if order.trailing_delta is not None and instrument.trailing is not None:
        problem = instrument.trailing.find_problem(order.trailing_delta, above=_triggers_above(order))
        yield from [problem] if problem else []
    yield from _list_left_bands(order, instrument, market)
    for notional in _list_notionals(order, instrument, market):
        problems = (
            rule.find_problem(notional, market=order.price is None, reducing=order.only_reduces)
            for rule in instrument.notional
        )
        yield from filter(None, problems)


def _list_left_bands(order: Order, instrument: Instrument, market: Market) -> Iterator[str]:
    if order.price is None:
        return
    bands, measures = instrument.bands, tuple(market.list_averages())
    if order.triggered and instrument.bands_at_trigger:
        bands = tuple(replace(band, measure="stop_price") for band in bands)
        measures = () if order.stop_price is None else (order.stop_price,)
    for measure in measures:
        yield from filter(None, (band.find_problem(order.side, order.price, measure) for band in bands))


def _list_broken_iceberg(quantity: Decimal, visible: Decimal, most_parts: int) -> Iterator[str]:
    if visible > quantity:
        yield f"iceberg_quantity {format_plain(visible)} exceeds the quantity {format_plain(quantity)}"
    parts = int(round_up(quantity, visible) / visible)
    if most_parts and parts > most_parts:
        yield f"iceberg_quantity {format_plain(visible)} makes {parts} parts, and ICEBERG_PARTS allows {most_parts}"


def _triggers_above(order: Order) -> bool:
    return (order.type.kind.trigger is Trigger.LOSS) == (order.side == Side.BUY)


def _list_notionals(order: Order, instrument: Instrument, market: Market) -> Iterator[Decimal]:
    """Yield what the order is worth in quote units, at each price that the exchange may measure it at."""
    if order.contracts is not None and instrument.contract is not None:
        yield instrument.contract.measure_worth(order.contracts)
    elif order.quote_quantity is not None:
        yield order.quote_quantity
    elif order.quantity is not None:
        for price in _list_measuring_prices(order, market):
            yield multiply(price, order.quantity)


def _list_measuring_prices(order: Order, market: Market) -> Iterator[Decimal]:
    if order.price is not None:
        yield order.price
    elif order.peg_price_type is None:
        # Whether a trigger is measured when it is placed or when it is reached is not documented: it keeps both.
        yield from [order.stop_price] if order.stop_price is not None else []
        yield from market.list_averages()


def find_lot(order: Order, instrument: Instrument) -> Range:
    """Return the quantities that the symbol allows for an order of that type; the market's lot lies within the lot."""
    return instrument.market_lot if order.type.kind.at_market else instrument.lot


def needs_average(signal: Signal, instrument: Instrument) -> bool:
    """Return whether a rule of the symbol measures the signal's order at an average price."""
    if signal.price is not None:
        return bool(instrument.bands)
    return signal.quantity is not None and signal.peg_price_type is None and instrument.measures_market_orders()


def allows_older_average(signal: Signal) -> bool:
    """Return whether an average price decides nothing about the signal's order but whether it is worth enough.

    Where the order, or an exit of it, names a price, a price band may stand in its way.
    """
    return signal.price is None and not signal.has_exits
