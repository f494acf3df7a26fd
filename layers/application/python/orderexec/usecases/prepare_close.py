"""How action `close` is prepared: what the account has is asked for once, and the order that ends it is fixed.

It only reduces, so neither a halt nor a risk limit may keep it back. Where there is nothing to close, the signal is
done without a request, as a cancellation is that finds nothing to cancel.
"""

from decimal import Decimal

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.close_size import describe_held, explain_too_little, size_close, size_close_as_sent
from orderexec.domain.instruments import Instrument
from orderexec.domain.orders import Order
from orderexec.domain.signals import Signal
from orderexec.ports import Credentials, Snapshot

from .market_facts import REFUSAL_AGE_MS, RULES_LIFETIME_MS, apply_fresh_rules, get_instrument
from .prepared import NothingToDo, NotReady, Prepared, Ready, Refused, Task
from .size_order import SizeOrder


def prepare_close(task: Task, credentials: Credentials, rules_since: int | None) -> Prepared:
    """For action `close`."""
    sent = task.row.request
    if task.row.attempts and isinstance(sent, Order):
        return _make_ready(task, size_close_as_sent(task.signal, sent), credentials, rules_since)
    instrument = get_instrument(task, task.ports.clock.now() - RULES_LIFETIME_MS, None)
    if not isinstance(instrument, Instrument):
        return instrument
    held = SizeOrder(task, credentials).ask_held(instrument)
    if not isinstance(held, Decimal):
        return held
    if not held or (held < 0 and not task.signal.is_derivative):
        return NothingToDo(f"nothing to close: {describe_held(task.signal, held, instrument)}")
    sized = size_close(task.signal, held, instrument)
    ready = _make_ready(task, sized, credentials, rules_since)
    too_little = _explain_too_little(task, sized) if isinstance(ready, Refused) else None
    if too_little is None:
        return ready
    return NothingToDo(f"nothing to close: {describe_held(task.signal, held, instrument)}, and {too_little}")


def _make_ready(
    task: Task, sized: Signal, credentials: Credentials, rules_since: int | None
) -> Ready | Refused | NotReady:
    result = apply_fresh_rules(task, sized, rules_since, _make_order)
    if not isinstance(result, tuple):
        return result
    order, instrument = result
    return Ready(order, credentials, instrument.filters)


def _make_order(sized: Signal, instrument: Instrument, market: Market) -> Order | RuleViolation:
    return apply_rules(make_requested_order(sized), instrument, market)


def _explain_too_little(task: Task, sized: Signal) -> str | None:
    """Asked of facts that are as fresh as those that a refusal is made on."""
    fresh = task.ports.clock.now() - REFUSAL_AGE_MS
    instrument = get_instrument(task, fresh, None)
    if not isinstance(instrument, Instrument):
        return None
    price = task.venue.rules.get_market_price(sized.symbol, not_before=fresh)
    return explain_too_little(sized, instrument, price.value if isinstance(price, Snapshot) else None)
