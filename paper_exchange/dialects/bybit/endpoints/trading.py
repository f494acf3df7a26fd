"""Endpoints that place, change and cancel orders. Each answers ids alone: what became of it is told elsewhere."""

from typing import Any

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.answers.states import status_of
from paper_exchange.dialects.bybit.changes import amend_order, cancel_order
from paper_exchange.dialects.bybit.endpoints.wanted import assets_of, service_of
from paper_exchange.dialects.bybit.errors import Refused
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.order_parameters import read_order
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.refusals import worded
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.dialects.bybit.words import Category, OrderFilter
from paper_exchange.refusal import Kind, Refusal


def create(office: Office, parameters: Parameters) -> Any:
    """Answer POST create."""
    return _acknowledged(office.place(read_order(parameters)))


def amend(office: Office, parameters: Parameters) -> Any:
    """Answer POST amend."""
    ticket = _named(office, parameters)
    amend_order(office, ticket, parameters)
    return _acknowledged(ticket)


def cancel(office: Office, parameters: Parameters) -> Any:
    """Answer POST cancel: at spot of the service that is named, which is that of plain orders by default."""
    ticket = _named(office, parameters)
    service = parameters.choice("orderFilter", OrderFilter) or OrderFilter.ORDER
    if ticket.asked.spot and _waits(ticket) is (service is OrderFilter.ORDER):
        raise _no_such_order(Category.SPOT)
    cancel_order(office, ticket)
    return _acknowledged(ticket)


def cancel_all(office: Office, parameters: Parameters) -> Any:
    """Answer POST cancel-all: of spot without a filter plain orders alone, of contracts all kinds."""
    category, symbol = parameters.required_choice("category", Category), parameters.text("symbol")
    coins = {parameters.text("baseCoin"), parameters.text("settleCoin")} - {None}
    if category is not Category.SPOT and symbol is None and not coins:
        raise errors.invalid("symbol, baseCoin or settleCoin is required")
    service = parameters.choice("orderFilter", OrderFilter)
    if service is None and category is Category.SPOT:
        service = OrderFilter.ORDER
    ended = [
        each
        for each in office.tickets
        if each.asked.category is category and each.open and office.in_engine(each)
        if service in (None, service_of(each))
        if (symbol == each.asked.symbol if symbol is not None else not coins or coins & assets_of(office, each))
    ]
    for ticket in ended:
        if ticket.open:  # one of a pair ends with the other
            cancel_order(office, ticket)
    return {"list": [_acknowledged(each) for each in ended], "success": "1"}


def _acknowledged(ticket: Ticket) -> dict[str, str]:
    return {"orderId": ticket.order_id, "orderLinkId": ticket.asked.link_id or ""}


def _named(office: Office, parameters: Parameters) -> Ticket:
    category = parameters.required_choice("category", Category)
    symbol = parameters.required("symbol")
    order_id, link_id = parameters.text("orderId"), parameters.link_id()
    if order_id is None and link_id is None:
        raise errors.invalid("orderId or orderLinkId is required")
    found = office.tickets.named(category, order_id, link_id)
    if found is None or found.asked.symbol != symbol:
        raise _no_such_order(category)
    return found


def _waits(ticket: Ticket) -> bool:
    return status_of(ticket) == "Untriggered"


def _no_such_order(category: Category) -> Refused:
    return worded(Refusal(Kind.UNKNOWN_ORDER), spot=category is Category.SPOT)
