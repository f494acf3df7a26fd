"""What a venue's dialect is to the simulated exchange: what a request asks for, and how what became of it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Protocol

from orderexec.venues.http import NoReply, Reply


class Status(StrEnum):
    """What became of an order so far."""

    TAKEN = "TAKEN"  # acknowledged, and neither at work nor to be seen yet
    NEW = "NEW"
    PENDING = "PENDING_NEW"
    PARTLY = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    EXPIRED = "EXPIRED"
    CANCELED = "CANCELED"
    REJECTED = "REJECTED"  # by the engine, after it was acknowledged
    FINISHED = "FINISHED"  # of a conditional order: it was triggered, and what came of it has ended


@dataclass(slots=True)
class SimOrder:
    """An order at the simulated exchange. Its name is its client order id; times are the exchange's, in epoch ms.

    `conditional`: a service of its own has it until its price comes; `became` is the number of what it became then.
    `exits` are the kinds of those that come of it as it fills; one of them is `nameless` to who asks. `in_quote`: its
    quantity counts the quote asset.
    """

    number: int
    name: str
    side: str
    status: Status
    quantity: str
    executed: str
    created_at: int
    updated_at: int | None = None
    price: str = "0"
    conditional: bool = False
    reduce_only: bool = False
    became: int | None = None
    time_in_force: str = ""
    exits: tuple[str, ...] = ()
    nameless: bool = False
    in_quote: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it may still trade."""
        return self.status in (Status.TAKEN, Status.NEW, Status.PENDING, Status.PARTLY)


class Why(Enum):
    """Why the exchange says no to what it understood."""

    DUPLICATE = "an open order has that name"
    NOT_OPEN = "no such order is open"
    NOT_OPEN_TO_AMEND = "no such order is open, of an amendment"
    NOT_SMALLER = "an amendment makes an order smaller only"
    NO_ORDER = "no such order is shown"
    NO_LIST = "no such list is shown"
    OUTSIDE_WINDOW = "the request is too late or too early"
    LATE_IN_ENGINE = "the request was too late when it reached the engine"
    WRONG_KEY = "the key is not taken"
    NO_POSITION = "the order only reduces, and nothing is open"
    WOULD_TAKE = "the order must rest, and would trade at once"
    NOTHING_TO_AMEND = "the order has these terms already"
    TRADED_MORE = "an amendment makes the order no larger than what has traded"
    UNDER_WORK = "the order was acknowledged, and cannot be changed yet"


# ------------------------------------------------------------------ what a request asks for


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order to be."""

    name: str
    side: str
    quantity: str
    price: str = "0"
    time_in_force: str = ""
    conditional: bool = False
    reduce_only: bool = False
    exits: tuple[str, ...] = ()
    in_quote: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One order, or a list of orders of which the first one works."""

    orders: Sequence[Wanted]
    worth: Decimal
    """What all this is worth, read from what was sent, not from what our code says of it."""
    list_name: str | None = None

    @property
    def name(self) -> str:
        """The name of the order that the request is about."""
        return self.orders[0].name


@dataclass(frozen=True, slots=True)
class Replace:
    """An order instead of another, and only if that one could be cancelled."""

    old: str
    order: Wanted
    worth: Decimal

    @property
    def name(self) -> str:
        """The name of the order that the request is about."""
        return self.order.name


@dataclass(frozen=True, slots=True)
class Amend:
    """An open order made smaller, or given another quantity and price."""

    name: str
    quantity: str
    price: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """The end of an order, by its name or by the exchange's own number.

    `service` is which of several at Bybit's spot; "" where one holds all orders.
    """

    name: str | None
    number: int | None
    conditional: bool = False
    service: str = ""


@dataclass(frozen=True, slots=True)
class CancelAll:
    """The end of all open orders that wait for a price, or of all others; `service` as that of `Cancel`."""

    conditional: bool = False
    service: str = ""


@dataclass(frozen=True, slots=True)
class CancelList:
    """The end of all orders of a list."""

    name: str


@dataclass(frozen=True, slots=True)
class Find:
    """An order by its name, or by the exchange's own number."""

    name: str | None
    number: int | None = None
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class FindList:
    """A list by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class FindOpen:
    """All open orders; `closed`: those that the same list shows beside them."""

    conditional: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """The orders that came to be in a span of time, of one name where it is given."""

    start: int
    end: int | None
    conditional: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class WhoseKey:
    """The account of the key."""


@dataclass(frozen=True, slots=True)
class MarketData:
    """Rules, prices, time: the dialect knows what, and answers it alone."""

    answer: object


Placing = Place | Replace


@dataclass(frozen=True, slots=True)
class Trades:
    """What the order of that number has traded, as one trade."""

    number: int


Change = Place | Replace | Amend | Cancel | CancelAll | CancelList
Question = Find | FindList | FindOpen | History | Trades | WhoseKey


@dataclass(frozen=True, slots=True)
class Request:
    """What a request asks for, and with what it was signed; market data is not signed.

    `account` says which of several accounts of the key's it is about; it goes on the uid.
    """

    call: Change | Question | MarketData
    key: str
    signed_at: int = 0
    window_ms: int = 0
    account: str = ""


# ------------------------------------------------------------------ what became of it


@dataclass(frozen=True, slots=True)
class Replaced:
    """Which half of a replacement happened; neither, if the old order is not open."""

    canceled: SimOrder | None = None
    placed: SimOrder | None = None


@dataclass(frozen=True, slots=True)
class ListIsOpen:
    """Whether any order of a list that was found is open."""

    open: bool


Outcome = SimOrder | Sequence[SimOrder] | Replaced | ListIsOpen | str
"""Of `Cancel...` and of questions: the order, or orders, that were found; of `WhoseKey` the account."""


class Dialect(Protocol):
    """The wire of one venue."""

    @property
    def refusals(self) -> Sequence[Reply]:
        """What it may say to any request that changes something, and then has not done it."""

    @property
    def limits(self) -> Sequence[Reply]:
        """What it may say to any request because too much was asked."""

    @property
    def server_errors(self) -> Sequence[Reply]:
        """What it may say to any request, whether it has done it or not."""

    def read(self, method: str, path: str, sent: str, headers: Mapping[str, str]) -> Request:
        """Return what a request asks for; `sent` is its query, or else its body."""

    def success(self, call: Change | Question, became: Outcome, now: int) -> Reply:
        """Return the answer to what was done."""

    def market_data(self, data: MarketData, now: int) -> Reply:
        """Return the answer to a question about the market."""

    def refusal(self, why: Why) -> Reply:
        """Return the answer to what was not done."""

    def is_refusal(self, reply: Reply | NoReply) -> bool:
        """Return whether the answer says for certain that nothing was executed."""
