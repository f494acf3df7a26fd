"""What an attached take-profit or stop-loss is as an order, and where its price may lie."""

from decimal import Decimal

from paper_exchange.dialects.bybit.asked import Asked, Exit
from paper_exchange.dialects.bybit.errors import invalid
from paper_exchange.dialects.bybit.tickets import Role
from paper_exchange.dialects.bybit.words import Lifetime, MarketUnit, OrderFilter, opposite
from paper_exchange.engine.orders import ZERO
from paper_exchange.enums import Side


def check_exits(asked: Asked, base_price: Decimal) -> None:
    """Pass exits on their side of the price that the order is for. Raises 10001."""
    above, below = (
        (asked.take_profit, asked.stop_loss) if asked.side is Side.BUY else (asked.stop_loss, asked.take_profit)
    )
    if above is not None and above.trigger_price <= base_price:
        raise invalid("an exit should be higher than the base price")
    if below is not None and below.trigger_price >= base_price:
        raise invalid("an exit should be lower than the base price")


def passed(asked: Asked, price: Decimal) -> bool:
    """Return whether a price triggers it."""
    trigger = asked.trigger_price or ZERO
    return price >= trigger if asked.rises else price <= trigger


def exit_order(entry: Asked, role: Role, leg: Exit, quantity: Decimal) -> Asked:
    """Return the order that ends so much of what an entry filled; in the mode Full the whole position."""
    whole = not entry.partial
    return Asked(
        category=entry.category,
        symbol=entry.symbol,
        side=opposite(entry.side),
        at_market=leg.limit_price is None,
        quantity=ZERO if whole else quantity,
        unit=MarketUnit.BASE if entry.spot and leg.limit_price is None else None,
        price=leg.limit_price,
        lifetime=Lifetime.IOC if leg.limit_price is None else Lifetime.GTC,
        order_filter=OrderFilter.TPSL if entry.spot else OrderFilter.ORDER,
        trigger_price=leg.trigger_price,
        rises=(role is Role.TAKE_PROFIT) == (entry.side is Side.BUY),
        trigger_by=leg.trigger_by,
        position_idx=entry.position_idx,
        reduce_only=not entry.spot,
        close_on_trigger=not entry.spot,
        partial=entry.partial,
    )
