"""Which orders are let in: everything that is checked between reading a request and matching it."""

from decimal import Decimal

from local.paper_exchange import errors
from local.paper_exchange.account import Account
from local.paper_exchange.filters import ACCOUNT_FILTERS, ORDER_FILTERS, Candidate, Standing, first_failure
from local.paper_exchange.market import Market
from local.paper_exchange.matching import filled, quantity_for_quote
from local.paper_exchange.orders import ZERO, NewOrder, Order, Orders, OrderType, Side

# errors.md has no text for LIMIT_MAKER being off; the general one of the same table is used.
UNSUPPORTED_TYPE = {
    OrderType.MARKET: "Market orders are not supported for this symbol.",
    OrderType.STOP_LOSS: "Stop loss orders are not supported for this symbol.",
    OrderType.STOP_LOSS_LIMIT: "Stop loss limit orders are not supported for this symbol.",
    OrderType.TAKE_PROFIT: "Take profit orders are not supported for this symbol.",
    OrderType.TAKE_PROFIT_LIMIT: "Take profit limit orders are not supported for this symbol.",
}


def check_order(new: NewOrder, market: Market) -> None:
    """What the symbol's rules say of the order alone. Raises -1013, or -2010 for a type that is off."""
    symbol = market.symbol
    if symbol.status != "TRADING":
        raise errors.market_closed()
    if new.type not in symbol.order_types:
        raise errors.rejected(UNSUPPORTED_TYPE.get(new.type, "Unsupported order combination"))
    if new.quote_quantity is not None and not symbol.quote_quantity_allowed:
        raise errors.rejected("Quote order qty market orders are not support for this symbol.")
    if failed := first_failure(ORDER_FILTERS, symbol.rules, _candidate(new, market)):
        raise errors.filter_failure(failed)


def check_account(new: NewOrder, quantity: Decimal, market: Market, account: Account, orders: Orders) -> None:
    """What the account's other orders say. Raises -2010."""
    if new.client_order_id is not None and orders.is_open(new.client_order_id):
        raise errors.duplicate_order()
    open_orders = orders.open_orders(new.symbol)
    position = None
    if new.side is Side.BUY:
        position = quantity + _position(account, market.symbol.base, open_orders)
    standing = Standing(len(open_orders), position)
    if failed := first_failure(ACCOUNT_FILTERS, market.symbol.rules, standing):
        raise errors.filter_failure(failed, code=-2010)


def market_quantity(new: NewOrder, market: Market) -> Decimal:
    """What a MARKET order sized in quote units comes to in base units, as the book stands. Raises -2010."""
    levels = market.against(new.side)
    liquidity = filled(levels)
    if not liquidity:
        raise errors.rejected("Order book liquidity is less than symbol minimum quantity.")
    for name in ("LOT_SIZE", "MARKET_LOT_SIZE"):
        rule = market.symbol.rules.get(name)
        if rule is not None and liquidity < rule["minQty"]:
            raise errors.rejected(f"Order book liquidity is less than `{name}` filter minimum quantity.")
    quantity = quantity_for_quote(levels, new.quote_quantity or ZERO, market.symbol.step_size)
    if not quantity:
        raise errors.rejected("Price * QTY is zero or less.")
    return quantity


def _candidate(new: NewOrder, market: Market) -> Candidate:
    return Candidate(
        side=new.side,
        market=new.type is OrderType.MARKET,
        quantity=new.quantity if new.quote_quantity is None else None,
        price=new.price,
        notional=new.notional(market.price),
        average_price=market.price,
    )


def _position(account: Account, base: str, open_orders: list[Order]) -> Decimal:
    buying = sum((order.remaining for order in open_orders if order.side is Side.BUY), ZERO)
    return account.free(base) + account.locked(base) + buying
