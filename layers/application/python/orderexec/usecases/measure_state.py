"""What stands open at this moment: measured by the stack itself each minute, so that an alarm lasts as long as it does.

SQS cannot tell. Its `ApproximateAgeOfOldestMessage` leaves out every message of a standard queue that was received
three times or more ("Available CloudWatch metrics for Amazon SQS"), and whatever a doubt, a gate or a halt keeps
waiting has been.
"""

from dataclasses import dataclass

from orderexec.domain.controls import is_ban, is_pause
from orderexec.domain.lifecycle import State
from orderexec.domain.measures import Measure, Measured, Values
from orderexec.ports import Clock, ControlBoard, OpenSignal, OpenSignals

_OF_STATE = {
    State.SENT: Measure.OLDEST_SENT,
    State.WAITING: Measure.OLDEST_WAITING,
    State.DEAD: Measure.OLDEST_LETTER_UNSENT,
}


@dataclass(frozen=True, slots=True)
class MeasureState:
    """Takes each measure on its own. Never raises: what it cannot measure must not keep anybody from his work."""

    open_signals: OpenSignals
    board: ControlBoard
    clock: Clock

    def __call__(self) -> Measured:
        """One look at the board, and one at the ledger."""
        values: Values = {}
        faults: list[Exception] = []
        for measure in (self._measure_controls, self._measure_ages):
            try:
                values = _keep_larger(values, measure())
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is told, and the other measures are taken
                faults.append(fault)
        return Measured({measure: value for measure, value in values.items() if value > 0}, tuple(faults))

    def _measure_controls(self) -> Values:
        controls, now = self.board.look(), self.clock.now()
        left = {name: (gate.until - now) / 1000 for name, gate in controls.gates.items()}
        return {
            Measure.HALTS: len(controls.halts),
            Measure.BAN: max((seconds for name, seconds in left.items() if is_ban(name)), default=0),
            Measure.PAUSE: max((seconds for name, seconds in left.items() if is_pause(name)), default=0),
        }

    def _measure_ages(self) -> Values:
        now, values = self.clock.now(), Values()
        for signal in self.open_signals.look():
            values = _keep_larger(values, _measure_age(signal, now))
        return values


def _measure_age(signal: OpenSignal, now: int) -> Values:
    return {_OF_STATE[signal.state]: (now - signal.since) / 1000} if signal.state in _OF_STATE else {}


def _keep_larger(one: Values, other: Values) -> Values:
    return one | {measure: max(value, one.get(measure, value)) for measure, value in other.items()}
