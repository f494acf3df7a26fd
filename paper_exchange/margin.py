"""The margin accounts of an owner: one cross account, and an isolated one for each symbol, beside the spot account."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from paper_exchange.engine.loans import Lender, Loans
from paper_exchange.engine.margin_settlement import MarginSettlement
from paper_exchange.engine.settlement import Settlement
from paper_exchange.exchange import Exchange
from paper_exchange.rules.starting_state import BORROW_LIMITS, CROSS_BALANCES, ISOLATED_BALANCES
from paper_exchange.rules.symbols import Rule

ID_RANGE = 1_000_000_000
"""Each account numbers its orders in a range of its own, so that no two orders of an owner have the same number."""


class MarginAccount(Exchange):
    """The exchange as one margin account sees it: the markets are the same, balances, debts and orders its own."""

    def __init__(
        self, venue: Exchange, lender: Lender, number: int, balances: Mapping[str, Decimal], symbol: str | None = None
    ) -> None:
        self.symbol = symbol
        """Of an isolated account the only one that it trades; None of a cross account."""
        self._venue = venue
        self._lender = lender
        self._number = number
        self._balances = balances
        super().__init__(clock=venue.now_us, uid=venue.uid)
        venue.attach(self)

    def reset(self) -> None:
        """Open the account anew, on the markets and under the limits of the exchange."""
        venue = self._venue
        self.clock_offset_ms = 0
        self.markets, self.asset_limits, self.limits = venue.markets, venue.asset_limits, venue.limits
        self._random = venue._random
        self._beside = []
        self._open_account(self._balances, first_id=self._number * ID_RANGE + 1)

    def rules(self) -> Mapping[str, Rule]:
        """Return the filters of the whole exchange, numbers as Decimal."""
        return self._venue.rules()

    def _new_settlement(self, **parts: Any) -> Settlement:
        self.loans = Loans(self.account, self._lender)
        return MarginSettlement(loans=self.loans, **parts)


class MarginAccounts:
    """The margin accounts of one owner, who trades on `venue` with a spot account."""

    def __init__(self, venue: Exchange) -> None:
        self.lender = Lender(BORROW_LIMITS)
        self.cross = MarginAccount(venue, self.lender, 1, CROSS_BALANCES)
        self.isolated = {
            name: MarginAccount(venue, self.lender, number, ISOLATED_BALANCES.get(name, {}), name)
            for number, name in enumerate(venue.markets, start=2)
        }

    def of(self, symbol: str | None, *, isolated: bool) -> MarginAccount:
        """Return the account that a request means; for a symbol that is not listed the cross account."""
        return self.isolated.get(symbol or "", self.cross) if isolated else self.cross
