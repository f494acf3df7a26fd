"""Every refusal of an order or of what is to become of one: -1013 before the matching engine, -20xx by it.

Texts are those of errors.md; where it leaves one out, the comment says what was taken instead.
"""

from paper_exchange.errors import Refused

UNSUPPORTED_COMBINATION = "Unsupported order combination"
AMEND_REJECTED = -2038


def filter_failure(name: str, code: int = -1013) -> Refused:
    return Refused(code, f"Filter failure: {name}")


def market_closed() -> Refused:
    return Refused(-1013, "Market is closed.")  # the documented text; the code as seen live


def rejected(msg: str) -> Refused:
    """-2010: the matching engine refuses a new order."""
    return Refused(-2010, msg)


def unsupported(what: str) -> Refused:
    return rejected(f"{what} orders are not supported for this symbol.")


def unsupported_combination() -> Refused:
    return Refused(-1014, "Unsupported order combination.")


def unsupported_operation() -> Refused:
    return Refused(-1020, "This operation is not supported.")


def self_trade_prevention_not_allowed() -> Refused:
    # Not in errors.md: neither code nor text are documented.
    return Refused(-1013, "This symbol does not allow the specified self-trade prevention mode.")


def insufficient_balance() -> Refused:
    return rejected("Account has insufficient balance for requested action.")


def duplicate_order() -> Refused:
    return rejected("Duplicate order sent.")


def would_trigger() -> Refused:
    return rejected("Order would trigger immediately.")


def would_take() -> Refused:
    return rejected("Order would immediately match and take.")


def bad_prices() -> Refused:
    return rejected("The relationship of the prices for the orders is not correct.")


def too_thin_to_peg() -> Refused:
    return rejected("Order book liquidity is too low for this pegged order.")


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


def amend_rejected(msg: str) -> Refused:
    return Refused(AMEND_REJECTED, msg)


def replace_failed(status: int, data: object) -> Refused:
    """Neither was the old order cancelled nor the new one placed."""
    return Refused(-2022, "Order cancel-replace failed.", status=status, data=data)


def replace_partially_failed(status: int, data: object) -> Refused:
    """One of the two happened, the other did not."""
    return Refused(-2021, "Order cancel-replace partially failed.", status=status, data=data)
