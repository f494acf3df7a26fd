"""What people and containers set for all: gates and halts, risk limits; and where dead signals go."""

from typing import Protocol

from orderexec.domain.controls import Controls
from orderexec.domain.limits import Limits
from orderexec.domain.messages import Message
from orderexec.domain.row import Row


class ControlBoard(Protocol):
    """The gates and halts that all containers share (domain/controls.py). A fault of the store raises."""

    def look(self) -> Controls:
        """Return the controls as they stood at most a second ago, with what this container has changed since.

        It asks the store if the last look was a second ago or longer.
        """

    def glance(self) -> Controls:
        """Return what `look` returns, but the controls as they were last seen if the store fails; never raises."""

    def recall(self) -> Controls:
        """Return the controls as they were last seen, however long ago; never asks the store."""

    def close_gate(self, gate: str, until: int, why: str) -> None:
        """Close the gate until that instant (epoch ms), unless it is closed for longer already.

        Never raises: if the store fails, at least this container keeps the gate closed.
        """

    def halt(self, scope: str, why: str, *, automatic: bool = False) -> bool:
        """Halt the signals of a scope (domain/scopes.py); return whether this call halted them.

        Returns False if they were halted already: the first reason stands. Returns False as well for an `automatic`
        halt that finds no room (domain/board_room.py). A person's halt raises then, but `global` always has room.
        """

    def resume(self, scope: str) -> bool:
        """Lift the halt of a scope and forget the scope's refusals; return False if there was no halt."""

    def open_gate(self, gate: str, until: int) -> bool:
        """Open the gate that is closed until that very instant (epoch ms).

        Returns False if it is open, or was meanwhile closed until another instant. Every container sees the opening
        with its next look, also one that closed the gate itself.
        """

    def count_refusal(self, run: str) -> int:
        """Count one more refusal of a run (domain/refusals.py); return how many the run has now."""

    def forget_refusals(self, runs: tuple[str, ...]) -> None:
        """End these runs: their next refusal is the first again."""


class AccountLimits(Protocol):
    """The risk limits that users set for their accounts. A fault of the store that may pass by itself raises."""

    def read_limits(self, account: str) -> Limits | str:
        """Return the account's limits as they were at most a minute ago; a sentence if they cannot be read."""


class DeadLetters(Protocol):
    """Where the message of a dead signal goes."""

    def send(self, message: Message, row: Row) -> None:
        """Send the message as a dead letter: as it came, with why its signal died and how often it was tried.

        The letter also says when the signal was issued, and holds the row's mark. A message may have any size: what
        there is no room for is cut, and the letter says so. Raises if the letter is not durable.
        """
