"""How much a signal trades that is sized by what the account has free."""

from dataclasses import replace
from decimal import Decimal

from .advice import MONEY
from .apply_rules import RuleViolation
from .decimals import divide, format_plain, multiply
from .instruments import Instrument
from .orders import Order
from .signals import Signal

_PERCENT = Decimal("0.01")


def find_asset_to_spend(signal: Signal, instrument: Instrument) -> str:
    """Return the asset whose free balance decides: what the order pays with."""
    return instrument.quote_asset if signal.quote_percent is not None else instrument.base_asset


def size_by_balance(signal: Signal, free: Decimal, asset: str) -> Signal | RuleViolation:
    """Return the signal with its size in numbers, or why it cannot be sized.

    It is never more than `free`, the account's free balance of `asset`.
    """
    if free <= 0:
        what = f"nothing can be traded: the account's free balance of {asset} is {format_plain(free)}"
        return RuleViolation(what, MONEY)
    if signal.reduce_to_position:
        return _set_size(signal, quantity=min(signal.quantity or free, free))
    share = multiply(multiply(free, signal.quantity_percent or signal.quote_percent or Decimal(0)), _PERCENT)
    if signal.quantity_percent is not None:
        return _set_size(signal, quantity=share)
    if signal.is_market_order:
        return _set_size(signal, quote_quantity=share)
    return _set_size(signal, quantity=divide(share, signal.price or Decimal(1)))


def size_as_sent(signal: Signal, order: Order) -> Signal:
    """Return the signal with the size that `order`, its first one, had: a retry does not look at the balance again."""
    return _set_size(signal, quantity=order.quantity, quote_quantity=order.quote_quantity)


def _set_size(signal: Signal, quantity: Decimal | None = None, quote_quantity: Decimal | None = None) -> Signal:
    return replace(
        signal,
        quantity=quantity,
        quote_quantity=quote_quantity,
        quantity_percent=None,
        quote_percent=None,
        reduce_to_position=False,
    )
