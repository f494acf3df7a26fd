"""Endpoints that find orders and trades again: two lists of orders, of which neither shows everything at all times."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.answers import orders
from paper_exchange.dialects.bybit.answers.states import WITHOUT_FILL, status_of
from paper_exchange.dialects.bybit.entering import contracts
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.dialects.bybit.words import Category, OrderFilter
from paper_exchange.engine.contracts import Contract
from paper_exchange.engine.orders import Trade

MOST_CLOSED = 500
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
ONE_BASE_UNIT = Contract()  # what an order of spot counts


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


def realtime(office: Office, parameters: Parameters) -> Any:
    """Answer GET realtime: what is open, and what of the last 500 closed ones no restart has wiped."""
    wanted, service = Wanted.read(parameters), parameters.choice("orderFilter", OrderFilter)
    with_closed = wanted.named or parameters.integer("openOnly") == 1
    now_us = office.account.now_us()
    found = [each for each in _found(office, wanted, service) if max(each.seen_us, each.hidden_until_us) <= now_us]
    closed = [each for each in office.tickets if each.asked.category is wanted.category and not each.open]
    kept = {id(each) for each in closed[-MOST_CLOSED:] if not each.wiped}
    told = [each for each in found if each.open or (with_closed and id(each) in kept)]
    return _page(office, parameters, wanted.category, told)


def history(office: Office, parameters: Parameters) -> Any:
    """Answer GET history: what is closed, later than it closed, and not for ever."""
    wanted, service = Wanted.read(parameters), parameters.choice("orderFilter", OrderFilter)
    first, last = _span(office, parameters)
    status = parameters.text("orderStatus")
    told = [
        each
        for each in _found(office, wanted, service)
        if not each.open and first <= each.time_ms <= last and _in_history(office, each)
        if status in (None, status_of(each))
    ]
    return _page(office, parameters, wanted.category, told)


def executions(office: Office, parameters: Parameters) -> Any:
    """Answer GET execution/list."""
    wanted, (first, last) = Wanted.read(parameters), _span(office, parameters)
    fills = [
        (each, ticket)
        for ticket in _found(office, wanted, None)
        for each in (() if ticket.order is None else ticket.order.trades)
        if first <= each.time_ms <= last and _shown(office, ticket, each.time_ms)
    ]
    fills.sort(key=lambda fill: (fill[0].time_ms, fill[0].trade_id), reverse=True)
    rows, cursor = _cut(parameters, fills, default=50, most=100)
    told = [_trade(office, each, ticket) for each, ticket in rows]
    return {"list": told, "nextPageCursor": cursor, "category": wanted.category}


def tell(office: Office, ticket: Ticket) -> dict[str, Any]:
    """Return an order as every list tells it."""
    if ticket.asked.spot:
        return orders.order(ticket, ONE_BASE_UNIT)
    market = contracts(office.account, ticket.asked.category).market(ticket.asked.symbol)
    return orders.order(ticket, market.symbol.contract)


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


def _found(office: Office, wanted: Wanted, service: OrderFilter | None) -> list[Ticket]:
    found = [each for each in office.tickets if wanted.fits(each, assets_of(office, each))]
    return [each for each in found if service in (None, service_of(each))]


def _span(office: Office, parameters: Parameters) -> tuple[int, int]:
    """ "startTime and endTime are not passed, return 7 days by default"."""
    start, end, now = parameters.integer("startTime"), parameters.integer("endTime"), office.now_ms()
    if start is not None and end is not None and not 0 <= end - start <= WEEK_MS:
        raise errors.invalid("startTime and endTime are more than 7 days apart")
    if start is not None:
        return start, start + WEEK_MS if end is None else end
    return (now if end is None else end) - WEEK_MS, now if end is None else end


def _in_history(office: Office, ticket: Ticket) -> bool:
    """What ended without a fill is there for 24 hours."""
    filled = ticket.order is not None and ticket.order.executed
    young = office.now_ms() - ticket.update_time_ms <= DAY_MS
    return _shown(office, ticket, ticket.update_time_ms) and (bool(filled) or young or not _ended_idle(ticket))


def _ended_idle(ticket: Ticket) -> bool:
    return status_of(ticket) in WITHOUT_FILL


def _shown(office: Office, ticket: Ticket, time_ms: int) -> bool:
    late = time_ms + office.settings.history_ms > office.now_ms()
    return not late and ticket.hidden_until_us <= office.account.now_us()


def _page(office: Office, parameters: Parameters, category: Category, found: list[Ticket]) -> Any:
    newest_first = sorted(found, key=lambda each: each.time_ms, reverse=True)
    rows, cursor = _cut(parameters, newest_first, default=20, most=50)
    return {"list": [tell(office, each) for each in rows], "nextPageCursor": cursor, "category": category}


def _cut(parameters: Parameters, rows: list[Any], *, default: int, most: int) -> tuple[list[Any], str]:
    """A cursor is percent-encoded in the answer, and understood as it came and decoded."""
    limit = min(parameters.integer("limit") or default, most)
    said = unquote(parameters.text("cursor") or "").removeprefix("page_args=").removesuffix("&")
    start = int(said) if said.isdecimal() else 0
    more = start + limit < len(rows)
    return rows[start : start + limit], quote(f"page_args={start + limit}&") if more else ""


def _trade(office: Office, each: Trade, ticket: Ticket) -> dict[str, Any]:
    asked = ticket.asked
    if asked.spot:
        return orders.trade(each, ticket, office.account.market(asked.symbol).price)
    return orders.trade(each, ticket, contracts(office.account, asked.category).market(asked.symbol).mark_price)
