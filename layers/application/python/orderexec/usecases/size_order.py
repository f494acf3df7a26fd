"""How much an order trades where its signal names a share or a worth: asked for once, then fixed in the row."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from orderexec.domain.apply_rules import RuleViolation
from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import Reason
from orderexec.domain.order_words import MarginMode
from orderexec.domain.outcomes import Failure
from orderexec.domain.requests import PlacingPlan, get_first_order
from orderexec.domain.signals import Signal
from orderexec.domain.sizing import (
    find_asset_to_spend,
    needs_price_to_size,
    size_as_sent,
    size_at_price,
    size_by_balance,
    size_by_position,
)
from orderexec.ports import Credentials

from .ask_account import ask_account
from .market_facts import RULES_LIFETIME_MS, get_instrument
from .pre_trade_checks import PreTradeChecks
from .prepared import NotReady, Refused, Task

Asked = Decimal | Failure


@dataclass(frozen=True, slots=True)
class SizeOrder:
    """Gives one signal its size in what the venue counts."""

    task: Task
    credentials: Credentials

    def by_account(self) -> Signal | Refused | NotReady:
        """Return the signal sized by what the account has free, or has open, where that decides."""
        signal, sent = self.task.signal, self.task.row.request
        if not (signal.sized_by_balance or signal.is_derivative):
            return signal
        if self.task.row.attempts and isinstance(sent, PlacingPlan):
            return size_as_sent(signal, get_first_order(sent))
        if not (signal.sized_by_balance or signal.sized_by_position):
            return signal
        instrument = get_instrument(self.task, self._rules_since(), None)
        if not isinstance(instrument, Instrument):
            return instrument
        if signal.sized_by_position:
            held = self._ask(self._ask_position)
            return _refuse(size_by_position(signal, held, instrument)) if isinstance(held, Decimal) else held
        asset = find_asset_to_spend(signal, instrument)
        free = self._ask(lambda key: self._ask_balance(asset, key))
        return _refuse(size_by_balance(signal, free, asset)) if isinstance(free, Decimal) else free

    def by_price(self, signal: Signal, limits: PreTradeChecks) -> Signal | Refused | NotReady:
        """Return the signal sized by its own price, or by the last one, where the venue counts something else.

        A market order that was bounded meanwhile has a price, and is meant for the last one all the same.
        """
        if not signal.is_derivative or (signal.quote_quantity is None and signal.quantity is None):
            return signal
        instrument = get_instrument(self.task, self._rules_since(), None)
        if not isinstance(instrument, Instrument):
            return instrument
        needed = needs_price_to_size(replace(signal, price=self.task.signal.price), instrument)
        last = limits.get_last_price("the size") if needed else None
        if isinstance(last, Refused | NotReady):
            return last
        return _refuse(size_at_price(signal, instrument, last))

    def ask_held(self, instrument: Instrument) -> Decimal | Refused | NotReady:
        """Return all that the account has free of the base asset, or its open position: below zero if short."""
        if self.task.signal.is_derivative:
            return self._ask(self._ask_position)
        return self._ask(lambda key: self._ask_balance(instrument.base_asset, key))

    def _rules_since(self) -> int:
        return self.task.ports.clock.now() - RULES_LIFETIME_MS

    def _ask_balance(self, asset: str, key: Credentials) -> Asked:
        signal = self.task.signal
        isolated = signal.symbol if signal.margin_mode is MarginMode.ISOLATED else None
        return self.task.venue.ask_free_balance(asset, key, isolated_symbol=isolated)

    def _ask_position(self, key: Credentials) -> Asked:
        positions, signal = self.task.venue.positions, self.task.signal
        if positions is None:
            raise ValueError(f"{signal.identity.venue} trades derivatives, and knows no positions")
        return positions.ask_position(signal.symbol, signal.position_side, key)

    def _ask(self, ask: Callable[[Credentials], Asked]) -> Decimal | Refused | NotReady:
        return ask_account(self.task, self.credentials, "what the account has", ask)


def _refuse(sized: Signal | RuleViolation) -> Signal | Refused:
    return Refused(Reason.RULES, sized.explain()) if isinstance(sized, RuleViolation) else sized
