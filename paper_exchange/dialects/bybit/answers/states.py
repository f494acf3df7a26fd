"""What became of an order, in the words of orderStatus and rejectReason."""

from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.engine.conditional_orders import State
from paper_exchange.engine.orders import Order
from paper_exchange.enums import ExpiryReason, Status

NO_REASON = "EC_NoError"
WITHOUT_FILL = ("Rejected", "Cancelled", "Deactivated")
REASONS = {
    ExpiryReason.REJECTED: "EC_Others",
    ExpiryReason.UNFILLED_IOC_QUANTITY_EXPIRED: "EC_NoImmediateQtyToFill",
    ExpiryReason.UNFILLED_FOK_ORDER_EXPIRED: "EC_NoEnoughQtyToFill",
    ExpiryReason.INSUFFICIENT_LIQUIDITY: "EC_NoImmediateQtyToFill",
}
FIXED = {
    Status.NEW: "New",
    Status.PENDING_NEW: "New",
    Status.PARTIALLY_FILLED: "PartiallyFilled",
    Status.FILLED: "Filled",
}


def status_of(ticket: Ticket) -> str:
    """Return its orderStatus."""
    if ticket.ended is not None:
        return ticket.ended.status
    order = ticket.order
    if order is not None:
        return _status_of_order(ticket, order)
    if ticket.conditional is None:
        return "New"  # the engine does not have it yet
    state = ticket.conditional.state
    if state is State.REJECTED:
        return "Cancelled"  # "If the margin is insufficient after the conditional order is triggered ... cancelled"
    return "Untriggered" if state is State.NEW else "Deactivated"


def reason_of(ticket: Ticket) -> str:
    """Return its rejectReason."""
    if ticket.ended is not None:
        return ticket.ended.reason
    order = ticket.order
    if order is not None and order.status is Status.CANCELED:
        return "EC_PerCancelRequest"
    if order is not None and order.expiry_reason is not None:
        return REASONS.get(order.expiry_reason, NO_REASON)
    if ticket.conditional is not None and ticket.conditional.state is State.REJECTED:
        return "EC_Others"
    return NO_REASON


def _status_of_order(ticket: Ticket, order: Order) -> str:
    waits = ticket.conditional is None and order.trigger is not None and order.working_time_ms is None
    if order.open and waits:
        return "Untriggered"
    if order.status in FIXED:
        return FIXED[order.status]
    if waits and order.expiry_reason is not ExpiryReason.REJECTED:
        return "Deactivated"
    # "Only spot has this order status".
    return "PartiallyFilledCanceled" if order.executed and ticket.asked.spot else "Cancelled"
