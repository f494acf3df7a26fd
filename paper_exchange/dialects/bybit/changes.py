"""How an order is changed and cancelled, and what is said of one that cannot be any more."""

from dataclasses import replace
from decimal import Decimal

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.answers.states import status_of
from paper_exchange.dialects.bybit.asked import Asked, Exit
from paper_exchange.dialects.bybit.entering import contracts
from paper_exchange.dialects.bybit.errors import Refused
from paper_exchange.dialects.bybit.exact_refusals import refine
from paper_exchange.dialects.bybit.office import Office
from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.engine.futures_orders import asked as asked_of
from paper_exchange.engine.orders import ZERO
from paper_exchange.refusal import Refusal

IN_TRANSIT = {
    True: (170191, "Can not cancel order, please try again later"),
    False: (110079, "The order is processing and can not be operated, please try again later"),
}
FILLED = {True: (170139, "Order has been filled."), False: (110008, "The order has been completed or cancelled.")}
CANCELLED = {True: (170142, "Order has been cancelled"), False: (110010, "The order has been cancelled")}
TOO_SMALL = {
    True: (170313, "The modified contract quantity cannot be less than to the filled quantity"),
    False: (110064, "The modified contract quantity cannot be less than or equal to the filled quantity."),
}


def cancel_order(office: Office, ticket: Ticket) -> None:
    """Cancel an open order, and of a pair of spot both. Raises Refused."""
    check_changeable(office, ticket)
    ticket.cancel_type = "CancelByUser"
    office.exits.end(ticket)


def amend_order(office: Office, ticket: Ticket, parameters: Parameters) -> None:
    """Give an open order what is sent of quantity, price, trigger price and exits. Raises Refused."""
    check_changeable(office, ticket)
    quantity, price = parameters.decimal("qty"), parameters.decimal("price")
    trigger_price = parameters.decimal("triggerPrice")
    exits = _changed_exits(ticket.asked, parameters)
    executed = ZERO if ticket.order is None else ticket.order.executed
    if quantity is not None and quantity <= executed:
        raise Refused(*TOO_SMALL[ticket.asked.spot])
    if quantity or price or trigger_price:
        try:
            _change(office, ticket, quantity, price, trigger_price)
        except Refusal as no:
            told = replace(ticket.asked, quantity=quantity or ticket.asked.quantity, price=price or ticket.asked.price)
            raise refine(no, told, office.account) from None
    elif exits == ticket.asked:
        raise errors.invalid("order not modified")
    ticket.asked = exits


def check_changeable(office: Office, ticket: Ticket) -> None:
    """Pass an order that is open and in the engine. Raises Refused."""
    spot = ticket.asked.spot
    if not office.in_engine(ticket):
        raise Refused(*IN_TRANSIT[spot])
    if not ticket.open:
        raise Refused(*(FILLED if status_of(ticket) == "Filled" else CANCELLED)[spot])


def _change(
    office: Office, ticket: Ticket, quantity: Decimal | None, price: Decimal | None, trigger_price: Decimal | None
) -> None:
    if ticket.asked.spot:
        assert ticket.plain is not None  # noqa: S101 - it is in the engine and open
        office.account.repricing.change(ticket.plain, quantity=quantity, price=price, stop_price=trigger_price)
        return
    futures = contracts(office.account, ticket.asked.category)
    if ticket.conditional is not None and ticket.conditional.open:
        futures.change_conditional(ticket.conditional, quantity=quantity, price=price, trigger_price=trigger_price)
        return
    order = ticket.order
    assert order is not None  # noqa: S101 - as just said
    new_price = price or order.request.price or ZERO
    reduce_only = asked_of(order).reduce_only
    futures.modify(order, quantity or order.quantity, new_price, reduce_only=reduce_only)


def _changed_exits(asked: Asked, parameters: Parameters) -> Asked:
    """ "0" takes one away."""
    profit = _changed_exit(asked.take_profit, parameters, "takeProfit", "tpLimitPrice")
    loss = _changed_exit(asked.stop_loss, parameters, "stopLoss", "slLimitPrice")
    return replace(asked, take_profit=profit, stop_loss=loss)


def _changed_exit(old: Exit | None, parameters: Parameters, name: str, limit: str) -> Exit | None:
    trigger_price, limit_price = parameters.decimal(name), parameters.decimal(limit)
    if trigger_price is not None and not trigger_price:
        return None
    if old is None:
        return None if trigger_price is None else Exit(trigger_price, limit_price or None)
    return replace(old, trigger_price=trigger_price or old.trigger_price, limit_price=limit_price or old.limit_price)
