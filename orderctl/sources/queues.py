"""How many messages a queue holds, as nearly as SQS knows."""

from dataclasses import dataclass
from typing import Any

_NAMES = {"visible": "", "hidden": "NotVisible", "delayed": "Delayed"}


@dataclass(frozen=True)
class Depths:
    """Messages that can be received, those that somebody has or that wait for their time, those not yet out."""

    visible: int
    hidden: int
    delayed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.visible + self.hidden + self.delayed


def depths(sqs: Any, url: str) -> Depths:
    """As they are now, approximately."""
    names = {name: f"ApproximateNumberOfMessages{suffix}" for name, suffix in _NAMES.items()}
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names.values()))["Attributes"]
    return Depths(**{name: int(attributes[attribute]) for name, attribute in names.items()})
