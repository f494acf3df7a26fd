"""The signal queue and its dead-letter queue: at least once, out of order, and now and then redriven by a person."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from orderexec.domain.messages import Message
from orderexec.domain.row import Row
from tests.doubles.dead_letters import Letter

from .stores import StoreFault
from .world import World

VISIBILITY_MS = 90_000
MAX_RECEIVES = 200


@dataclass(slots=True)
class Held:
    """One message in the queue. Only the newest receipt may change its visibility or delete it for sure."""

    message: Message
    receives: int = 0
    receipt: int = 0


@dataclass(slots=True)
class SimQueue:
    """Hands every message to `deliver(message, receipt)` when it is visible, again and again until it is deleted."""

    world: World
    deliver: Callable[[Message, int], None]
    held: dict[str, Held] = field(default_factory=dict)
    vanished: set[str] = field(default_factory=set)
    _receipts: int = 0

    def publish(self, message: Message) -> None:
        """A new message; some are stored twice."""
        self.held[message.id] = Held(message)
        self.world.at(self.world.rng.randint(0, 50), lambda: self._show(message.id, 0))

    def delete(self, message_id: str) -> None:
        """The message is done with."""
        self.held.pop(message_id, None)

    def hide(self, message_id: str, receipt: int, seconds: float) -> None:
        """Show the message again after `seconds`."""
        held = self.held.get(message_id)
        if held is not None and held.receipt == receipt:
            self._next_receipt(held, int(seconds * 1000) + 1)

    def _next_receipt(self, held: Held, delay_ms: int) -> None:
        self._receipts += 1
        held.receipt = receipt = self._receipts
        self.world.at(delay_ms, lambda: self._show(held.message.id, receipt))

    def _show(self, message_id: str, receipt: int) -> None:
        held = self.held.get(message_id)
        if held is None or held.receipt != receipt:
            return
        held.receives += 1
        if held.receives > MAX_RECEIVES:
            self.vanished.add(message_id)  # to the dead-letter queue, with nothing that says why
            self.delete(message_id)
            return
        if held.receives > 1 and self.world.happens(self.world.weather.vanishes):
            self.world.note(f"message {message_id} vanishes")
            self.vanished.add(message_id)
            self.delete(message_id)
            return
        self._next_receipt(held, VISIBILITY_MS)
        if self.world.happens(self.world.weather.delivered_twice):
            self.world.at(self.world.rng.randint(0, 60_000), lambda: self._stray(message_id))
        self._hand_over(held)

    def _stray(self, message_id: str) -> None:
        held = self.held.get(message_id)
        if held is not None:
            held.receives += 1
            self._hand_over(held)

    def _hand_over(self, held: Held) -> None:
        message = held.message
        counted = replace(message, receive_count=held.receives)
        receipt = held.receipt
        self.world.spawn(lambda: self.deliver(counted, receipt))


@dataclass(slots=True)
class SimDeadLetters:
    """Implements ports.DeadLetters; a person moves some letters back, each at most twice.

    A moved letter is a new message, with a new id and a new time. Now and then the person says that its signal is to be
    executed although it is old, up to an age; `told` is up to which, by key.
    """

    world: World
    publish: Callable[[Message], None]
    letters: list[tuple[Message, Row]] = field(default_factory=list)
    watch: list[Callable[[Row], None]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    _redriven: dict[str, int] = field(default_factory=dict)

    def send(self, message: Message, row: Row) -> None:
        """See ports.DeadLetters."""
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("dead letter not accepted")
        self.world.note(f"dead letter for {row.identity.key} {row.reason}")
        for watcher in self.watch:
            watcher(row)
        self.letters.append((message, row))
        if self.world.happens(0.5) and self._redriven.get(row.identity.key, 0) < 2:
            self._redriven[row.identity.key] = self._redriven.get(row.identity.key, 0) + 1
            self.world.at(
                self.world.rng.randint(100, self.world.rng.choice((300_000, 900_000))),
                lambda: self._redrive(message, row),
            )
        self.world.step()
        if self.world.happens(self.world.weather.store_fails):
            raise StoreFault("dead letter accepted, reply lost")

    def _redrive(self, message: Message, row: Row) -> None:
        key, allowed = row.identity.key, self.world.rng.choice((None, None, 1_800_000))
        self.world.note(f"a person moves {key} back" + (f", up to {allowed} ms old" if allowed else ""))
        self.told[key] = max(self.told.get(key, 0), allowed or 0)
        number = len(self.letters) * 1000 + self._redriven[key]
        self.publish(Letter(message, row).redriven(f"{message.id}-back-{number}", self.world.now, allowed))
