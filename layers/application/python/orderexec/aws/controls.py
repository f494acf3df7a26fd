"""The gates and halts that all containers share: one item of the shared table, which each reads once a second."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from orderexec.domain.board_room import has_room_for_gate, has_room_for_halt, shorten_reason
from orderexec.domain.controls import ClosedGate, Controls, Opened
from orderexec.domain.refusals import find_slot, list_runs
from orderexec.ports import Clock

from .controls_changes import ControlsChanges
from .controls_item import read_controls
from .controls_writes import BoardFull, ControlsWrites
from .refusal_counts import RefusalCounts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .dynamodb import DynamoDB

__all__ = ["BoardFull", "DynamoControls"]

logger = logging.getLogger(__name__)

READ_EVERY_MS = 1_000
_TRIES = 5  # how often an automatic halt is tried while others are set at the same moment
_NO_ROOM = "nothing more of this kind is halted by itself; find the cause of the halts that stand, then resume them"


@dataclass(slots=True)
class DynamoControls:
    """Implements ports.ControlBoard. Safe to share between threads."""

    client: "DynamoDBClient | DynamoDB"
    table: str
    clock: Clock
    _known: Controls = field(default_factory=Controls, init=False)
    _read_at: int = field(default=0, init=False)
    _read_at_ticks: int = field(default=0, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)
    _changing: threading.Lock = field(default_factory=threading.Lock, init=False)
    _changes: ControlsChanges = field(init=False)
    _counts: RefusalCounts = field(init=False)

    def __post_init__(self) -> None:
        self._changes = ControlsChanges(ControlsWrites(self.client, self.table))
        self._counts = RefusalCounts(self.client, self.table, self.clock)

    def look(self) -> Controls:
        """See ports.ControlBoard."""
        if self._is_old():
            with self._reading:
                if self._is_old():
                    self._changes.tidy(self._refresh(), self.clock.now())
        return self._known

    def glance(self) -> Controls:
        """See ports.ControlBoard."""
        try:
            return self.look()
        except (BotoCoreError, ClientError):
            return self._known

    def recall(self) -> Controls:
        """See ports.ControlBoard."""
        return self._known

    def read(self) -> Controls:
        """Return the gates and halts as the item holds them now. Raises what DynamoDB's client raises."""
        self._refresh()
        return self._known

    def close_gate(self, gate: str, until: int, why: str) -> None:
        """See ports.ControlBoard."""
        current = self._known.gates.get(gate)
        if current is not None and current.until >= until:
            return
        closed, room = ClosedGate(until, shorten_reason(why)), has_room_for_gate(gate, self._known, self.clock.now())
        with self._changing:
            self._known = replace(self._known, gates={**self._known.gates, gate: closed})
        if not room:
            logger.warning("too many gates are closed to tell the other containers", extra={"gate": gate})
            return
        try:
            self._changes.close_gate(gate, closed)
        except (BotoCoreError, ClientError, BoardFull):
            # The caller holds an answer of the exchange, which matters more. Who is refused next writes the gate again.
            logger.exception("a gate could not be closed for the other containers", extra={"gate": gate})

    def open_gate(self, gate: str, until: int) -> bool:
        """See ports.ControlBoard."""
        done = self._changes.open_gate(gate, Opened(until, self.clock.now()))
        self._read_at = 0
        return done

    def halt(self, scope: str, why: str, *, automatic: bool = False) -> bool:
        """See ports.ControlBoard. Raises BoardFull if a person's halt finds no room."""
        set_it = self._halt_automatically if automatic else self._halt_by_hand
        done = set_it(scope, shorten_reason(why))
        self._read_at = 0
        return done

    def resume(self, scope: str) -> bool:
        """See ports.ControlBoard."""
        done = self._changes.resume(scope)
        if done:
            self.forget_refusals(list_runs(scope))
        self._read_at = 0
        return done

    def count_refusal(self, run: str) -> int:
        """See ports.ControlBoard."""
        now, count = self.clock.now(), self._counts.count_one_more(run)
        with self._changing:
            self._known = replace(self._known, refused={**self._known.refused, find_slot(run): now})
        self._changes.mark(run, now)
        return count

    def forget_refusals(self, runs: tuple[str, ...]) -> None:
        """See ports.ControlBoard."""
        for each in runs:
            self._counts.end(each)

    def _halt_by_hand(self, scope: str, why: str) -> bool:
        if not has_room_for_halt(scope, self._read_or_recall(), automatic=False):
            raise BoardFull(f"so many halts stand that there is no room for {scope}; resume some, or halt global")
        return self._changes.halt(scope, self.clock.now(), why)

    def _read_or_recall(self) -> Controls:
        """Return the controls as they stand now, or as they were last seen if they cannot be read.

        So a person can halt also while the board cannot be read.
        """
        try:
            return self.read()
        except (BotoCoreError, ClientError):
            return self._known

    def _halt_automatically(self, scope: str, why: str) -> bool:
        """Halt the scope if the board has room for one more automatic halt; return whether this call halted it.

        The room is looked for and taken in one conditional write, so that of two at once only one is set.
        """
        for _ in range(_TRIES):
            item, now = self._refresh(), self.clock.now()
            current = read_controls(item, now)
            if scope in current.halts:
                return False
            try:
                if not has_room_for_halt(scope, current, automatic=True):
                    raise BoardFull("as many halts of this kind stand as may set themselves")
                if self._changes.halt_automatically(scope, now, why, item):
                    return True
            except BoardFull:
                logger.critical(_NO_ROOM, extra={"scope": scope}, exc_info=True)
                return False
        return False  # the next refusal tries again

    def _is_old(self) -> bool:
        # A clock that was set back makes nothing younger; ticks may stand still while the container is frozen.
        ages = (self.clock.now() - self._read_at, self.clock.ticks() - self._read_at_ticks)
        return not all(0 <= age < READ_EVERY_MS for age in ages)

    def _refresh(self) -> Mapping[str, Any]:
        """Read the item, keep what it says together with when it was asked for, and return it."""
        asked_at, asked_at_ticks = self.clock.now(), self.clock.ticks()
        item = self._changes.writes.read()
        with self._changing:
            self._known, self._read_at = self._keep_own_gates(read_controls(item, self.clock.now())), asked_at
            self._read_at_ticks = asked_at_ticks
        return item

    def _keep_own_gates(self, read: Controls) -> Controls:
        """Return what was read, with the gates added that this container has closed and the item does not show.

        Such a gate was closed while the item was read, or could not be written.
        """
        now, known = self.clock.now(), self._known
        own = {
            name: gate for name, gate in known.gates.items() if gate.until > now and read.is_still_closed(name, known)
        }
        return replace(read, gates={**read.gates, **own})
