"""What becomes of a row that nobody closes: its message is gone, or its function died; and a second look at doubts."""

from collections.abc import Mapping
from dataclasses import dataclass

from orderexec.domain.lifecycle import Reason, Row, State
from orderexec.domain.outcomes import Accepted, Failure
from orderexec.domain.retry import CLOCK_MARGIN_MS
from orderexec.ports import Chance, Ledger, NoCredentials, Secrets, Venue

from .bury_signal import BurySignal, kept_message
from .settle_order import Absent, Unclear, settle

TOLD_FOR_MS = 600_000


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing is left to be done for the row, at least not by us now."""

    row: Row


@dataclass(frozen=True, slots=True)
class Unsettled:
    """It could not be done now; the next run tries again."""

    row: Row
    why: str


@dataclass(frozen=True, slots=True)
class Surplus:
    """The exchange has more orders for the signal than it should: it broke its own documented bound."""

    row: Row
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettleRow:
    """Looks after one overdue row. Deliveries may do so at the same time: every write is a compare-and-swap."""

    ledger: Ledger
    venues: Mapping[str, Venue]
    secrets: Secrets
    bury: BurySignal
    chance: Chance

    def __call__(self, row: Row) -> Settled | Unsettled | Surplus:
        """Bring the row a step further; raises only when a store of ours fails."""
        if row.state is State.SENT:
            return self._ask(row)
        if row.state is State.WAITING:
            return self._expire(row)
        if row.state is State.DEAD and not row.letter_sent:
            return Settled(self.bury.finish(kept_message(row), row).row)
        return self._audit(row)

    def _ask(self, row: Row) -> Settled | Unsettled:
        venue = self.venues[row.identity.venue]
        match settle(row, venue, self.secrets, now=self.chance.now(), tries=row.attempts, jitter=self.chance.jitter()):
            case Accepted() as done:
                placed = row.placed(done, token=self.chance.token(), now=self.chance.now())
                return Settled(self.ledger.write(placed, over=row) or placed)
            case Absent():
                return self._expire(row.absent())
            case Unclear(_, why):
                return Unsettled(row, why)

    def _expire(self, row: Row) -> Settled | Unsettled:
        """Certainly nothing is at the exchange. While the signal is young its message may still come and try again."""
        if self.chance.now() <= row.expires_at:
            return Unsettled(row, "nothing is at the exchange; its message may still come back")
        last = f"; last answer: {row.detail}" if row.detail else ""
        detail = f"its message did not come back before it expired{last}"
        ended = self.bury(kept_message(row), row, Reason.EXPIRED, detail, row.code)
        return Settled(ended if isinstance(ended, Row) else ended.row)

    def _audit(self, row: Row) -> Settled | Unsettled | Surplus:
        """After a doubt: does the order history agree that the earlier request came to nothing?"""
        if row.request is None:
            raise ValueError(f"{row.identity.key} was doubted without a request")
        credentials = self.secrets.credentials(row.identity.account)
        if isinstance(credentials, NoCredentials):
            return Unsettled(row, credentials.detail)
        since = (row.earliest_signed_at or 0) - CLOCK_MARGIN_MS
        history = self.venues[row.identity.venue].history(row.request.symbol, since, credentials)
        if isinstance(history, Failure):
            return Unsettled(row, f"order history failed: {history.detail}")
        orders = tuple(one.order_id for one in history if one.client_order_id == row.request.client_order_id)
        return self._compared(row, orders)

    def _compared(self, row: Row, orders: tuple[str, ...]) -> Settled | Unsettled | Surplus:
        expected = 1 if row.state is State.PLACED else 0
        if len(orders) < expected:
            return Unsettled(row, "the order history does not show its order yet")
        if len(orders) > expected:
            return self._tell(row, orders, expected)
        return self._checked(row)

    def _tell(self, row: Row, orders: tuple[str, ...], expected: int) -> Settled | Unsettled | Surplus:
        """The row stays due for some runs more: none of them that dies may swallow the alarm."""
        finding = f"the exchange has {len(orders)} orders for it, not {expected}: {', '.join(orders)}"
        if row.detail == finding and self.chance.now() > (row.due or 0) + TOLD_FOR_MS:
            return self._checked(row)
        noted = row.found(finding, token=self.chance.token())
        standing = self.ledger.write(noted, over=row)
        if standing is not None:  # a person has moved its message back, say: the finding is about yesterday's row
            return Unsettled(standing, "it changed while it was looked at")
        return Surplus(noted, orders)

    def _checked(self, row: Row) -> Settled:
        checked = row.checked(token=self.chance.token(), now=self.chance.now())
        return Settled(self.ledger.write(checked, over=row) or checked)
