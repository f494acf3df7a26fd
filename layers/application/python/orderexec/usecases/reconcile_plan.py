"""What becomes of a protected entry that nobody closes: its message is gone, or its function died between two steps.

The steps that are left are taken as a delivery would take them. A signal that is too old by now sends no entry: the
stop that waits for it is cancelled.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from orderexec.domain.outcomes import Accepted
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Verdict
from orderexec.ports import Ports

from .conclude import ConcludeDelivery
from .delivery import Delivery, Doubtful, NotSent, Submitted
from .judge_doubt import may_send_again
from .plan_answers import is_decided
from .restore import restore_message, restore_signal
from .take_steps import TakeSteps


@dataclass(frozen=True, slots=True)
class ReconcilePlan:
    """Goes on with one plan. Raises RowChanged if somebody else did."""

    ports: Ports
    take_steps: TakeSteps
    conclude: ConcludeDelivery

    def go_on(self, row: Row, found: Accepted) -> Verdict | str:
        """Take what follows a step that is at the exchange; a text says why nothing can be done now."""
        if self.ports.clock.now() <= row.expires_at and not is_decided(row):
            return "its plan is under way; its message may still come back"
        return self._conclude(row, lambda _: NotSent(row, found))

    def resend(self, row: Row, shown: str) -> Verdict | str:
        """Send the present step again, of which nothing is at the exchange, as far as was shown; if it may be."""
        if not may_send_again(row, self.ports.venues[row.market]):
            return self._conclude(row, lambda _: NotSent(row, Doubtful(shown)))
        return self._conclude(row, lambda delivery: self.take_steps.resend(delivery, row))

    def _conclude(self, row: Row, begin: Callable[[Delivery], Submitted | NotSent]) -> Verdict | str:
        signal = restore_signal(row)
        if signal is None:
            return "its signal cannot be read any more: close it by hand (orderctl close)"
        signal = replace(signal, issued_at=row.issued_at, expires_at=row.expires_at)
        delivery = Delivery(restore_message(row), signal, self.ports.venues[row.market])
        return self.conclude(delivery, self.take_steps(delivery, begin(delivery)))
