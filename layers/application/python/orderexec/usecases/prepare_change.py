"""How a cancellation, a replacement or an amendment is prepared: first what became of the signal that it is about."""

from dataclasses import replace
from decimal import Decimal

from orderexec.domain.apply_rules import Market, RuleViolation, apply_rules, make_requested_order
from orderexec.domain.decimals import format_plain
from orderexec.domain.instruments import Feature, Instrument
from orderexec.domain.lifecycle import DOUBTED, Reason, Row, State
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.outcomes import Accepted, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, OrderList, Placement, Replace, get_first_order
from orderexec.domain.signals import CANCEL, Signal
from orderexec.ports import Credentials

from .account_proof import out_of_reach
from .judge_doubt import look_for_late_order, place_late
from .keep_limits import kept_limits
from .market_facts import apply_fresh_rules, unknown_symbol
from .prepared import Needless, NotReady, Prepared, Ready, Refused, Task, not_ready

_SOON_SECONDS, _LATE_SECONDS = 2.0, 60.0


def prepare_cancel(task: Task) -> Cancel | CancelAll | Needless | Refused | NotReady:
    """For action `cancel`. A signal that nothing was sent for yet is ended here, without the exchange."""
    sent = task.row.request
    if task.row.attempts and isinstance(sent, Cancel | CancelAll):  # what was meant at first is meant still
        return replace(sent, repeated=True) if isinstance(sent, CancelAll) else sent
    if task.signal.target is None:
        refused = unknown_symbol(task)  # the only request that names a symbol whose rules nobody asked for
        if refused is not None:
            return refused
        return CancelAll(symbol=task.signal.symbol, client_order_id=_own_id(task), until=task.venue.now())
    target = _end_target(task, _target(task))
    if target is not None and target.state is State.DEAD and target.doubted and target.closed_by is None:
        looked_at = _look_once_more(task, target)
        if isinstance(looked_at, NotReady):
            return looked_at
        target = looked_at
    if target is not None and _without_order(target):
        return Needless(f"nothing to cancel: {_described(target)}")
    placed = _placement(task, target)
    return _cancel(task, placed) if isinstance(placed, Placement) else placed


def _look_once_more(task: Task, target: Row) -> Row | NotReady:
    """The target, of which an order was in doubt and found nowhere, after one more look: it may have appeared since."""
    closed = task.venue.traffic.find_closed_gate(target.identity.account, places=False)
    if closed is not None:
        why = f"whether signal {target.identity.id!r} has an order after all cannot be asked now: {closed.why}"
        return not_ready(why, max(0, closed.until - task.clock.now()) / 1000)
    found = look_for_late_order(target, task.venue, task.secrets)
    if isinstance(found, Accepted):
        placed = place_late(target, found, task.clock)
        return task.ledger.write(placed, over=target) or placed
    if found.meaning is Meaning.NOT_FOUND:
        return target
    return not_ready(f"whether signal {target.identity.id!r} has an order after all is not known: {found.detail}")


def _end_target(task: Task, target: Row | None) -> Row | None:
    """The target, ended if it waits; if it is dead, so that it stays dead though its letter is redriven."""
    by = f"canceled by signal {task.signal.identity.id!r}"
    while target is not None and (target.state is State.WAITING or target.mark is not None):
        token, now = task.clock.token(), task.clock.now()
        if target.state is State.DEAD:
            ended = target.never_again(f"{by} since", token=token)
        else:
            detail = by if target.doubted else f"{by} before anything was sent"
            ended = target.canceled(detail, token=token, now=now)
        target = task.ledger.write(ended, over=target) or ended
    return target


def _cancel(task: Task, placed: Placement) -> Cancel:
    return Cancel(
        symbol=placed.symbol,
        client_order_id=placed.client_order_id,
        list_client_order_id=placed.list_client_order_id if isinstance(placed, OrderList) else None,
        cancel_id=_own_id(task),
    )


def prepare_replace(task: Task, credentials: Credentials, rules_since: int | None) -> Prepared:
    """For action `replace`."""
    limits = kept_limits(task)
    if isinstance(limits, Refused):
        return limits
    signal = limits.of_signal(task.signal)
    if not isinstance(signal, Signal):
        return signal
    old = _single_order(task)
    if not isinstance(old, Order):
        return old
    result = apply_fresh_rules(task, signal, rules_since, _new_order)
    if not isinstance(result, tuple):
        return result
    new, instrument = result
    request = Replace(order=new, replaced=old.client_order_id)
    return limits.of_request(request, instrument, credentials)


def _new_order(signal: Signal, instrument: Instrument, market: Market) -> Order | RuleViolation:
    missing = instrument.explain_lack(Feature.CANCEL_REPLACE)
    return RuleViolation(missing) if missing else apply_rules(make_requested_order(signal), instrument, market)


def prepare_amend(task: Task, credentials: Credentials, rules_since: int | None) -> Prepared:
    """For action `amend`."""
    order = _single_order(task)
    if not isinstance(order, Order):
        return order
    result = apply_fresh_rules(task, task.signal, rules_since, lambda *facts: _reduced(order, *facts))
    if not isinstance(result, tuple):
        return result
    quantity, instrument = result
    request = Amend(symbol=order.symbol, client_order_id=order.client_order_id, quantity=quantity)
    return Ready(request, credentials, instrument.filters)


def _reduced(order: Order, signal: Signal, instrument: Instrument, market: Market) -> Decimal | RuleViolation:
    missing = instrument.explain_lack(Feature.AMEND)
    if missing:
        return RuleViolation(missing)
    if order.quantity is None or signal.quantity is None or signal.quantity >= order.quantity:
        ordered = "by quote_quantity" if order.quantity is None else format_plain(order.quantity)
        return RuleViolation(f"an amendment can only reduce the quantity, which was ordered as {ordered}")
    # Below its visible quantity an iceberg order shows less (the FAQ "Order Amend Keep Priority").
    visible = order.iceberg_quantity and min(order.iceberg_quantity, signal.quantity)
    result = apply_rules(replace(order, quantity=signal.quantity, iceberg_quantity=visible), instrument, market)
    return result if isinstance(result, RuleViolation) else result.quantity or Decimal(0)


def _single_order(task: Task) -> Order | Refused | NotReady:
    placed = _placement(task, _target(task))
    if isinstance(placed, OrderList):
        what = f"signal {task.signal.target!r} placed a list of orders"
        return Refused(Reason.RULES, f"{what}, which can only be canceled; cancel it and place anew")
    return get_first_order(placed) if isinstance(placed, Placement) else placed


def _target(task: Task) -> Row | None:
    return task.ledger.read(replace(task.signal.identity, id=task.signal.target or ""))


def _placement(task: Task, target: Row | None) -> Placement | Refused | NotReady:
    """What the target placed, once that is known."""
    identity = task.signal.identity
    if target is None:
        where = f"account {identity.account} at {identity.venue}"
        # It may be on its way. Asked for soon: what comes and is held until then shall not be sent before it is ended.
        return not_ready(f"no signal {task.signal.target!r} is known for {where} (yet)", _pause(task))
    if target.state in (State.SENT, State.WAITING):
        if task.signal.action == CANCEL and _can_be_called_off(target, task):
            off = target.called_off(task.signal.identity.id, token=task.clock.token(), now=task.clock.now())
            task.ledger.write(off, over=target)  # if somebody was first, the next look sees what stands
        return not_ready(f"it is not known yet what becomes of signal {target.identity.id!r}")
    if _without_order(target) or not isinstance(target.request, Placement):
        return Refused(Reason.RULES, f"there is no order to change: {_described(target)}")
    if target.request.symbol != task.signal.symbol:
        return Refused(
            Reason.RULES, f"signal {target.identity.id!r} is about {target.request.symbol}, not {task.signal.symbol}"
        )
    elsewhere = out_of_reach(target, task.venue, task.secrets)
    if elsewhere:
        return Refused(Reason.RULES, f"the order of signal {target.identity.id!r} cannot be reached: {elsewhere}")
    return target.request


def _can_be_called_off(target: Row, task: Task) -> bool:
    """Whether nobody has an answer in hand: a write of ours would keep him from writing it."""
    if target.state is not State.SENT or target.request is None or target.request.symbol != task.signal.symbol:
        return False
    noted = target.detail is not None or task.venue.now() >= (target.fence or 0)
    return noted and target.canceled_by is None


def _pause(task: Task) -> float:
    """Seconds: a target that does not come within minutes has hardly ever been published."""
    minutes = max(0, task.clock.now() - task.signal.issued_at) / 60_000
    return min(_SOON_SECONDS + minutes, _LATE_SECONDS)


def _without_order(target: Row) -> bool:
    return target.state is State.DEAD or (target.request is not None and target.request.dry_run)


def _described(target: Row) -> str:
    became = f"ended DEAD with reason {target.reason}" if target.state is State.DEAD else "placed no order"
    return f"signal {target.identity.id!r} {became}{DOUBTED if target.doubted else ''}"


def _own_id(task: Task) -> str:
    identity = task.signal.identity
    return make_client_order_id(identity.account, identity.venue, identity.id)
