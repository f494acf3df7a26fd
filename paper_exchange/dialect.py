"""What a venue's dialect is to the server: it reads requests, has the exchange do what they ask, words the answers."""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from paper_exchange.engine.order_lists import OrderList
from paper_exchange.engine.orders import Order
from paper_exchange.faults import Traits
from paper_exchange.messages import Answer, Error, Received
from paper_exchange.refusal import Refusal


class Floor(Protocol):
    """What a request acts on: an exchange, or one product of it."""

    def now_ms(self) -> int:
        """Return the exchange's time in milliseconds."""

    def count(self) -> tuple[int, int]:
        """Return how many orders there are, and how many of what stands beside them: lists, or conditional orders."""

    def hide_since(self, count: tuple[int, int], seconds: float, others_seconds: float) -> None:
        """Let lookups not find for so long what was placed since there were that many."""


class Call(Protocol):
    """One request. It is let in and done in two halves, because it may be held up between them."""

    @property
    def traits(self) -> Traits:
        """What a fault can be matched on, and what the log of requests tells."""

    @property
    def exchange(self) -> Floor:
        """The exchange, or the product of it, as the account of the request's key sees it."""

    def admit(self) -> Answer | None:
        """Do what is checked on arrival. Return the answer that ends the request here; None if it goes on."""

    def process(self) -> Answer:
        """Check what is checked just before the engine, do what is asked, and return the answer."""


class Dialect(Protocol):
    """The wire of one venue. Several dialects can stand before one exchange, each under paths of its own."""

    @property
    def prefixes(self) -> Sequence[str]:
        """What its paths begin with: `/api`."""

    def reset(self) -> None:
        """Forget what clients have used up."""

    def call(self, received: Received) -> Call:
        """Return a request as one of this dialect."""

    def answer(self, no: Refusal | Error) -> Answer:
        """Return a refusal, or an error that somebody armed, in the words and the form of the dialect."""


@runtime_checkable
class TellsOrders(Protocol):
    """A dialect that has words for orders of spot money, which /control tells them in."""

    def order(self, order: Order) -> Any:
        """Return an order as its lookup answers it."""

    def order_list(self, order_list: OrderList) -> Any:
        """Return an order list as its lookup answers it."""
