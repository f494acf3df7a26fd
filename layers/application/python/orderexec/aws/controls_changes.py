"""Each change of the board as one conditional request: what is written, and what must stand there for it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orderexec.domain.controls import ClosedGate, Opened
from orderexec.domain.refusals import find_slot

from . import controls_item as parts
from .controls_writes import BoardFull, ControlsWrites

logger = logging.getLogger(__name__)

_KEPT_EXPIRED = 20  # so many expired gates may stand, so that the write that clears them away is rare
_ANEW = "attribute_not_exists(#it)"


@dataclass(frozen=True, slots=True)
class ControlsChanges:
    """Each method but `tidy` returns whether it changed the item, and raises what ControlsWrites raises."""

    writes: ControlsWrites

    def close_gate(self, gate: str, closed: ClosedGate) -> bool:
        """Close the gate, unless it is closed for at least as long already."""
        return self.writes.set(
            f"{parts.GATE}{gate}",
            parts.make_gate_value(closed.until, closed.why),
            f"{_ANEW} OR #it.#until < :until",
            names={"#until": "until"},
            values={":until": {"N": str(closed.until)}},
        )

    def open_gate(self, gate: str, opened: Opened) -> bool:
        """Open the gate if it is closed until the very instant that the person saw.

        The opening itself stays in the item, so that containers that closed the gate themselves learn of it.
        """
        return self.writes.set(
            f"{parts.OPENED}{gate}",
            parts.make_opened_value(opened),
            "#gate.#until = :until",
            names={"#gate": f"{parts.GATE}{gate}", "#until": "until"},
            values={":until": {"N": str(opened.until)}},
            remove=["#gate"],
        )

    def halt(self, scope: str, since: int, why: str) -> bool:
        """Halt the scope, unless it is halted already."""
        return self.writes.set(f"{parts.HALT}{scope}", parts.make_halt_value(since, why), _ANEW)

    def halt_automatically(self, scope: str, since: int, why: str, over: Mapping[str, Any]) -> bool:
        """Halt the scope, unless it is halted already or another automatic halt was set since the item was as `over`.

        Then the room that was found in `over` is still there.
        """
        seen = over.get(parts.SET_BY_ITSELF, {"N": "0"})
        return self.writes.set(
            f"{parts.HALT}{scope}",
            parts.make_halt_value(since, why, automatic=True),
            f"{_ANEW} AND (attribute_not_exists(#n) OR #n = :seen)",
            names={"#n": parts.SET_BY_ITSELF},
            values={":seen": seen},
            count="#n",
        )

    def resume(self, scope: str) -> bool:
        """Lift the halt of the scope, if there is one."""
        return self.writes.remove(f"{parts.HALT}{scope}")

    def mark(self, run: str, at: int) -> bool:
        """Note when something of the run was refused.

        A board without room is not told: then other containers see late that the run has come to an end.
        """
        try:
            return self.writes.set(
                f"{parts.REFUSED}{find_slot(run)}", parts.make_refused_value(at), f"{_ANEW} OR #it <> :it"
            )
        except BoardFull:
            logger.warning("the board has no room to say that something was refused", exc_info=True)
            return False

    def tidy(self, item: Mapping[str, Any], now: int) -> None:
        """Remove from the item what nobody needs any more. A failure is only logged: the next look tries again."""
        expired = parts.find_expired(item, now)
        try:
            self.writes.clear(parts.find_leftovers(item))
            if len(expired) > _KEPT_EXPIRED:
                self.writes.clear_expired(expired, now)
        except (BotoCoreError, ClientError):
            logger.warning("the board could not be tidied", exc_info=True)
