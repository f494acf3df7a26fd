"""The two lists that hold an account's orders at Bybit, and how they are read.

"No such order" is a success with an empty list. Neither list proves it alone: what is closed is wiped from the first
one by a restart of theirs ("Get Open & Closed Orders"), and the second may delay ("Get Order History").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from orderexec.domain.orders import Fees, OrderReport
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.validity import CLOCK_MARGIN_MS
from orderexec.ports import Credentials
from orderexec.venues.absence import Source
from orderexec.venues.call import Parameters
from orderexec.venues.replies import Unreadable

from .connection import CURSOR, Connection
from .fees import read_fees
from .products import EXECUTIONS, HISTORY, HISTORY_SPAN_MS, ORDERS_A_PAGE, REALTIME, BybitProduct
from .reports import Listed, read_listed
from .rules import read_list

_MOST_TRADES = 100
_MOST_SPANS = 8  # 56 days: no queue keeps a message for longer than 14
_USUAL_SPAN: Parameters = {}
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
        """Return every order of that id that the source has, those of its newest span first.

        `since` is from when on (exchange's clock, epoch ms) they can have been created; None is the last 7 days.
        """
        named = {"category": self.product.category, "symbol": symbol, "orderLinkId": client_order_id}
        spans = self._list_spans(since) if source is Source.HISTORY else [_USUAL_SPAN]
        if len(spans) > _MOST_SPANS:
            return Failure(Meaning.UNKNOWN, None, "the order history since then is too long to be looked at")
        found: list[Listed] = []
        for span in spans:
            told = self._ask_all(_PATHS[source], named | span)
            if isinstance(told, Failure):
                return told
            found += told
        if any(each.report.client_order_id != client_order_id for each in found):
            return Failure(Meaning.UNKNOWN, None, f"{source} answers with another order than the one asked for")
        return found

    def ask_recent(self, symbol: str, *, closed: bool = False) -> list[Listed] | Failure:
        """Return the symbol's orders that are open, or else those of the last 500 that are not."""
        return self.ask_open({"symbol": symbol} | ({"openOnly": "1"} if closed else {}))

    def ask_open(self, named: Parameters) -> list[Listed] | Failure:
        """Return the orders that `named` asks for: those that are open, where it says nothing else."""
        return self._ask_all(REALTIME, {"category": self.product.category} | named)

    def _list_spans(self, since: int | None) -> list[Parameters]:
        """Return the spans in which the history is asked for; one holds 7 days at the most, and is the last 7 unnamed.

        No more than one span too many: nobody asks for all of them then.
        """
        spans, start = [_USUAL_SPAN], self.connection.now() - HISTORY_SPAN_MS
        while since is not None and since < start and len(spans) <= _MOST_SPANS:
            end = start + CLOCK_MARGIN_MS  # the last 7 days are counted by the exchange's own clock
            start = max(since, end - HISTORY_SPAN_MS)
            spans.append({"startTime": str(start), "endTime": str(end)})
        return spans

    def _ask_all(self, path: str, named: Parameters) -> list[Listed] | Failure:
        """Return all that is listed, page by page.

        The exchange names a next page after the last one too, so a page that is not full is the last one. An empty page
        that names a next one is not taken for the end: nothing may be absent on the word of a part of a list. A page
        that names itself as the next one (nautilus_trader, pull request 5019) hides the rest.
        """
        found: list[Listed] = []
        asked = named | {"limit": str(ORDERS_A_PAGE)}
        for _ in range(_MOST_PAGES):
            page = self._ask(path, asked)
            if isinstance(page, Failure):
                return page
            found += page.orders
            if not page.cursor or 0 < len(page.orders) < ORDERS_A_PAGE:
                return found
            if page.cursor == asked.get(CURSOR):
                break
            asked = asked | {CURSOR: page.cursor}
        return Failure(Meaning.UNKNOWN, None, "the list of orders has no end that can be reached")

    def ask_fees(self, report: OrderReport) -> Fees | Failure:
        """Return what the order's trades cost, if one page holds all of them."""
        named = {"category": self.product.category, "symbol": report.symbol, "orderId": report.order_id}
        answer = self.connection.ask(EXECUTIONS, named | {"limit": str(_MOST_TRADES)}, self.credentials)
        return self.connection.parse(*answer, lambda document: read_fees(read_list(document), report))

    def _ask(self, path: str, named: Parameters) -> _Page | Failure:
        told = self.connection.parse(*self.connection.ask(path, named, self.credentials), _read_page)
        if isinstance(told, Failure) and told.meaning is Meaning.NOT_FOUND:
            # Only an empty list is the documented word for "there is no such order"; an error code is none.
            return Failure(Meaning.UNKNOWN, told.code, told.detail)
        return told


def _read_page(document: Mapping[str, Any]) -> _Page:
    return _Page([read_listed(entry) for entry in read_list(document)], read_cursor(document))


def read_cursor(document: Mapping[str, Any]) -> str:
    """Return what names the next page, "" where there is none. Raises Unreadable of what could not be sent."""
    cursor = document["result"].get("nextPageCursor") or ""
    if not (isinstance(cursor, str) and _CURSOR.fullmatch(cursor)):
        raise Unreadable("the cursor of the next page cannot be read")
    return cursor
