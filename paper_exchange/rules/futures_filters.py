"""Which orders of contracts are within their symbol's rules: each rule refuses by a reason of its own."""

from decimal import Decimal

from paper_exchange.engine.conditional_orders import NewConditional
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.futures_orders import NewFuturesOrder
from paper_exchange.enums import OrderType, Side
from paper_exchange.refusal import FuturesKind, Kind, Refusal
from paper_exchange.rules.futures_symbols import FuturesSymbol
from paper_exchange.rules.symbols import Rule

NO_RULE: Rule = {}


def check_futures_order(new: NewFuturesOrder, market: FuturesMarket) -> None:
    """Pass an order that alone is within the symbol's rules. Raises Refusal."""
    symbol = market.symbol
    if symbol.status != "TRADING":
        raise Refusal(Kind.MARKET_CLOSED)
    at_market = new.type is OrderType.MARKET
    if new.quantity is not None:
        check_quantity(new.quantity, symbol, at_market=at_market)
    if new.price is not None:
        check_price(new.price, symbol)
        check_distance(new.price, new.side, market)
    if at_market:
        _check_counterparty(new.side, market)
    if not new.reduces:
        check_notional(new.quantity, new.price, market)


def check_conditional(new: NewConditional, market: FuturesMarket) -> None:
    """Pass a conditional order that is within the symbol's rules; where the market is now does not matter."""
    symbol = market.symbol
    if symbol.status != "TRADING":
        raise Refusal(Kind.MARKET_CLOSED)
    if new.quantity is not None:
        check_quantity(new.quantity, symbol, at_market=new.type.at_market)
    if new.price is not None:
        check_price(new.price, symbol)
    for price in (new.trigger_price, new.activate_price):
        if price is not None:
            check_trigger_price(price, symbol)
    if not new.reduces:
        check_notional(new.quantity, new.price or new.trigger_price, market)


def check_quantity(quantity: Decimal, symbol: FuturesSymbol, *, at_market: bool) -> None:
    """Pass a quantity that is in range and on the grid. Raises Refusal."""
    if quantity <= 0:
        raise Refusal(FuturesKind.QUANTITY_NOT_POSITIVE)
    if _decimals(quantity) > symbol.quantity_precision:
        raise Refusal(FuturesKind.QUANTITY_TOO_PRECISE)
    for name in (Kind.LOT_SIZE, Kind.MARKET_LOT_SIZE):
        rule = symbol.rules.get(name, NO_RULE)
        if not rule or (name is Kind.MARKET_LOT_SIZE) != at_market:
            continue
        if quantity < rule["minQty"]:
            raise Refusal(FuturesKind.QUANTITY_TOO_SMALL)
        if quantity > rule["maxQty"]:
            raise Refusal(FuturesKind.QUANTITY_TOO_LARGE)
        if rule["stepSize"] and (quantity - rule["minQty"]) % rule["stepSize"]:
            raise Refusal(FuturesKind.QUANTITY_OFF_STEP)


def check_price(price: Decimal, symbol: FuturesSymbol) -> None:
    """Pass a price that is in range and on the grid. Raises Refusal."""
    if price <= 0:
        raise Refusal(FuturesKind.PRICE_NOT_POSITIVE)
    if _decimals(price) > symbol.price_precision:
        raise Refusal(FuturesKind.PRICE_TOO_PRECISE)
    rule = symbol.rules.get(Kind.PRICE_FILTER, NO_RULE)
    if not rule:
        return
    if rule["maxPrice"] and price > rule["maxPrice"]:
        raise Refusal(FuturesKind.PRICE_TOO_HIGH)
    if price < rule["minPrice"]:
        raise Refusal(FuturesKind.PRICE_TOO_LOW)
    if rule["tickSize"] and (price - rule["minPrice"]) % rule["tickSize"]:
        raise Refusal(FuturesKind.PRICE_OFF_TICK)


def check_trigger_price(price: Decimal, symbol: FuturesSymbol) -> None:
    """Pass the price that triggers an order. Raises Refusal."""
    if price <= 0:
        raise Refusal(FuturesKind.STOP_PRICE_NOT_POSITIVE)
    rule = symbol.rules.get(Kind.PRICE_FILTER, NO_RULE)
    if rule and rule["maxPrice"] and price > rule["maxPrice"]:
        raise Refusal(FuturesKind.STOP_PRICE_TOO_HIGH)
    check_price(price, symbol)


def check_distance(price: Decimal, side: Side, market: FuturesMarket) -> None:
    """Pass a limit near enough to the mark price: a buyer's not too far above, a seller's not too far below."""
    rule = market.symbol.rules.get(Kind.PERCENT_PRICE, NO_RULE)
    if not rule:
        return
    tick = market.symbol.tick_size
    if side is Side.BUY and price > (bound := market.mark_price * rule["multiplierUp"]):
        raise Refusal(FuturesKind.PRICE_FAR_ABOVE_MARK, bound=bound // tick * tick)
    if side is Side.SELL and price < (bound := market.mark_price * rule["multiplierDown"]):
        raise Refusal(FuturesKind.PRICE_FAR_BELOW_MARK, bound=bound // tick * tick)


def check_notional(quantity: Decimal | None, price: Decimal | None, market: FuturesMarket) -> None:
    """Pass an order that is worth enough, in quote units, at its price or else at the mark price. Raises Refusal."""
    rule = market.symbol.rules.get(Kind.MIN_NOTIONAL, NO_RULE)
    if not rule or quantity is None:
        return
    size = quantity * market.symbol.contract.size
    worth = size if market.symbol.contract.inverse else size * (price or market.mark_price)
    if worth < rule["notional"]:
        raise Refusal(FuturesKind.NOTIONAL_TOO_SMALL, least=rule["notional"])


def _check_counterparty(side: Side, market: FuturesMarket) -> None:
    rule = market.symbol.rules.get(Kind.PERCENT_PRICE, NO_RULE)
    levels = market.book.asks if side is Side.BUY else market.book.bids
    if not levels:
        raise Refusal(Kind.BOOK_EMPTY)
    best, mark = levels[0].price, market.mark_price
    if rule and not mark * rule["multiplierDown"] <= best <= mark * rule["multiplierUp"]:
        raise Refusal(FuturesKind.MARKET_FAR_FROM_MARK)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
