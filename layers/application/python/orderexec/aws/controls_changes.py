"""Each change of the board as one conditional request: what may be written, and over what."""

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

_KEPT_OVER = 20  # gates that are over may stand so many, so that a write that clears them away is rare
_ANEW = "attribute_not_exists(#it)"


@dataclass(frozen=True, slots=True)
class ControlsChanges:
    """Every method says whether it changed anything."""

    writes: ControlsWrites

    def close_gate(self, gate: str, closed: ClosedGate) -> bool:
        """Unless it is closed for as long already."""
        return self.writes.set(
            f"{parts.GATE}{gate}",
            parts.gate_value(closed.until, closed.why),
            f"{_ANEW} OR #it.#until < :until",
            names={"#until": "until"},
            values={":until": {"N": str(closed.until)}},
        )

    def open(self, gate: str, opened: Opened) -> bool:
        """If it is closed until the very instant that the person saw; the opening is left there to be seen."""
        return self.writes.set(
            f"{parts.OPENED}{gate}",
            parts.opened_value(opened),
            "#gate.#until = :until",
            names={"#gate": f"{parts.GATE}{gate}", "#until": "until"},
            values={":until": {"N": str(opened.until)}},
            remove=["#gate"],
        )

    def halt(self, scope: str, since: int, why: str) -> bool:
        """Unless it is halted already."""
        return self.writes.set(f"{parts.HALT}{scope}", parts.halt_value(since, why), _ANEW)

    def halt_automatically(self, scope: str, since: int, why: str, over: Mapping[str, Any]) -> bool:
        """If no other automatic halt was set since the item was as `over`: the room in it is still there."""
        seen = over.get(parts.SET_BY_ITSELF, {"N": "0"})
        return self.writes.set(
            f"{parts.HALT}{scope}",
            parts.halt_value(since, why, automatic=True),
            f"{_ANEW} AND (attribute_not_exists(#n) OR #n = :seen)",
            names={"#n": parts.SET_BY_ITSELF},
            values={":seen": seen},
            count="#n",
        )

    def resume(self, scope: str) -> bool:
        """If it was halted."""
        return self.writes.remove(f"{parts.HALT}{scope}")

    def mark(self, run: str, at: int) -> bool:
        """Something of the run was refused. A board without room is told nothing: then its end is seen late."""
        try:
            return self.writes.set(
                f"{parts.REFUSED}{find_slot(run)}", parts.refused_value(at), f"{_ANEW} OR #it <> :it"
            )
        except BoardFull:
            logger.warning("the board has no room to say that something was refused", exc_info=True)
            return False

    def tidy(self, item: Mapping[str, Any], now: int) -> None:
        """Clear away what nobody needs. It can wait: what fails is tried again with the next look."""
        old = parts.over(item, now)
        try:
            self.writes.clear(parts.leftovers(item))
            if len(old) > _KEPT_OVER:
                self.writes.clear_over(old, now)
        except (BotoCoreError, ClientError):
            logger.warning("the board could not be tidied", exc_info=True)
