"""Why the exchange says no, in words of its own: each dialect has its own codes and texts for them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Every reason. A comment beside it names the facts that come with it, if there are any."""

    # The symbol, and what it takes.
    UNKNOWN_SYMBOL = "UNKNOWN_SYMBOL"
    MARKET_CLOSED = "MARKET_CLOSED"
    ORDER_TYPE_NOT_SUPPORTED = "ORDER_TYPE_NOT_SUPPORTED"  # type
    FEATURE_NOT_SUPPORTED = "FEATURE_NOT_SUPPORTED"  # feature
    SELF_TRADE_PREVENTION_NOT_SUPPORTED = "SELF_TRADE_PREVENTION_NOT_SUPPORTED"

    # The rules that the symbol publishes, each by its name there (rules/order_filters.py).
    PRICE_FILTER = "PRICE_FILTER"
    PERCENT_PRICE = "PERCENT_PRICE"
    PERCENT_PRICE_BY_SIDE = "PERCENT_PRICE_BY_SIDE"
    LOT_SIZE = "LOT_SIZE"
    MARKET_LOT_SIZE = "MARKET_LOT_SIZE"
    MIN_NOTIONAL = "MIN_NOTIONAL"
    NOTIONAL = "NOTIONAL"
    ICEBERG_PARTS = "ICEBERG_PARTS"
    TRAILING_DELTA = "TRAILING_DELTA"
    MAX_ASSET = "MAX_ASSET"

    # How much the account may have open, on one symbol or on the whole exchange (rules/account_filters.py).
    MAX_NUM_ORDERS = "MAX_NUM_ORDERS"
    MAX_NUM_ALGO_ORDERS = "MAX_NUM_ALGO_ORDERS"
    MAX_NUM_ICEBERG_ORDERS = "MAX_NUM_ICEBERG_ORDERS"
    MAX_NUM_ORDER_LISTS = "MAX_NUM_ORDER_LISTS"
    EXCHANGE_MAX_NUM_ORDERS = "EXCHANGE_MAX_NUM_ORDERS"
    EXCHANGE_MAX_NUM_ALGO_ORDERS = "EXCHANGE_MAX_NUM_ALGO_ORDERS"
    EXCHANGE_MAX_NUM_ICEBERG_ORDERS = "EXCHANGE_MAX_NUM_ICEBERG_ORDERS"
    EXCHANGE_MAX_NUM_ORDER_LISTS = "EXCHANGE_MAX_NUM_ORDER_LISTS"
    MAX_POSITION = "MAX_POSITION"

    # One order, as it is and as the market is.
    ICEBERG_EXCEEDS_QUANTITY = "ICEBERG_EXCEEDS_QUANTITY"
    QUANTITY_IS_ZERO = "QUANTITY_IS_ZERO"  # what an amount of quote units comes to
    BOOK_EMPTY = "BOOK_EMPTY"
    BOOK_BELOW_MINIMUM = "BOOK_BELOW_MINIMUM"  # rule
    BOOK_TOO_THIN_TO_PEG = "BOOK_TOO_THIN_TO_PEG"
    WOULD_TRIGGER_IMMEDIATELY = "WOULD_TRIGGER_IMMEDIATELY"
    WOULD_MATCH_IMMEDIATELY = "WOULD_MATCH_IMMEDIATELY"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    DUPLICATE_CLIENT_ID = "DUPLICATE_CLIENT_ID"

    # What a margin account borrows.
    BORROWING_CLOSED = "BORROWING_CLOSED"  # asset
    BORROWS_TOO_MUCH = "BORROWS_TOO_MUCH"  # asset
    NOTHING_TO_LEND = "NOTHING_TO_LEND"  # asset
    REPAYS_TOO_MUCH = "REPAYS_TOO_MUCH"
    REPAYS_WHAT_IS_NOT_FREE = "REPAYS_WHAT_IS_NOT_FREE"
    UNKNOWN_MARGIN_ASSET = "UNKNOWN_MARGIN_ASSET"

    # Two orders of which one cancels the other.
    PAIR_TYPE_NOT_SUPPORTED = "PAIR_TYPE_NOT_SUPPORTED"
    PAIR_WITHOUT_STOP = "PAIR_WITHOUT_STOP"
    PAIR_ON_WRONG_SIDE = "PAIR_ON_WRONG_SIDE"  # role, side
    PRICES_OUT_OF_ORDER = "PRICES_OUT_OF_ORDER"

    # A change of an order.
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    AMENDMENT_OF_UNSIZED = "AMENDMENT_OF_UNSIZED"
    AMENDMENT_INCREASES = "AMENDMENT_INCREASES"
    AMENDMENT_CHANGES_NOTHING = "AMENDMENT_CHANGES_NOTHING"
    AMENDMENT_DUPLICATES_CLIENT_ID = "AMENDMENT_DUPLICATES_CLIENT_ID"
    MAX_NUM_ORDER_AMENDS = "MAX_NUM_ORDER_AMENDS"

    # How much a client may ask for.
    TOO_MANY_ORDERS = "TOO_MANY_ORDERS"  # limit, retry_after
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"  # limit, retry_after
    BANNED = "BANNED"  # until_ms, retry_after


class Refusal(Exception):
    """The exchange says no, and nothing has changed: of what `kind`, and the facts that belong to it."""

    def __init__(self, kind: Kind, **facts: Any) -> None:
        super().__init__(kind if not facts else f"{kind} {facts}")
        self.kind = kind
        self.facts: Mapping[str, Any] = facts
