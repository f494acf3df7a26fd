"""How money moves: what an order locks, pays and receives, and what it gives back at its end."""

from decimal import ROUND_DOWN, Decimal

from local.paper_exchange.account import Account
from local.paper_exchange.errors import insufficient_balance
from local.paper_exchange.orders import ZERO, Order, Side, Trade
from local.paper_exchange.symbols import Symbol

COMMISSION = Decimal("0.001")  # of what is received, maker and taker alike
ASSET_UNIT = Decimal("1E-8")


def lock(order: Order, symbol: Symbol, account: Account, amount: Decimal) -> None:
    """Set aside all that the order may pay, or refuse it."""
    asset = _pays(order, symbol)
    if account.free(asset) < amount:
        raise insufficient_balance()
    account.lock(asset, amount)
    order.locked = amount


def fill(order: Order, symbol: Symbol, account: Account, trade: Trade) -> None:
    quote = trade.price * trade.quantity
    paid, received = (quote, trade.quantity) if order.side is Side.BUY else (trade.quantity, quote)
    account.spend(_pays(order, symbol), paid)
    account.receive(earns(order, symbol), received - trade.commission)
    order.locked -= paid
    order.executed += trade.quantity
    order.executed_quote += quote
    order.trades.append(trade)


def release(order: Order, symbol: Symbol, account: Account) -> None:
    """Give back what it no longer needs: all at its end, while it rests what better prices have saved."""
    excess = order.locked - _still_needed(order)
    account.unlock(_pays(order, symbol), excess)
    order.locked -= excess


def commission(order: Order, price: Decimal, quantity: Decimal) -> Decimal:
    """In the asset that the order earns."""
    received = quantity if order.side is Side.BUY else quantity * price
    return (received * COMMISSION).quantize(ASSET_UNIT, ROUND_DOWN)


def earns(order: Order, symbol: Symbol) -> str:
    return symbol.base if order.side is Side.BUY else symbol.quote


def _pays(order: Order, symbol: Symbol) -> str:
    return symbol.quote if order.side is Side.BUY else symbol.base


def _still_needed(order: Order) -> Decimal:
    if not order.open:
        return ZERO
    if order.side is Side.SELL:
        return order.remaining
    return order.remaining * (order.request.price or ZERO)
