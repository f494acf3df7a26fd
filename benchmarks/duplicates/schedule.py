"""Which fault hits which request: it depends on the seed, the signal, and the number of such requests before."""

from dataclasses import dataclass
from enum import Enum
from random import Random

from paper_exchange import refusal
from paper_exchange.dialects.binance_common.errors import error_answer
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.effects import WEIGHT
from paper_exchange.messages import Answer, Error

FAULTY_REQUESTS = 3  # of one signal and kind; later requests meet no fault, so that all comes to an end
LOOKUP_LAG_SECONDS = 4.0


class Kind(Enum):
    """What a request is for, and how likely a fault hits it."""

    PLACE = 0.3
    LOOK = 0.15


class Loss(Enum):
    """How a client loses its answer."""

    CLOSED = "the connection is closed without a byte"
    RESET = "the connection is reset"
    SILENCE = "nothing comes until the client gives up"


class Death(Enum):
    """When the worker's process dies."""

    BEFORE = "before the request leaves"
    AFTER = "after the request has left"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request; `held` seconds pass between the two receive-window checks."""

    name: str
    processed: bool = True
    reply: Answer | Loss | None = None  # None: the exchange's own answer
    held: float = 0.0
    answered_after: float = 0.0
    death: Death | None = None
    lag: float = 0.0  # the seconds for which lookups do not show the order


def _make_error_faults(name: str, status: int, code: int, msg: str, after: float = 0.0) -> list[Fault]:
    answer = error_answer(Error(status=status, code=code, text=msg))
    return [
        Fault(f"{name}, executed", reply=answer, answered_after=after),
        Fault(f"{name}, not executed", processed=False, reply=answer, answered_after=after),
    ]


TOO_MUCH = worded(refusal.Refusal(refusal.Kind.TOO_MANY_REQUESTS, limit=WEIGHT, retry_after=5)).answer()
BAD_GATEWAY = Answer(502, b"<html><body>502 Bad Gateway</body></html>", {"content-type": "text/html"})
COMMON = (
    Fault("answer lost", reply=Loss.CLOSED),
    Fault("request lost", processed=False, reply=Loss.CLOSED),
    Fault("reset, executed", reply=Loss.RESET),
    Fault("reset, not executed", processed=False, reply=Loss.RESET),
    Fault("no answer in time", reply=Loss.SILENCE),
    Fault("429", processed=False, reply=TOO_MUCH),
    Fault("502, executed", reply=BAD_GATEWAY),
    Fault("502, not executed", processed=False, reply=BAD_GATEWAY),
    *_make_error_faults("500 -1000", 500, -1000, "An unknown error occurred while processing the request."),
    Fault("worker dies before", processed=False, death=Death.BEFORE),
    Fault("worker dies after", death=Death.AFTER),
)
PLACING = (
    *COMMON,
    *_make_error_faults(
        "-1006", 400, -1006, "An unexpected response was received from the message bus. Execution status unknown."
    ),
    *_make_error_faults(
        "-1007",
        408,
        -1007,
        "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
        after=8.0,
    ),
    Fault("cut at once, let in later", reply=Loss.CLOSED, held=9.0),
    Fault("502 at once, let in later", reply=BAD_GATEWAY, held=9.0),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The faults of one seed."""

    seed: int

    def draw_fault(self, kind: Kind, number: int, ordinal: int) -> Fault:
        """Return what happens to the `ordinal`th request (from 0) of a kind for the signal `number`."""
        chance = Random(f"{self.seed}/{kind.name}/{number}/{ordinal}")  # noqa: S311 - reproducible, guards nothing
        lag = chance.uniform(0.1, LOOKUP_LAG_SECONDS) if chance.random() < 0.2 else 0.0
        if ordinal >= FAULTY_REQUESTS or chance.random() >= kind.value:
            return Fault("", lag=lag)
        drawn = chance.choice(PLACING if kind is Kind.PLACE else COMMON)
        held = chance.uniform(0.5, drawn.held) if drawn.held else 0.0
        return Fault(drawn.name, drawn.processed, drawn.reply, held, drawn.answered_after, drawn.death, lag)

    def draw_second_copy(self, number: int) -> float | None:
        """Return after how many seconds the queue delivers the signal a second time; None if it does not."""
        chance = Random(f"{self.seed}/copy/{number}")  # noqa: S311 - reproducible, guards nothing
        return chance.uniform(0, 60) if chance.random() < 0.05 else None
