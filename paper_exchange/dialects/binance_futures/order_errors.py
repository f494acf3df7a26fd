"""What Binance's futures refuse because of how a request names an order or asks for it.

Texts are those of the "Error Codes" page; a comment says where the text was seen otherwise.
"""

from paper_exchange.dialects.binance_common.errors import Refused


def invalid_position_side() -> Refused:
    """Return the refusal of a positionSide that is none."""
    return Refused(-4060, "Invalid position side.")


def invalid_response_type() -> Refused:
    """Return the refusal of a newOrderRespType that is none."""
    return Refused(-1136, "Invalid newOrderRespType")


def invalid_working_type() -> Refused:
    """Return the refusal of a workingType that is none."""
    return Refused(-4031, "Invalid parameter working type")


def invalid_price_match() -> Refused:
    """Return the refusal of a price that the book would give, which is not played here."""
    return Refused(-5037, "Invalid price match")


def id_too_long() -> Refused:
    """Return the refusal of a client order id that is too long."""
    return Refused(-4015, "Client order id length should be less than 36 chars")


def is_conditional() -> Refused:
    """Return the refusal of a conditional order where plain ones are placed."""
    return Refused(
        -4120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."
    )


def interval_too_long(*, inverse: bool) -> Refused:
    """Return the refusal of more history than is told at once."""
    if inverse:
        return Refused(-4088, "Invalid time interval")
    return Refused(-4165, "Invalid time interval")


def strategy_invalid(order_type: str) -> Refused:
    """Return the refusal of a type that cannot close a position."""
    return Refused(-4136, f"Target strategy invalid for orderType {order_type},closePosition true")


def quantity_with_close_position() -> Refused:
    """Return the refusal of a quantity beside closePosition."""
    return Refused(-4137, "Quantity must be zero with closePosition equals true")


def reduce_only_must_be_true() -> Refused:
    """Return the refusal of an order that closes its position and yet may enlarge it."""
    return Refused(-4138, "Reduce only must be true")
