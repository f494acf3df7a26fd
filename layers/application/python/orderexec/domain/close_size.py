"""What action `close` trades: everything that is free, or all of a position; and when that is nothing or too little."""

from dataclasses import replace
from decimal import Decimal

from .decimals import format_plain, multiply, round_down
from .instruments import Instrument
from .order_types import MARKET
from .order_words import Side
from .orders import Order
from .products import find_product
from .signals import Signal


def size_close(signal: Signal, held: Decimal, instrument: Instrument) -> Signal:
    """Return the signal as a market order that ends `held`: what is free, or what is open, below zero if short."""
    side = Side.SELL if held > 0 else Side.BUY
    order = replace(signal, side=side, type=find_product(signal.market).find_type(MARKET))
    return replace(order, contracts=abs(held)) if instrument.contract else replace(order, quantity=abs(held))


def size_close_as_sent(signal: Signal, order: Order) -> Signal:
    """Return the signal with the side and the size that `order`, its first one, had: a retry asks for no balance."""
    return replace(signal, side=order.side, type=order.type, quantity=order.quantity, contracts=order.contracts)


def describe_held(signal: Signal, held: Decimal, instrument: Instrument) -> str:
    """Return what there is to be closed, in words."""
    if not signal.is_derivative:
        return f"what is free of {instrument.base_asset} is {format_plain(held)}"
    side = "" if signal.position_side is None else f"{signal.position_side} "
    if not held:
        return f"there is no open {side}position in {instrument.symbol}"
    return f"the open {side}position in {instrument.symbol} is {format_plain(held)} {instrument.unit}"


def explain_too_little(signal: Signal, instrument: Instrument, price: Decimal | None) -> str | None:
    """Return why the exchange takes no order of the size that the sized signal has; None if it is large enough.

    `price` is that of the market, None where it is not known. Fees leave such rests of an asset behind every purchase.
    """
    size = signal.quantity if signal.contracts is None else signal.contracts
    lot = instrument.market_lot
    rounded = round_down(size or Decimal(0), lot.step)
    if not rounded or rounded < lot.minimum:
        return f"the exchange trades no less than {format_plain(max(lot.step, lot.minimum))} {instrument.unit}"
    if price is None or instrument.contract is not None:
        return None
    for rule in instrument.notional:
        spared = rule.spares_reducing and signal.is_derivative
        worth = multiply(price, rounded)
        if rule.minimum_for_market and not spared and worth < rule.minimum:
            quote, least = instrument.quote_asset, format_plain(rule.minimum)
            return f"it is worth {format_plain(worth)} {quote}, and the exchange trades no less than {least} {quote}"
    return None
