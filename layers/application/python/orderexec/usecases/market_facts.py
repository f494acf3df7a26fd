"""The exchange's rules and prices as a signal needs them: older ones to place it, only fresh ones to refuse it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from orderexec.domain.apply_rules import Market, RuleViolation, allows_older_average, needs_average
from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.signals import Signal
from orderexec.ports import Snapshot

from .prepared import NotReady, Refused, Task

T = TypeVar("T")

RULES_LIFETIME_MS = 600_000
AVERAGE_LIFETIME_MS = 60_000
LAST_PRICE_LIFETIME_MS = 1_000
# Of an order that is worth far more than the least and far less than the most, a price decides nothing: it is placed on
# one of the last day, if it would be at four times that price and at a quarter of it (docs/decisions/performance.md).
OLDER_AVERAGE_LIFETIME_MS = 86_400_000
OLDER_AVERAGE_SPREAD = Decimal(4)
# A refusal costs the user the trade (a symbol that opened a minute ago, say), so it is never made on older facts.
REFUSAL_AGE_MS = 10_000

Apply = Callable[[Signal, Instrument, Market], T | RuleViolation]


def apply_fresh_rules(
    task: Task, signal: Signal, rules_since: int | None, apply_rules: Apply[T]
) -> tuple[T, Instrument] | Refused | NotReady:
    """What `apply_rules` makes of the signal, tried again with fresh facts before it is refused."""
    now = task.ports.clock.now()
    since = now - RULES_LIFETIME_MS if rules_since is None else rules_since
    if rules_since is None and allows_older_average(signal):
        older = _Age(since, now - OLDER_AVERAGE_LIFETIME_MS, None, OLDER_AVERAGE_SPREAD)
        result = _apply(task, signal, apply_rules, older)
        if not isinstance(result, Refused):
            return result
    result = _apply(task, signal, apply_rules, _Age(since, now - AVERAGE_LIFETIME_MS, rules_since))
    if isinstance(result, Refused):
        fresh = now - REFUSAL_AGE_MS
        return _apply(task, signal, apply_rules, _Age(max(since, fresh), fresh, max(since, fresh)))
    return result


@dataclass(frozen=True, slots=True)
class _Age:
    """From when on (epoch ms) facts should be, and, if not None, rules must be; `spread` is that of the market."""

    rules: int
    average: int
    required: int | None
    spread: Decimal = Decimal(1)


def get_instrument(task: Task, since: int, required: int | None) -> Instrument | Refused | NotReady:
    """The symbol's rules, fetched at `since` or later if they can be had; with `required` only from then on."""
    symbol = task.signal.symbol
    snapshot = task.venue.rules.get_instrument(symbol, not_before=since)
    if isinstance(snapshot, Failure):
        return report_unavailable(f"the rules of {symbol}", snapshot)
    if required is not None and snapshot.fetched_at < required:
        return report_unavailable(f"newer rules of {symbol}", snapshot.trouble)
    if isinstance(snapshot.value, Failure):
        return Refused(Reason.RULES, f"{symbol}: {snapshot.value.detail}", snapshot.value.code)
    return snapshot.value


def refuse_unknown_symbol(task: Task) -> Refused | None:
    """The refusal of a symbol that the exchange does not have, where a request needs no rules of it.

    Rules of any age show that it has the symbol; and where nothing can be had, the request is not held up.
    """
    found = get_instrument(task, 0, None)
    if isinstance(found, Refused):
        found = get_instrument(task, task.ports.clock.now() - REFUSAL_AGE_MS, None)
    return found if isinstance(found, Refused) else None


def report_unavailable(what: str, why: Failure | None) -> NotReady:
    """The exchange does not tell what the signal needs: certainly nothing was sent, and `why` is in every sentence."""
    if why is None:
        return NotReady(Failure(Meaning.RETRY, None, f"{what} cannot be had from the exchange now"))
    return NotReady(replace(why, meaning=Meaning.RETRY, detail=f"{what} cannot be had: {why.detail}", filter=None))


def _apply(task: Task, signal: Signal, apply_rules: Apply[T], age: _Age) -> tuple[T, Instrument] | Refused | NotReady:
    instrument = get_instrument(task, age.rules, age.required)
    if not isinstance(instrument, Instrument):
        return instrument
    result = apply_rules(signal, instrument, _get_market(task, signal, instrument, age))
    return Refused(Reason.RULES, result.explain()) if isinstance(result, RuleViolation) else (result, instrument)


def _get_market(task: Task, signal: Signal, instrument: Instrument, age: _Age) -> Market:
    """Only the prices that a check needs; what cannot be had leaves its check to the exchange."""
    rules = task.venue.rules
    average: Snapshot[Decimal] | Failure | None = None
    last: Snapshot[Decimal] | Failure | None = None
    measured = bool(instrument.bands) or instrument.measures_market_orders()
    if needs_average(signal, instrument) or (signal.has_exits and measured):
        average = rules.get_market_price(signal.symbol, not_before=age.average)
    if signal.has_exits:
        last = rules.get_last_price(signal.symbol, not_before=task.ports.clock.now() - LAST_PRICE_LIFETIME_MS)
    return Market(_get_value(average), _get_value(last), age.spread)


def _get_value(price: Snapshot[Decimal] | Failure | None) -> Decimal | None:
    return price.value if isinstance(price, Snapshot) else None
