"""How a store fails: before a write is applied, after it, or with a lost reply that its client covers up."""

from collections import deque
from enum import Enum, auto


class StoreFailure(RuntimeError):
    """The store did not answer; what it did is not known."""


class Fault(Enum):
    """What happens to one write."""

    NONE = auto()
    BEFORE = auto()  # not applied, the caller gets an error
    AFTER = auto()  # applied, the caller gets an error all the same
    REPLY_LOST = auto()  # applied, and the store's client sends it again, as botocore does


class Faults:
    """The faults of the next writes, in their order."""

    def __init__(self) -> None:
        self._armed: deque[Fault] = deque()

    def arm(self, *faults: Fault) -> None:
        self._armed.extend(faults)

    @property
    def armed(self) -> bool:
        return bool(self._armed)

    def take(self) -> Fault:
        """Raises StoreFailure if the next write fails before it is applied."""
        fault = self._armed.popleft() if self._armed else Fault.NONE
        if fault is Fault.BEFORE:
            raise StoreFailure("failed before the write was applied")
        return fault

    @staticmethod
    def after(fault: Fault) -> None:
        """To be called once the write is applied."""
        if fault is Fault.AFTER:
            raise StoreFailure("failed after the write was applied")
