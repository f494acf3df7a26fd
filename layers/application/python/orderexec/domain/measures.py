"""What the stack measures of itself each minute, by the names of the metrics that alarms watch."""

from dataclasses import dataclass, field
from enum import StrEnum


class Measure(StrEnum):
    """What is measured: ages of the oldest and times that gates stay closed in seconds, halts by their number."""

    OLDEST_SENT = "OldestSent"
    OLDEST_WAITING = "OldestWaiting"
    OLDEST_LETTER_UNSENT = "OldestLetterUnsent"
    HALTS = "HaltsInForce"
    BAN = "BanSeconds"
    PAUSE = "PauseSeconds"


Values = dict[Measure, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What stands, by measure; what is zero is left out. `faults` are those of what could not be measured."""

    values: Values = field(default_factory=dict)
    faults: tuple[Exception, ...] = ()
