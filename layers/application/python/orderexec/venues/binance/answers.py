"""How the answers of one of Binance's products are told apart: which of them are errors, and what those mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from orderexec.domain.advice import Advice
from orderexec.domain.outcomes import Failure
from orderexec.venues import classifier, replies
from orderexec.venues.classifier import Table
from orderexec.venues.http import NoReply, Reply

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answers:
    """`load_table` returns the product's table of errors; it is called at the first failure, and not before.

    `is_error` tells by the JSON of a body whether it is an error, whatever the status says.
    """

    load_table: Callable[[], Table]
    is_error: Callable[[object], bool]

    def classify(self, reply: Reply | NoReply, document: object, *, do: Advice | None = None) -> Failure:
        """Return what a reply that is not a success means. `document` is its body as JSON, None where it is none.

        `do` takes the place of the table's advice, for a part of an answer whose whole asks for something else.
        """
        return classifier.classify(reply, document, self.load_table(), do=do)

    def classify_question(self, reply: Reply | NoReply, document: object) -> Failure:
        """As `classify`, of a question about the market, from which no order can have come."""
        return classifier.classify_question(reply, document, self.load_table())

    def parse(
        self, reply: Reply | NoReply, document: object, read: Callable[[Any], T], shape: type = dict
    ) -> T | Failure:
        """Return what `read` makes of a success of that shape, else what the answer means."""
        return replies.parse_reply(reply, document, read, shape, is_error=self.is_error, classify=self.classify)
