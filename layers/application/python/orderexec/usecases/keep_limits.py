"""How a user's limits are kept on the way of a signal: before anything is asked, and once its order is known."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import Reason
from orderexec.domain.limits import Limits, bounded, broken, forbidden, needs_last_price, worth
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Placement
from orderexec.domain.signals import Signal

from .market_facts import LAST_PRICE_LIFETIME_MS, unavailable
from .prepared import NotReady, Refused, Task


@dataclass(frozen=True, slots=True)
class KeptLimits:
    """One account's limits, about to be applied to one signal."""

    task: Task
    limits: Limits

    def of_signal(self, signal: Signal) -> Signal | Refused | NotReady:
        """The signal as it may be executed: a market order perhaps as a limit order."""
        detail = forbidden(signal, self.limits)
        if detail:
            return _refused(detail)
        if self.limits.max_slippage_percent is None or signal.type != "MARKET":
            return signal
        last = self._last_price()
        return bounded(signal, self.limits, last) if isinstance(last, Decimal) else last

    def of_request(self, request: Placement, instrument: Instrument) -> Refused | NotReady | None:
        """Why the request may not be sent, or None; then it is counted, once for its signal, if a day has a limit."""
        last: Decimal | Refused | NotReady | None = None
        if needs_last_price(request, self.limits):
            last = self._last_price()
        if isinstance(last, Refused | NotReady):
            return last
        detail = broken(request, self.limits, instrument.quote_asset, last) or self._over_the_day(
            request, instrument.quote_asset, last
        )
        return _refused(detail) if detail else None

    def _over_the_day(self, request: Placement, quote_asset: str, last: Decimal | None) -> str | None:
        # A signal that was sent before has been counted, and what is only checked places nothing.
        if not self.limits.daily or self.task.row.attempts or request.dry_run:
            return None
        day = datetime.fromtimestamp(self.task.chance.now() / 1000, UTC).date().isoformat()
        value = worth(request, last) if self.limits.measures_worth else Decimal(0)
        return self.task.safety.allowances.take(self.task.signal.identity, day, quote_asset, value, self.limits)

    def _last_price(self) -> Decimal | Refused | NotReady:
        symbol = self.task.signal.symbol
        since = self.task.chance.now() - LAST_PRICE_LIFETIME_MS
        snapshot = self.task.venue.rules.last_price(symbol, not_before=since)
        if isinstance(snapshot, Failure) and snapshot.meaning is Meaning.REJECT:  # there is no such symbol
            return Refused(Reason.RULES, f"{symbol}: {snapshot.detail}", snapshot.code)
        if isinstance(snapshot, Failure):
            return unavailable(f"the last price of {symbol}, which a limit needs,", snapshot)
        if snapshot.fetched_at < since:
            return unavailable(f"the last price of {symbol}, which a limit needs,", snapshot.trouble)
        return snapshot.value


def kept_limits(task: Task) -> KeptLimits | Refused:
    """The limits of the signal's account; a document that cannot be read allows nothing."""
    account = task.signal.identity.account
    limits = task.safety.limits.of(account)
    return KeptLimits(task, limits) if isinstance(limits, Limits) else _refused(limits)


def _refused(detail: str) -> Refused:
    return Refused(Reason.LIMITS, detail)
