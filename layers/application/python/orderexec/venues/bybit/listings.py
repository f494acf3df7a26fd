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
        told = self._ask_all(_PATHS[source], named)
        if isinstance(told, Failure):
            return told
        if any(each.report.client_order_id != client_order_id for each in told):
            return Failure(Meaning.UNKNOWN, None, f"{source} answers with another order than the one asked for")
        return told

    def ask_recent(self, symbol: str, *, closed: bool = False) -> list[Listed] | Failure:
        """Return the symbol's orders that are open, or else those of the last 500 that are not."""
        asked = {"category": self.product.category, "symbol": symbol} | ({"openOnly": "1"} if closed else {})
        return self._ask_all(REALTIME, asked)

    def _ask_all(self, path: str, named: Parameters) -> list[Listed] | Failure:
        """Return all that is listed, page by page.

        The exchange names a next page after the last one too, so a page that is not full is the last one. An empty page
        that names a next one is not taken for the end: nothing may be absent on the word of a part of a list. A page
        that names itself as the next one (nautilus_trader, pull request 5019) hides the rest.
        """
        found: list[Listed] = []
        asked = named | {"limit": str(_ORDERS_A_PAGE)}
        for _ in range(_MOST_PAGES):
            page = self._ask(path, asked)
            if isinstance(page, Failure):
                return page
            found += page.orders
            if not page.cursor or 0 < len(page.orders) < _ORDERS_A_PAGE:
                return found
            if page.cursor == asked.get(CURSOR):
                break
            asked = asked | {CURSOR: page.cursor}
        return Failure(Meaning.UNKNOWN, None, "the list of orders has no end that can be reached")

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
