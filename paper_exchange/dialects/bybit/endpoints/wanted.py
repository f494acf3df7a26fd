"""Which orders a list is asked for, of what time, and which page of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.entering import contracts
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.dialects.bybit.words import Category, OrderFilter

WEEK_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders a list is asked for; "orderId > orderLinkId > symbol > baseCoin"."""

    category: Category
    order_id: str | None
    link_id: str | None
    symbol: str | None
    coins: frozenset[str]

    @classmethod
    def read(cls, parameters: Parameters) -> "Wanted":
        """Return it. Raises 10001 and, at linear without a symbol or a coin, the same."""
        category = parameters.required_choice("category", Category)
        coins = {parameters.text("baseCoin"), parameters.text("settleCoin")} - {None}
        symbol = parameters.text("symbol")
        if category is Category.LINEAR and symbol is None and not coins:
            raise errors.invalid("symbol, baseCoin or settleCoin is required")
        return cls(category, parameters.text("orderId"), parameters.link_id(), symbol, frozenset(map(str, coins)))

    @property
    def named(self) -> bool:
        """Whether one order is asked for."""
        return self.order_id is not None or self.link_id is not None

    def fits(self, ticket: Ticket, assets: Iterable[str]) -> bool:
        """Return whether it is one of them; `assets` are those of its symbol."""
        if ticket.asked.category is not self.category:
            return False
        if self.order_id is not None:
            return ticket.order_id == self.order_id
        if self.link_id is not None:
            return ticket.asked.link_id == self.link_id
        if self.symbol is not None:
            return ticket.asked.symbol == self.symbol
        return not self.coins or bool(self.coins & {*assets})


def found(office: Office, wanted: Wanted, service: OrderFilter | None) -> list[Ticket]:
    """Return what is wanted of the orders of a service, or of all; oldest first."""
    fitting = [each for each in office.tickets if wanted.fits(each, assets_of(office, each))]
    return [each for each in fitting if service in (None, service_of(each))]


def assets_of(office: Office, ticket: Ticket) -> set[str]:
    """Return the assets by which orders of its symbol are asked for."""
    asked = ticket.asked
    if asked.spot:
        symbol = office.account.market(asked.symbol).symbol
        return {symbol.base, symbol.quote}
    contract = contracts(office.account, asked.category).market(asked.symbol).symbol
    return {contract.base, contract.margin_asset}


def service_of(ticket: Ticket) -> OrderFilter:
    """Return which service holds an order now."""
    if ticket.asked.spot:
        return OrderFilter.OCO if ticket.sibling is not None else ticket.asked.order_filter
    return OrderFilter.ORDER if ticket.asked.trigger_price is None else OrderFilter.STOP


def span(now_ms: int, parameters: Parameters) -> tuple[int, int]:
    """Return from when to when is asked for: "startTime and endTime are not passed, return 7 days by default"."""
    start, end = parameters.integer("startTime"), parameters.integer("endTime")
    if start is not None and end is not None and not 0 <= end - start <= WEEK_MS:
        raise errors.invalid("startTime and endTime are more than 7 days apart")
    if start is not None:
        return start, start + WEEK_MS if end is None else end
    last = now_ms if end is None else end
    return last - WEEK_MS, last


def cut(parameters: Parameters, rows: list[Any], *, default: int, most: int) -> tuple[list[Any], str]:
    """Return a page of rows, and the cursor of the next one, which is percent-encoded; "" after the last."""
    limit = min(parameters.integer("limit") or default, most)
    said = unquote(parameters.text("cursor") or "").removeprefix("page_args=").removesuffix("&")
    start = int(said) if said.isdecimal() else 0
    more = start + limit < len(rows)
    return rows[start : start + limit], quote(f"page_args={start + limit}&") if more else ""
