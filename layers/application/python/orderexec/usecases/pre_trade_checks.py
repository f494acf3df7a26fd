"""How a user's limits are kept on the way of a signal: before anything is asked, and once its order is known.

What a day allows is looked at last, by the very write that claims the attempt (usecases/claim.py).
"""

from dataclasses import dataclass
from decimal import Decimal

from orderexec.domain.broken_limits import find_broken_limit, needs_last_price
from orderexec.domain.daily_count import Countable
from orderexec.domain.instruments import Instrument
from orderexec.domain.lifecycle import Reason
from orderexec.domain.limits import Limits, bound_slippage, find_forbidden
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import PlacingPlan, get_first_order
from orderexec.domain.signals import Signal
from orderexec.domain.worth import sum_worth_of_day
from orderexec.ports import Credentials

from .market_facts import LAST_PRICE_LIFETIME_MS, report_unavailable
from .prepared import NotReady, Ready, Refused, Task


@dataclass(frozen=True, slots=True)
class PreTradeChecks:
    """One account's limits, about to be applied to one signal."""

    task: Task
    limits: Limits

    def check_signal(self, signal: Signal) -> Signal | Refused | NotReady:
        """The signal as it may be executed: a market order perhaps as a limit order."""
        detail = find_forbidden(signal, self.limits)
        if detail:
            return _refuse(detail)
        if self.limits.max_slippage_percent is None or not signal.is_market_order or signal.only_reduces:
            return signal
        last = self.get_last_price("a limit")
        return bound_slippage(signal, self.limits, last) if isinstance(last, Decimal) else last

    def check_request(
        self, request: PlacingPlan, instrument: Instrument, credentials: Credentials
    ) -> Ready | Refused | NotReady:
        """The request, ready to be sent, with what is counted then; or why it may not be sent."""
        last: Decimal | Refused | NotReady | None = None
        if needs_last_price(request, self.limits):
            last = self.get_last_price("a limit")
        if isinstance(last, Refused | NotReady):
            return last
        detail = find_broken_limit(request, self.limits, instrument, last)
        if detail:
            return _refuse(detail)
        return Ready(request, credentials, instrument.filters, self._make_countable(request, instrument, last))

    def _make_countable(self, request: PlacingPlan, instrument: Instrument, last: Decimal | None) -> Countable | None:
        if not self.limits.daily or request.dry_run:  # what is only checked places nothing
            return None
        if get_first_order(request).only_reduces:
            return None
        value = sum_worth_of_day(request, last, instrument.contract) if self.limits.measures_worth else Decimal(0)
        return Countable(asset=instrument.quote_asset, notional=value, limits=self.limits)

    def get_last_price(self, who: str) -> Decimal | Refused | NotReady:
        """Return the price of the last trade, which `who` needs: it is a second old at the most."""
        symbol = self.task.signal.symbol
        what = f"the last price of {symbol}, which {who} needs,"
        since = self.task.ports.clock.now() - LAST_PRICE_LIFETIME_MS
        snapshot = self.task.venue.rules.get_last_price(symbol, not_before=since)
        if isinstance(snapshot, Failure) and snapshot.meaning is Meaning.REJECT:  # there is no such symbol
            return Refused(Reason.RULES, f"{symbol}: {snapshot.detail}", snapshot.code)
        if isinstance(snapshot, Failure):
            return report_unavailable(what, snapshot)
        if snapshot.fetched_at < since:
            return report_unavailable(what, snapshot.trouble)
        return snapshot.value


def load_limits(task: Task) -> PreTradeChecks | Refused:
    """The limits of the signal's account; a document that cannot be read allows nothing."""
    account = task.signal.identity.account
    limits = task.ports.limits.read_limits(account)
    return PreTradeChecks(task, limits) if isinstance(limits, Limits) else _refuse(limits)


def _refuse(detail: str) -> Refused:
    return Refused(Reason.LIMITS, detail)
