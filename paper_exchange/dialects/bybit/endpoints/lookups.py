"""Endpoints that find orders and trades again: two lists of orders, of which neither shows everything at all times."""

from typing import Any

from paper_exchange.dialects.bybit.answers import fills, orders
from paper_exchange.dialects.bybit.answers.states import WITHOUT_FILL, status_of
from paper_exchange.dialects.bybit.endpoints.wanted import Wanted, cut, found, span
from paper_exchange.dialects.bybit.entering import contracts
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.dialects.bybit.words import Category, OrderFilter
from paper_exchange.engine.contracts import Contract
from paper_exchange.engine.orders import Trade

MOST_CLOSED = 500
DAY_MS = 86_400_000
ONE_BASE_UNIT = Contract()  # what an order of spot counts


def realtime(office: Office, parameters: Parameters) -> Any:
    """Answer GET realtime: what is open, and what of the last 500 closed ones no restart has wiped."""
    wanted, service = Wanted.read(parameters), parameters.choice("orderFilter", OrderFilter)
    with_closed = wanted.named or parameters.integer("openOnly") == 1
    now_us = office.account.now_us()
    shown = [each for each in found(office, wanted, service) if max(each.seen_us, each.hidden_until_us) <= now_us]
    closed = [each for each in office.tickets if each.asked.category is wanted.category and not each.open]
    kept = {id(each) for each in closed[-MOST_CLOSED:] if not each.wiped}
    told = [each for each in shown if each.open or (with_closed and id(each) in kept)]
    return _page(office, parameters, wanted.category, told)


def history(office: Office, parameters: Parameters) -> Any:
    """Answer GET history: what is closed, later than it closed, and not for ever."""
    wanted, service = Wanted.read(parameters), parameters.choice("orderFilter", OrderFilter)
    first, last = span(office.now_ms(), parameters)
    status = parameters.text("orderStatus")
    told = [
        each
        for each in found(office, wanted, service)
        if not each.open and first <= each.time_ms <= last and _in_history(office, each)
        if status in (None, status_of(each))
    ]
    return _page(office, parameters, wanted.category, told)


def executions(office: Office, parameters: Parameters) -> Any:
    """Answer GET execution/list."""
    wanted, (first, last) = Wanted.read(parameters), span(office.now_ms(), parameters)
    filled = [
        (each, ticket)
        for ticket in found(office, wanted, None)
        for each in (() if ticket.order is None else ticket.order.trades)
        if first <= each.time_ms <= last and _shown(office, ticket, each.time_ms)
    ]
    filled.sort(key=lambda fill: (fill[0].time_ms, fill[0].trade_id), reverse=True)
    rows, cursor = cut(parameters, filled, default=50, most=100)
    told = [_trade(office, each, ticket) for each, ticket in rows]
    return {"list": told, "nextPageCursor": cursor, "category": wanted.category}


def tell(office: Office, ticket: Ticket) -> dict[str, Any]:
    """Return an order as every list tells it."""
    if ticket.asked.spot:
        return orders.order(ticket, ONE_BASE_UNIT)
    market = contracts(office.account, ticket.asked.category).market(ticket.asked.symbol)
    return orders.order(ticket, market.symbol.contract)


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


def _page(office: Office, parameters: Parameters, category: Category, rows: list[Ticket]) -> Any:
    newest_first = rows[::-1]
    page, cursor = cut(parameters, newest_first, default=20, most=50)
    return {"list": [tell(office, each) for each in page], "nextPageCursor": cursor, "category": category}


def _trade(office: Office, each: Trade, ticket: Ticket) -> dict[str, Any]:
    asked = ticket.asked
    if asked.spot:
        return fills.trade(each, ticket, office.account.market(asked.symbol).price)
    return fills.trade(each, ticket, contracts(office.account, asked.category).market(asked.symbol).mark_price)
