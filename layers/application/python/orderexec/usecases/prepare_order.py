"""How an order, or orders that belong together, are prepared: first the size, then the rules of the symbol."""

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.attach import apply_rules_to_attached
from orderexec.domain.instruments import Instrument
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.orders import Order
from orderexec.domain.product import ExitStyle
from orderexec.domain.products import find_product
from orderexec.domain.protect import apply_rules_to_protected
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import OrderList
from orderexec.domain.signals import Signal
from orderexec.ports import Credentials

from .check_settings import check_settings
from .market_facts import apply_fresh_rules
from .pre_trade_checks import PreTradeChecks, load_limits
from .prepared import NotReady, Prepared, Refused, Task
from .size_order import SizeOrder


def prepare_order(task: Task, credentials: Credentials, rules_since: int | None) -> Prepared:
    """For action `place`."""
    limits = load_limits(task)
    if isinstance(limits, Refused):
        return limits
    signal = check_settings(task, credentials) or _size(task, credentials, limits)
    if not isinstance(signal, Signal):
        return signal
    round_ = _count_rounds(task)
    result: tuple[Order | OrderList | Protected, Instrument] | Refused | NotReady = apply_fresh_rules(
        task, signal, rules_since, lambda *facts: _make_request(round_, *facts)
    )
    if not isinstance(result, tuple):
        return result
    request, instrument = result
    return limits.check_request(request, instrument, credentials)


def _size(task: Task, credentials: Credentials, limits: PreTradeChecks) -> Signal | Refused | NotReady:
    size = SizeOrder(task, credentials)
    signal = size.by_account()
    if isinstance(signal, Signal):
        signal = limits.check_signal(signal)
    return size.by_price(signal, limits) if isinstance(signal, Signal) else signal


def _make_request(
    round_: int, signal: Signal, instrument: Instrument, market: Market
) -> Order | OrderList | Protected | RuleViolation:
    if not signal.has_exits:
        return apply_rules(make_requested_order(signal), instrument, market)
    match find_product(signal.market).exit_style:
        case ExitStyle.STEPPED:
            return apply_rules_to_protected(signal, instrument, market, round_=round_)
        case ExitStyle.ATTACHED:
            return apply_rules_to_attached(signal, instrument, market)
        case ExitStyle.LISTED:
            return apply_rules_to_list(signal, instrument, market)


def _count_rounds(task: Task) -> int:
    """Return how many stops of the signal were cancelled again: the next one needs a name of its own."""
    plan = task.row.request
    if not isinstance(plan, Protected):
        return 0
    return plan.round + (plan.step is not Step.STOP)
