"""How much a signal trades that is sized by what the account has, or at a price: fixed once, before the first send."""

from dataclasses import replace
from decimal import Decimal

from .advice import MONEY, NO_POSITION
from .apply_rules import RuleViolation
from .decimals import divide, format_plain, multiply
from .instruments import ZERO, Instrument
from .order_words import Side
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


def size_by_position(signal: Signal, held: Decimal, instrument: Instrument) -> Signal | RuleViolation:
    """Return the signal with its size in numbers, or why it cannot be sized. It only reduces what is open.

    `held` is the open position in what the venue counts, below zero for a short one.
    """
    reduced_by = Side.SELL if held > 0 else Side.BUY
    if not held:
        return RuleViolation(f"there is no open position in {instrument.symbol} to reduce", NO_POSITION)
    if signal.side != reduced_by:
        which = "long" if held > 0 else "short"
        what = f"the open position in {instrument.symbol} is {which}, {format_plain(abs(held))} {instrument.unit}"
        return RuleViolation(f"{what}: a {signal.side} would not reduce it")
    size = abs(held) if signal.close_position else multiply(abs(held), (signal.quantity_percent or ZERO) * _PERCENT)
    sized = _set_size(signal, contracts=size) if instrument.contract else _set_size(signal, quantity=size)
    return replace(sized, close_position=False, reduce_only=signal.position_side is None)


def needs_price_to_size(signal: Signal, instrument: Instrument) -> bool:
    """Return whether only the market's price says how much a signal for a derivative trades."""
    if not signal.is_derivative or signal.price is not None or signal.stop_price is not None:
        return False
    if instrument.contract is not None:  # a worth in quote units is so many contracts at whatever price
        return signal.quantity is not None
    return signal.quote_quantity is not None


def size_at_price(signal: Signal, instrument: Instrument, last: Decimal | None) -> Signal | RuleViolation:
    """Return a signal for a derivative sized in what the venue counts. Any other signal is returned as it is.

    `last` is given where the signal itself names no price; a limit price beside it is a bound that was set for it.
    Quote units become base units at the higher of the two, so never worth more. Base units become contracts at the
    price where the order is meant to trade: the last one, else its limit price, else the price that it waits for.
    """
    if not signal.is_derivative:
        return signal
    contract, quote = instrument.contract, signal.quote_quantity
    if contract is None:
        prices = [price for price in (signal.price, last) if price is not None]
        return signal if quote is None or not prices else _set_size(signal, quantity=divide(quote, max(prices)))
    if quote is not None:
        return _count_contracts(signal, instrument, contract.count_for_quote(quote))
    meant = last or signal.price or signal.stop_price
    if signal.quantity is None or meant is None:
        return signal
    return _count_contracts(signal, instrument, contract.count_for_base(signal.quantity, meant))


def size_as_sent(signal: Signal, order: Order) -> Signal:
    """Return the signal with the size that `order`, its first one, had: a retry looks at no balance or price again."""
    sized = _set_size(signal, quantity=order.quantity, quote_quantity=order.quote_quantity, contracts=order.contracts)
    if not signal.sized_by_position:
        return sized
    return replace(sized, close_position=False, reduce_only=order.reduce_only)


def _count_contracts(signal: Signal, instrument: Instrument, contracts: Decimal) -> Signal | RuleViolation:
    size = format_plain(instrument.contract.size) if instrument.contract else ""
    if not contracts:
        what = f"it is less than one contract of {instrument.symbol}"
        return RuleViolation(f"{what}, which is worth {size} {instrument.quote_asset}")
    return _set_size(signal, contracts=contracts)


def _set_size(
    signal: Signal,
    quantity: Decimal | None = None,
    quote_quantity: Decimal | None = None,
    contracts: Decimal | None = None,
) -> Signal:
    return replace(
        signal,
        quantity=quantity,
        quote_quantity=quote_quantity,
        contracts=contracts,
        quantity_percent=None,
        quote_percent=None,
        reduce_to_position=False,
    )
