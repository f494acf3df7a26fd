"""What Binance Spot refuses because of how a request names and combines its orders.

Texts are those of errors.md of the exchange's documentation; where it leaves one out, the text seen in answers
of the live exchange, and the comment says so.
"""

from paper_exchange.dialects.binance_common.errors import Refused


def rejected(msg: str) -> Refused:
    """Return a refusal with -2010, as the matching engine refuses a new order."""
    return Refused(-2010, msg)


def unsupported_combination() -> Refused:
    """Return the refusal of parameters that no order can have together."""
    return Refused(-1014, "Unsupported order combination.")


def unsupported_operation() -> Refused:
    """Return the refusal of what the symbol does not offer."""
    return Refused(-1020, "This operation is not supported.")


def cancel_restricted() -> Refused:
    """Return the refusal to cancel an order in another state than was wanted."""
    return Refused(-2011, "Order was not canceled due to cancel restrictions.")


def no_such_list() -> Refused:
    """Return the refusal to find an order list."""
    return Refused(-2018, "Order list does not exist.")  # not in errors.md: as seen in answers of the live exchange


def no_reference_price() -> Refused:
    """Return the refusal to tell a reference price."""
    return Refused(-2043, "This symbol doesn't have a reference price.")


def ids_do_not_match() -> Refused:
    """Return the refusal of two names that are of two orders."""
    return Refused(-2039, "Client order ID is not correct for this order ID.")


def replace_failed(status: int, data: object) -> Refused:
    """Return the refusal if neither the old order was cancelled nor the new one placed."""
    return Refused(-2022, "Order cancel-replace failed.", status=status, data=data)


def replace_partially_failed(status: int, data: object) -> Refused:
    """Return the refusal if one of the two happened and the other did not."""
    return Refused(-2021, "Order cancel-replace partially failed.", status=status, data=data)
