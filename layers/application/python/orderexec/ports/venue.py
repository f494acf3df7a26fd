"""One exchange product: what may be sent to it, how it is sent, and what became of it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from orderexec.domain.controls import ClosedGate
from orderexec.domain.look_costs import LookCosts
from orderexec.domain.order_words import MarginMode, PositionSide
from orderexec.domain.orders import Fees, Order, OrderReport
from orderexec.domain.outcomes import Answer, Failure, SendTiming
from orderexec.domain.rate_limits import Load
from orderexec.domain.requests import Request
from orderexec.domain.validity import Resend, Validity

from .facts import Rules
from .keys import Credentials


class Traffic(Protocol):
    """What may go to one venue now, so that its limits are kept and not only met."""

    @property
    def pool(self) -> str:
        """What the exchange counts together: the venue, or several products of one exchange."""

    def find_closed_gate(self, account: str, *, places: bool) -> ClosedGate | None:
        """Until when no request for the account may be made; if it is one that `places` orders, pauses count too."""

    def load(self) -> Load:
        """How near its limits are, as far as this container knows."""

    def note_answer(self, sent: SendTiming) -> None:
        """Keep how an order request went, to be told."""

    def take_answers(self) -> list[SendTiming]:
        """How the order requests went since this was last asked, the newest hundred."""

    def acquire_slot(self, account: str, orders: int = 1) -> AbstractContextManager[ClosedGate | None]:
        """Wait until so many more orders of the account may be under way, which one request places.

        If none may go now: until when, and why.
        """


class ExchangeAccounts(Protocol):
    """For whom requests are signed at one venue. A fault of the store that keeps the ids raises."""

    @property
    def address(self) -> str:
        """The exchange that requests go to; equal for two venues only if they are documented to be one exchange."""

    def name_signer(self, credentials: Credentials) -> str:
        """Where and with which key a request is signed: the exchange's address, and the key's fingerprint."""

    def recall_id(self, signer: str) -> str | None:
        """The exchange's own id of the account that the key belongs to, if any container has ever asked for it."""

    def find_id(self, credentials: Credentials) -> str | Failure | None:
        """The exchange's own id of the key's account, asked for unless it is known. None: it tells no such id."""


@dataclass(frozen=True, slots=True)
class PositionSettings:
    """How an account's position in a symbol is set up at the exchange. Leverage may have decimals.

    `short_leverage` is that of the short position in hedge mode, where it has one of its own.
    """

    leverage: int | Decimal
    margin_mode: MarginMode
    short_leverage: int | Decimal | None = None

    def get_leverage(self, side: PositionSide | None) -> int | Decimal:
        """Return that of the position that an order with this `position_side` trades for."""
        if side is PositionSide.SHORT and self.short_leverage is not None:
            return self.short_leverage
        return self.leverage


class Positions(Protocol):
    """What an account has open at a venue of derivatives. Nothing raises: every failure is an answer."""

    def ask_position(self, symbol: str, side: PositionSide | None, credentials: Credentials) -> Decimal | Failure:
        """Return how much is open, above zero if long and below if short, in what the venue counts.

        `side` names the position of an account in hedge mode; None is the only one of an account in one-way mode.
        """

    def ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """Return leverage and margin mode of the account's position in the symbol, at most a minute old."""


class Venue(Protocol):
    """One exchange product. Nothing raises: every failure is an answer."""

    @property
    def rules(self) -> Rules:
        """Its symbols' rules."""

    @property
    def traffic(self) -> Traffic:
        """What may be sent to it now."""

    @property
    def resend(self) -> Resend:
        """How often an order may be sent again after a doubt."""

    @property
    def accounts(self) -> ExchangeAccounts:
        """Whose keys they are, by its own word."""

    @property
    def positions(self) -> Positions | None:
        """What accounts have open; None where no derivatives are traded."""

    def get_validity(self, request: Request) -> Validity:
        """For how long the request may still take effect after the instant that it is signed with."""

    def now(self) -> int:
        """The exchange's clock, epoch ms, as well as it is known without asking."""

    def ask_server_time(self) -> int | Failure:
        """The exchange's clock, asked for; `now` is corrected by it."""

    def send(self, request: Request, signed_at: int, credentials: Credentials) -> Answer:
        """Send the request once, signed with `signed_at` and no other instant."""

    def find(self, request: Request, credentials: Credentials) -> Answer:
        """Return whether the request has had its effect, found by its client order id.

        A Failure that `shows_absence` only on the exchange's own word that it has not: NOT_FOUND if there is no such
        order, NO_EFFECT if the order is there but is not cancelled, or not reduced.
        """

    def prove_absence(self, request: Request, since: int, credentials: Credentials) -> Answer:
        """As `find`, but an order is looked for in every source that the venue names, from `since` on (epoch ms).

        NOT_FOUND only if each of them says so; one that fails or shows the order decides otherwise.
        """

    def ask_free_balance(
        self, asset: str, credentials: Credentials, *, isolated_symbol: str | None = None
    ) -> Decimal | Failure:
        """What the account has of `asset` and no order holds.

        `isolated_symbol`: in the account that is set apart for that symbol, where the venue has such accounts.
        """

    @property
    def look_costs(self) -> LookCosts:
        """What the exchange counts for a look at an order."""

    def look_up(self, order: Order, credentials: Credentials) -> OrderReport | Failure:
        """The order as it stands now, by its client order id, whatever it was changed to since it was sent.

        Of an order that was triggered, with what became of it. NOT_FOUND only if every source that the lookup needs
        says that there is none.
        """

    def list_open_orders(self, order: Order, credentials: Credentials) -> list[OrderReport] | Failure:
        """Every open order of the list that `order` would stand in: of its symbol and account.

        The list may lag: that an order is not in it proves nothing.
        """

    def ask_fees(self, order: Order, report: OrderReport, credentials: Credentials) -> Fees | Failure:
        """What the trades of the order cost, of which `report` tells; a Failure unless each of them is shown."""

    def list_orders(self, request: Request, since: int, credentials: Credentials) -> list[OrderReport] | Failure:
        """Every order with the request's client order id from `since` (exchange's clock, epoch ms) on, open or not."""
