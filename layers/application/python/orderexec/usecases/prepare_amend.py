"""How an amendment is prepared: which order it is about, and what of it may be changed."""

from dataclasses import replace

from orderexec.domain.advice import CANCEL_AND_PLACE
from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules
from orderexec.domain.decimals import format_plain
from orderexec.domain.instruments import ZERO, Feature, Instrument
from orderexec.domain.orders import Order
from orderexec.domain.products import find_product
from orderexec.domain.requests import Amend
from orderexec.domain.signals import Signal
from orderexec.domain.sizing import size_at_price
from orderexec.ports import Credentials

from .market_facts import apply_fresh_rules
from .pre_trade_checks import load_limits
from .prepare_change import find_single_order
from .prepared import Prepared, Ready, Refused, Task


def prepare_amend(task: Task, credentials: Credentials, rules_since: int | None) -> Prepared:
    """For action `amend`."""
    order = find_single_order(task)
    if not isinstance(order, Order):
        return order
    names_price = task.signal.price is not None
    change = _change if names_price else _reduce
    result = apply_fresh_rules(task, task.signal, rules_since, lambda *facts: change(order, *facts))
    if not isinstance(result, tuple):
        return result
    changed, instrument = result
    amend = Amend(symbol=order.symbol, client_order_id=order.client_order_id, quantity=changed.size or ZERO)
    if not names_price:
        return Ready(amend, credentials, instrument.filters)
    checked = _check_limits(task, changed, instrument, credentials)
    if not isinstance(checked, Ready):
        return checked
    return replace(checked, request=replace(amend, price=changed.price, side=changed.side))


def _check_limits(task: Task, changed: Order, instrument: Instrument, credentials: Credentials) -> Prepared:
    """A new price or a larger quantity is measured like a new order: what may not be traded now does not grow."""
    limits = load_limits(task)
    if isinstance(limits, Refused):
        return limits
    meant = replace(task.signal, side=changed.side, reduce_only=changed.only_reduces)
    allowed = limits.check_signal(meant)
    return limits.check_request(changed, instrument, credentials) if isinstance(allowed, Signal) else allowed


def _reduce(order: Order, signal: Signal, instrument: Instrument, market: Market) -> Order | RuleViolation:
    missing = instrument.explain_lack(Feature.AMEND)
    if missing:
        return RuleViolation(missing)
    if order.quantity is None or signal.quantity is None or signal.quantity >= order.quantity:
        ordered = "sized by quote_quantity" if order.quantity is None else f"for {format_plain(order.quantity)}"
        return RuleViolation(f"an amendment can only reduce the quantity, and the order is {ordered}")
    # Below its visible quantity an iceberg order shows less (the FAQ "Order Amend Keep Priority").
    visible = order.iceberg_quantity and min(order.iceberg_quantity, signal.quantity)
    return apply_rules(replace(order, quantity=signal.quantity, iceberg_quantity=visible), instrument, market)


def _change(order: Order, signal: Signal, instrument: Instrument, market: Market) -> Order | RuleViolation:
    """Return an order with another price and size, where the product lets it be changed."""
    product = find_product(signal.market)
    if order.type.kind not in product.amendable:
        allowed = " and ".join(product.find_type(kind) for kind in product.amendable)
        return RuleViolation(f"the order is of type {order.type}, and only {allowed} can be amended", CANCEL_AND_PLACE)
    sized = size_at_price(signal, instrument, None)
    if isinstance(sized, RuleViolation):
        return sized
    changed = replace(order, quantity=sized.quantity, contracts=sized.contracts, price=sized.price)
    return apply_rules(changed, instrument, market)
