"""How a cancellation or a replacement is prepared: first what became of the signal that it is about."""

from dataclasses import replace

from orderexec.domain.advice import AT_THE_EXCHANGE, CANCEL_AND_PLACE, CORRECT, PLACE_ANEW
from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, choose_account, make_requested_order
from orderexec.domain.instruments import Feature, Instrument
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.product import ExitStyle
from orderexec.domain.products import find_product
from orderexec.domain.protected import Protected
from orderexec.domain.requests import Cancel, CancelAll, OrderList, PlacingPlan, Replace, get_first_order
from orderexec.domain.row import DOUBTED, Row
from orderexec.domain.signals import Signal
from orderexec.ports import Credentials

from .account_proof import find_why_unreachable
from .market_facts import apply_fresh_rules, refuse_unknown_symbol
from .pre_trade_checks import load_limits
from .prepared import NothingToDo, NotReady, Prepared, Refused, Task, not_ready
from .restore import read_symbol

_SOON_SECONDS, _LATE_SECONDS = 2.0, 60.0


def prepare_cancel(task: Task) -> Cancel | CancelAll | NothingToDo | Refused | NotReady:
    """Return what is to be sent for action `cancel`. What was meant at the first attempt is meant by each later one."""
    sent = task.row.request
    if task.row.attempts and isinstance(sent, Cancel | CancelAll):
        return replace(sent, repeated=True) if isinstance(sent, CancelAll) else sent
    if task.signal.target is None:
        refused = refuse_unknown_symbol(task)  # the only request that names a symbol whose rules nobody asked for
        if refused is not None:
            return refused
        return CancelAll(
            symbol=task.signal.symbol,
            client_order_id=_make_own_id(task),
            until=task.venue.now(),
            margin_mode=choose_account(task.signal),
        )
    target = task.target
    if isinstance(target, NotReady):
        return target
    if target is not None and (other := _refuse_other_symbol(task, target)) is not None:
        return other
    if target is not None and _has_no_order(target):
        return NothingToDo(f"nothing to cancel: {_describe(target)}")
    placed = _find_placement(task, target)
    return _make_cancel(task, placed) if isinstance(placed, PlacingPlan) else placed


def _make_cancel(task: Task, placed: PlacingPlan) -> Cancel:
    order = get_first_order(placed)
    exits = placed.legs[1:] if isinstance(placed, Protected) else ()
    return Cancel(
        symbol=placed.symbol,
        client_order_id=order.client_order_id,
        list_client_order_id=placed.list_client_order_id if isinstance(placed, OrderList) else None,
        conditional=find_product(task.signal.market).exit_style is ExitStyle.STEPPED and order.triggered,
        protection=tuple(each.client_order_id for each in exits),
        margin_mode=order.margin_mode,
        cancel_id=_make_own_id(task),
    )


def prepare_replace(task: Task, credentials: Credentials, rules_since: int | None) -> Prepared:
    """For action `replace`."""
    limits = load_limits(task)
    if isinstance(limits, Refused):
        return limits
    signal = limits.check_signal(task.signal)
    if not isinstance(signal, Signal):
        return signal
    old = find_single_order(task)
    if not isinstance(old, Order):
        return old
    result = apply_fresh_rules(task, signal, rules_since, _make_new_order)
    if not isinstance(result, tuple):
        return result
    new, instrument = result
    request = Replace(order=new, replaced=old.client_order_id)
    return limits.check_request(request, instrument, credentials)


def _make_new_order(signal: Signal, instrument: Instrument, market: Market) -> Order | RuleViolation:
    missing = instrument.explain_lack(Feature.CANCEL_REPLACE)
    return RuleViolation(missing) if missing else apply_rules(make_requested_order(signal), instrument, market)


def find_single_order(task: Task) -> Order | Refused | NotReady:
    """Return the one order of the target, or why it cannot be changed."""
    placed = task.target if isinstance(task.target, NotReady) else _find_placement(task, task.target)
    if isinstance(placed, OrderList | Protected):
        placed_what = "a list of orders" if isinstance(placed, OrderList) else "an entry with its exits"
        what = f"signal {task.signal.target!r} placed {placed_what}"
        return Refused(Reason.RULES, f"{what}, which can only be canceled; {CANCEL_AND_PLACE.words}")
    return get_first_order(placed) if isinstance(placed, PlacingPlan) else placed


def _find_placement(task: Task, target: Row | None) -> PlacingPlan | Refused | NotReady:
    """What the target placed, once that is known."""
    identity = task.signal.identity
    if target is None:
        where = f"account {identity.account} at {identity.venue}"
        # It may be on its way. Asked for soon: what comes and is held until then shall not be sent before it is ended.
        return not_ready(f"no signal {task.signal.target!r} is known for {where} (yet)", _choose_pause(task))
    if (other := _refuse_other_symbol(task, target)) is not None:
        return other
    if target.state in (State.SENT, State.WAITING):
        return not_ready(f"it is not known yet what becomes of signal {target.identity.id!r}")
    if _has_no_order(target) or not isinstance(target.request, PlacingPlan):
        return Refused(Reason.RULES, f"there is no order to change: {_describe(target)}; {PLACE_ANEW.words}")
    elsewhere = find_why_unreachable(target, task.venue, task.ports.secrets)
    if elsewhere:
        return Refused(
            Reason.RULES,
            f"the order of signal {target.identity.id!r} cannot be reached: {elsewhere}; {AT_THE_EXCHANGE.words}",
        )
    return target.request


def _refuse_other_symbol(task: Task, target: Row) -> Refused | None:
    symbol, product = read_symbol(target), task.signal.product
    if target.product != product:
        what = f"signal {target.identity.id!r} is about product {target.product}, not {product}"
        return Refused(Reason.RULES, f"{what}; {CORRECT.words}, with the product of its target")
    if symbol in (None, task.signal.symbol):
        return None
    what = f"signal {target.identity.id!r} is about {symbol}, not {task.signal.symbol}"
    return Refused(Reason.RULES, f"{what}; {CORRECT.words}, with the symbol of its target")


def _choose_pause(task: Task) -> float:
    """Seconds: a target that does not come within minutes has hardly ever been published."""
    minutes = max(0, task.ports.clock.now() - task.signal.issued_at) / 60_000
    return min(_SOON_SECONDS + minutes, _LATE_SECONDS)


def _has_no_order(target: Row) -> bool:
    return target.state is State.DEAD or (target.request is not None and target.request.dry_run)


def _describe(target: Row) -> str:
    became = f"ended DEAD with reason {target.reason}" if target.state is State.DEAD else "placed no order"
    return f"signal {target.identity.id!r} {became}{DOUBTED if target.doubted else ''}"


def _make_own_id(task: Task) -> str:
    identity = task.signal.identity
    return make_client_order_id(identity.account, identity.venue, identity.id)
