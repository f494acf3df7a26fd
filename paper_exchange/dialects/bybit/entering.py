"""How an order of Bybit becomes one of the engine: plain or waiting, of spot or of contracts."""

from dataclasses import replace
from decimal import Decimal

from paper_exchange.dialects.bybit.asked import Asked
from paper_exchange.dialects.bybit.tickets import Ticket
from paper_exchange.dialects.bybit.words import Category, Lifetime, OrderFilter, TriggerBy
from paper_exchange.engine.conditional_orders import ConditionalType, NewConditional, WorkingType
from paper_exchange.engine.futures_orders import NewFuturesOrder
from paper_exchange.engine.order_lists import NewList
from paper_exchange.engine.orders import NewOrder
from paper_exchange.engine.positions import PositionSide
from paper_exchange.enums import OrderType, Side, TimeInForce
from paper_exchange.futures import Futures
from paper_exchange.refusal import FuturesKind, Refusal
from paper_exchange.unified import UnifiedAccount


def contracts(account: UnifiedAccount, category: Category) -> Futures:
    """Return the contracts of a category."""
    return account.inverse if category is Category.INVERSE else account.linear


def check(account: UnifiedAccount, asked: Asked) -> None:
    """Pass an order that alone is within its symbol's rules, whatever the account has. Raises Refusal."""
    if asked.spot:
        account.check(spot_order(account, asked))
    elif not asked.closes_all and asked.trigger_price is None:
        contracts(account, asked.category).imagine(plain_order(asked, asked.quantity))


def enter(account: UnifiedAccount, ticket: Ticket) -> None:
    """Place the order in the engine. Raises Refusal."""
    asked = ticket.asked
    if asked.spot:
        ticket.plain = account.place(spot_order(account, asked))
        return
    futures = contracts(account, asked.category)
    if asked.trigger_price is not None:
        ticket.conditional = futures.place_conditional(conditional_order(asked))
        return
    quantity = _whatever_is_open(futures, asked) if asked.closes_all else asked.quantity
    ticket.plain = futures.place(plain_order(asked, quantity))


def enter_exit(account: UnifiedAccount, ticket: Ticket) -> None:
    """Let an exit wait; one of contracts ends with its position. Raises Refusal."""
    if ticket.asked.spot:
        enter(account, ticket)
        return
    waiting = replace(conditional_order(ticket.asked), ends_with_position=True)
    ticket.conditional = contracts(account, ticket.asked.category).place_conditional(waiting)


def enter_pair(account: UnifiedAccount, above: Ticket, below: Ticket) -> None:
    """Let two exits of spot wait that share what they sell or pay with. Raises Refusal."""
    others = [spot_order(account, each.asked) for each in (above, below)]
    placed = account.place_list(NewList(symbol=above.asked.symbol, working=None, others=others))
    # What is told of a list is a copy of how it was placed.
    above.plain, below.plain = (account.orders.by_id(each.symbol, each.order_id) for each in placed.others)


def spot_order(account: UnifiedAccount, asked: Asked) -> NewOrder:
    """Return the order of spot; what waits is told by where the market is now. Raises Refusal."""
    market = account.market(asked.symbol)
    rises = asked.trigger_price is not None and asked.trigger_price > market.price
    return NewOrder(
        symbol=asked.symbol,
        side=asked.side,
        type=_plain_type(asked) if asked.trigger_price is None else _waiting_type(asked, rises=rises),
        quantity=None if asked.in_quote else asked.quantity,
        quote_quantity=asked.quantity if asked.in_quote else None,
        price=asked.price,
        stop_price=asked.trigger_price,
        time_in_force=_time_in_force(asked),
        holds_when_triggered=asked.order_filter is OrderFilter.STOP,
        client_order_id=asked.link_id,
    )


def plain_order(asked: Asked, quantity: Decimal) -> NewFuturesOrder:
    """Return the order of contracts. Raises Refusal."""
    return NewFuturesOrder(
        symbol=asked.symbol,
        side=asked.side,
        type=_plain_type(asked),
        quantity=quantity,
        price=asked.price,
        time_in_force=_time_in_force(asked),
        position_side=asked.position_side,
        reduce_only=_reduces_one_way(asked),
        client_order_id=asked.link_id,
    )


def conditional_order(asked: Asked) -> NewConditional:
    """Return the order of contracts that waits for its price. Raises Refusal."""
    stops = asked.rises == (asked.side is Side.BUY)
    name = "STOP" if stops else "TAKE_PROFIT"
    return NewConditional(
        symbol=asked.symbol,
        side=asked.side,
        type=ConditionalType(f"{name}_MARKET" if asked.at_market else name),
        quantity=None if asked.closes_all else asked.quantity,
        price=asked.price,
        trigger_price=asked.trigger_price,
        working_type=working_type(asked.trigger_by),
        close_position=asked.closes_all,
        reduce_only=_reduces_one_way(asked) and not asked.closes_all,
        position_side=asked.position_side,
        maker=asked.lifetime is Lifetime.POST_ONLY,
        time_in_force=_time_in_force(asked),
        client_id=asked.link_id,
    )


def working_type(trigger_by: TriggerBy) -> WorkingType:
    """Return which price triggers: there is no index apart from the mark price here."""
    return WorkingType.CONTRACT_PRICE if trigger_by is TriggerBy.LAST else WorkingType.MARK_PRICE


def _reduces_one_way(asked: Asked) -> bool:
    """In hedge mode the position says it; one that only this order's side could enlarge has nothing to reduce."""
    if not asked.reduce_only or asked.position_side is PositionSide.BOTH:
        return asked.reduce_only
    if asked.position_side.enlarged_by(asked.side):
        raise Refusal(FuturesKind.REDUCE_ONLY_REJECTED)
    return False


def _whatever_is_open(futures: Futures, asked: Asked) -> Decimal:
    symbol = futures.market(asked.symbol).symbol
    position = futures.requirements.position_of(asked.symbol, asked.position_side)
    quantity = position.reducible_by(asked.side)
    if not quantity:
        raise Refusal(FuturesKind.REDUCE_ONLY_REJECTED)
    most: Decimal = symbol.rules["MARKET_LOT_SIZE" if asked.at_market else "LOT_SIZE"]["maxQty"]
    return min(quantity, most)


def _plain_type(asked: Asked) -> OrderType:
    if asked.at_market:
        return OrderType.MARKET
    return OrderType.LIMIT_MAKER if asked.lifetime is Lifetime.POST_ONLY else OrderType.LIMIT


def _waiting_type(asked: Asked, *, rises: bool) -> OrderType:
    name = "STOP_LOSS" if rises == (asked.side is Side.BUY) else "TAKE_PROFIT"
    return OrderType(name if asked.at_market else f"{name}_LIMIT")


def _time_in_force(asked: Asked) -> TimeInForce:
    if asked.at_market or asked.lifetime is Lifetime.POST_ONLY:
        return TimeInForce.GTC
    return TimeInForce(asked.lifetime)
