"""What Binance's endpoints refuse beyond what the exchange does: how an order is named, asked for, put together.

Texts are those of errors.md; where it leaves one out, the comment says what was taken instead.
"""

from paper_exchange.dialects.binance_spot.errors import Refused


def rejected(msg: str) -> Refused:
    """-2010: as the matching engine refuses a new order."""
    return Refused(-2010, msg)


def unsupported_combination() -> Refused:
    return Refused(-1014, "Unsupported order combination.")


def unsupported_operation() -> Refused:
    return Refused(-1020, "This operation is not supported.")


def unknown_order(code: int = -2011) -> Refused:
    return Refused(code, "Unknown order sent.")


def cancel_restricted() -> Refused:
    return Refused(-2011, "Order was not canceled due to cancel restrictions.")


def no_such_order() -> Refused:
    return Refused(-2013, "Order does not exist.")


def no_such_list() -> Refused:
    return Refused(-2018, "Order list does not exist.")  # not in errors.md: as seen in answers of the live exchange


def no_reference_price() -> Refused:
    return Refused(-2043, "This symbol doesn't have a reference price.")


def ids_do_not_match() -> Refused:
    return Refused(-2039, "Client order ID is not correct for this order ID.")


def replace_failed(status: int, data: object) -> Refused:
    """Neither was the old order cancelled nor the new one placed."""
    return Refused(-2022, "Order cancel-replace failed.", status=status, data=data)


def replace_partially_failed(status: int, data: object) -> Refused:
    """One of the two happened, the other did not."""
    return Refused(-2021, "Order cancel-replace partially failed.", status=status, data=data)
