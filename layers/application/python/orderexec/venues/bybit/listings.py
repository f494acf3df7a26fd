"""The two lists that hold an account's orders at Bybit, and how they are read.

"No such order" is a success with an empty list. Neither list proves it alone: what is closed is wiped from the first
one by a restart of theirs ("Get Open & Closed Orders"), and the second may delay ("Get Order History").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials
from orderexec.venues.absence import Source
from orderexec.venues.call import Parameters
from orderexec.venues.replies import Unreadable

from .connection import CURSOR, Connection
from .products import HISTORY, HISTORY_SPAN_MS, REALTIME, BybitProduct
from .reports import Listed, read_listed
from .rules import read_list

_ORDERS_A_PAGE = 50
_MOST_PAGES = 20  # of open orders an account has 500 of a symbol at the most
_PATHS = {Source.LOOKUP: REALTIME, Source.HISTORY: HISTORY}
_CURSOR = re.compile(r"""[^\s&#"<>]{0,1000}""", re.ASCII)


class _Page(NamedTuple):
    orders: list[Listed]
    cursor: str


@dataclass(frozen=True, slots=True)
class Listings:
    """What is listed of the orders of one account."""

    connection: Connection
    credentials: Credentials
    product: BybitProduct

    def ask_named(self, source: Source, symbol: str, client_order_id: str, since: int | None) -> list[Listed] | Failure:
        """Return every order of that id that the source has, the newest first."""
        named = {"category": self.product.category, "symbol": symbol, "orderLinkId": client_order_id}
        if source is Source.HISTORY and since is not None and since < self.connection.now() - HISTORY_SPAN_MS:
            named |= {"startTime": str(since)}
        told = self._ask(_PATHS[source], named)
        if isinstance(told, Failure):
            return told
        if any(each.report.client_order_id != client_order_id for each in told.orders):
            return Failure(Meaning.UNKNOWN, None, f"{source} answers with another order than the one asked for")
        return told.orders

    def ask_recent(self, symbol: str, *, closed: bool = False) -> list[Listed] | Failure:
        """Return the symbol's orders that are open, or else those of the last 500 that are not, page by page."""
        return self.ask_open({"symbol": symbol} | ({"openOnly": "1"} if closed else {}))

    def ask_open(self, named: Parameters) -> list[Listed] | Failure:
        """Return the orders that `named` asks for, page by page: those that are open, where it says nothing else."""
        found: list[Listed] = []
        asked = {"category": self.product.category, "limit": str(_ORDERS_A_PAGE)} | named
        for _ in range(_MOST_PAGES):
            page = self._ask(REALTIME, asked)
            if isinstance(page, Failure):
                return page
            found += page.orders
            if len(page.orders) < _ORDERS_A_PAGE or not page.cursor:
                return found
            asked[CURSOR] = page.cursor
        return Failure(Meaning.UNKNOWN, None, "the list of orders is too long to be looked at")

    def _ask(self, path: str, named: Parameters) -> _Page | Failure:
        told = self.connection.parse(*self.connection.ask(path, named, self.credentials), _read_page)
        if isinstance(told, Failure) and told.meaning is Meaning.NOT_FOUND:
            # Only an empty list is the documented word for "there is no such order"; an error code is none.
            return Failure(Meaning.UNKNOWN, told.code, told.detail)
        return told


def _read_page(document: Mapping[str, Any]) -> _Page:
    orders = [read_listed(entry) for entry in read_list(document)]
    cursor = document["result"].get("nextPageCursor") or ""
    if not (isinstance(cursor, str) and _CURSOR.fullmatch(cursor)):
        raise Unreadable("the cursor of the next page cannot be read")
    return _Page(orders, cursor)
