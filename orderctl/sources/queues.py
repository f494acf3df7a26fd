"""How many messages a queue holds, as nearly as SQS knows."""

from dataclasses import dataclass
from typing import Any

_NAMES = {"visible": "", "hidden": "NotVisible", "delayed": "Delayed"}


@dataclass(frozen=True)
class Depths:
    """The messages that can be received now, those that are in flight or wait for a retry, and those still delayed."""

    visible: int
    hidden: int
    delayed: int

    @property
    def total(self) -> int:
        """The number of all messages."""
        return self.visible + self.hidden + self.delayed


def read_depths(sqs: Any, url: str) -> Depths:
    """Return how many messages the queue holds now, approximately."""
    names = {name: f"ApproximateNumberOfMessages{suffix}" for name, suffix in _NAMES.items()}
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names.values()))["Attributes"]
    return Depths(**{name: int(attributes[attribute]) for name, attribute in names.items()})
