"""How a venue proves that an order is not there: every source that it names must say so, each in its own words."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from orderexec.domain.outcomes import Accepted, Answer, Meaning


class Source(StrEnum):
    """Where an order of an account shows. A venue's products.py names those that it has, the cheapest first."""

    LOOKUP = "the lookup of its id"
    OPEN_ORDERS = "the open orders"
    HISTORY = "the order history"


def prove_absence(sources: Iterable[Source], ask: Callable[[Source], Answer]) -> Answer:
    """Ask the sources in turn. NOT_FOUND, in the first one's words, only if each of them says that there is no order.

    `ask` answers NOT_FOUND only on the exchange's word. The first source that shows the order decides, and so does the
    first that fails: what one source cannot say is not known, whatever the others do not show.
    """
    first: Answer | None = None
    for source in sources:
        answer = ask(source)
        if isinstance(answer, Accepted) or answer.meaning is not Meaning.NOT_FOUND:
            return answer
        first = first or answer
    if first is None:
        raise ValueError("a venue names no source that could prove an absence")
    return first
