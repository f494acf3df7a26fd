"""A unified account: one wallet for spot and for contracts, beside the spot account of the same owner."""

from collections.abc import Callable, Mapping

from paper_exchange.engine.orders import NewOrder, Order
from paper_exchange.engine.repricing import Repricing
from paper_exchange.exchange import Exchange
from paper_exchange.futures_terms import Terms
from paper_exchange.refusal import Kind, Refusal
from paper_exchange.rules.symbols import Rule
from paper_exchange.rules.unified_state import BALANCES, INVERSE, LINEAR

MOST_ORDERS = 500  # of spot in total
MOST_WAITING = 30  # of one symbol


class UnifiedAccount(Exchange):
    """The exchange as a unified account sees it: the spot markets are those of `venue`, all else is its own.

    What is free in the wallet pays for spot orders and stands behind contracts.
    """

    def __init__(self, venue: Exchange) -> None:
        self._venue = venue
        super().__init__(clock=venue.now_us, seed=venue.seed, uid=venue.uid)
        venue.attach(self)

    def reset(self) -> None:
        """Open the account anew, on the spot markets of the exchange."""
        venue = self._venue
        self.clock_offset_ms = 0
        self.markets, self.asset_limits, self.limits = venue.markets, {}, []
        self._random = venue._random
        self._beside = []
        self._open_account(BALANCES)
        self.repricing = Repricing(self._engine)
        self.linear = self._futures(LINEAR, Terms([]), self.account)
        self.inverse = self._futures(INVERSE, Terms([]), self.account)

    def rules(self) -> Mapping[str, Rule]:
        """Return no filters: what the exchange has of them is of another venue."""
        return {}

    @property
    def allows(self) -> Mapping[str, bool]:
        """What the owner's keys are permitted."""
        return self._venue.permissions

    def advance(self) -> None:
        """Let prices walk up to now, with all that this does to orders."""
        self._venue.advance()
        self.linear.advance()
        self.inverse.advance()

    def listen(self, concluded: Callable[[Order], None]) -> None:
        """Tell of each spot order that traded or ended in the book."""
        self._settlement.concluded = concluded

    def check_room(self, *new: NewOrder, lists: int = 0) -> None:  # noqa: ARG002 - lists are not counted here
        """Pass so many more orders if the account has room for them: "Place Order", Open orders up limit."""
        waiting = [each for each in self.orders.open_orders(new[0].symbol) if each.request.contingent]
        if len(self.orders.open_orders()) + len(new) > MOST_ORDERS:
            raise Refusal(Kind.MAX_NUM_ORDERS)
        if new[0].contingent and len(waiting) + len(new) > MOST_WAITING:
            raise Refusal(Kind.MAX_NUM_ALGO_ORDERS)
