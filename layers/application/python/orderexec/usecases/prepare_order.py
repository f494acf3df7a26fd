"""How an order, or a list of orders, is prepared: its size where the balance decides it, then the rules."""

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import Reason
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import OrderList, Placement, get_first_order
from orderexec.domain.signals import Signal
from orderexec.domain.sizing import find_asset_to_spend, size_as_sent, size_by_balance
from orderexec.ports import Credentials

from .market_facts import RULES_LIFETIME_MS, apply_fresh_rules, get_instrument
from .pre_trade_checks import load_limits
from .prepared import NotReady, Prepared, Refused, Task
from .reconcile_request import get_rotated_credentials


def prepare_order(task: Task, credentials: Credentials, rules_since: int | None) -> Prepared:
    """For action `place`."""
    limits = load_limits(task)
    if isinstance(limits, Refused):
        return limits
    signal = _size(task, credentials)
    if isinstance(signal, Signal):
        signal = limits.check_signal(signal)
    if not isinstance(signal, Signal):
        return signal
    result: tuple[Order | OrderList, Instrument] | Refused | NotReady = apply_fresh_rules(
        task, signal, rules_since, _make_request
    )
    if not isinstance(result, tuple):
        return result
    request, instrument = result
    return limits.check_request(request, instrument, credentials)


def _make_request(signal: Signal, instrument: Instrument, market: Market) -> Order | OrderList | RuleViolation:
    if signal.has_exits:
        return apply_rules_to_list(signal, instrument, market)
    return apply_rules(make_requested_order(signal), instrument, market)


def _size(task: Task, credentials: Credentials) -> Signal | Refused | NotReady:
    signal, sent = task.signal, task.row.request
    if not signal.sized_by_balance:
        return signal
    if task.row.attempts and isinstance(sent, Placement):
        return size_as_sent(signal, get_first_order(sent))
    instrument = get_instrument(task, task.ports.clock.now() - RULES_LIFETIME_MS, None)
    if not isinstance(instrument, Instrument):
        return instrument
    asset = find_asset_to_spend(signal, instrument)
    free = task.venue.ask_free_balance(asset, credentials)
    if isinstance(free, Failure) and free.meaning is Meaning.CREDENTIALS:
        rotated = get_rotated_credentials(signal.identity.account, credentials, task.ports.secrets)
        free = task.venue.ask_free_balance(asset, rotated) if rotated else free
    if isinstance(free, Failure):
        return _refuse_unknown_balance(free)
    result = size_by_balance(signal, free, asset)
    return Refused(Reason.RULES, result.explain()) if isinstance(result, RuleViolation) else result


def _refuse_unknown_balance(failure: Failure) -> Refused | NotReady:
    if failure.meaning is Meaning.CREDENTIALS:
        detail = f"the balance cannot be asked for: {failure.detail}"
        return Refused(Reason.CREDENTIALS, detail, failure.code, failure.about)
    return NotReady(failure)
