"""How much margin positions and orders of contracts need, and what of the wallet is left for more."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from paper_exchange.engine.account import Account
from paper_exchange.engine.conditional_orders import NewConditional
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.futures_orders import NewFuturesOrder, asked
from paper_exchange.engine.orders import ZERO, Order
from paper_exchange.engine.positions import Position, Positions, PositionSide
from paper_exchange.engine.registry import Orders
from paper_exchange.enums import Side
from paper_exchange.refusal import FuturesKind, Refusal


class Requirements:
    """Works out initial margin by leverage. Amounts are in the margin asset of the symbols that they are of."""

    def __init__(
        self,
        *,
        wallet: Account,
        markets: Mapping[str, FuturesMarket],
        positions: Positions,
        orders: Orders,
        leverage_of: Callable[[str], int | Decimal],
    ) -> None:
        self._wallet = wallet
        self._markets = markets
        self._positions = positions
        self._orders = orders
        self._leverage_of = leverage_of

    def position_of(self, symbol: str, side: PositionSide) -> Position:
        """Return the position that orders of a symbol and a position side trade for."""
        return self._positions.of(symbol, side, self._markets[symbol].symbol.contract)

    def reducible(self, new: NewFuturesOrder | NewConditional) -> Decimal:
        """Return how much an order could trade before its position is closed; zero for one that only enlarges it."""
        return self.position_of(new.symbol, new.position_side).reducible_by(new.side)

    def check(self, new: NewFuturesOrder, quantity: Decimal) -> None:
        """Pass an order of so many contracts that the wallet has the margin for. Raises Refusal."""
        symbol = self._markets[new.symbol].symbol
        needed = self.of_new(new, quantity)
        if needed and needed > self.available(symbol.margin_asset):
            raise Refusal(FuturesKind.INSUFFICIENT_MARGIN)

    def of_new(self, new: NewFuturesOrder, quantity: Decimal) -> Decimal:
        """Return what an order of so many contracts needs beyond what its position has."""
        opening = ZERO if new.reduces else max(quantity - self.reducible(new), ZERO)
        market = self._markets[new.symbol]
        levels = market.against(new.side)
        price = new.price or (levels[0].price if levels else market.price)
        if levels and new.side is Side.SELL:
            price = max(price, levels[0].price)
        return market.symbol.contract.value(opening, price) / self._leverage_of(new.symbol)

    def of_position(self, position: Position) -> Decimal:
        """Return what a position needs at the mark price."""
        mark = self._markets[position.symbol].mark_price
        return abs(position.contract.value(position.quantity, mark)) / self._leverage_of(position.symbol)

    def of_order(self, order: Order) -> Decimal:
        """Return what the rest of an open order needs."""
        return self.of_new(asked(order), order.remaining)

    def unrealised(self, asset: str) -> Decimal:
        """Return what the open positions would earn if they were closed at the mark price."""
        return sum((self.unrealised_of(each) for each in self._of_asset(asset)), ZERO)

    def unrealised_of(self, position: Position) -> Decimal:
        """Return what the position would earn if it was closed at the mark price."""
        return position.unrealised(self._markets[position.symbol].mark_price) if position.quantity else ZERO

    def of_positions(self, asset: str) -> Decimal:
        """Return what all positions need."""
        return sum((self.of_position(each) for each in self._of_asset(asset)), ZERO)

    def of_orders(self, asset: str) -> Decimal:
        """Return what all open orders need."""
        orders = [each for each in self._orders.open_orders() if self.asset_of(each.symbol) == asset]
        return sum((self.of_order(each) for each in orders), ZERO)

    def available(self, asset: str) -> Decimal:
        """Return what is left of the wallet for new orders."""
        return self._wallet.free(asset) + self.unrealised(asset) - self.of_positions(asset) - self.of_orders(asset)

    def asset_of(self, symbol: str) -> str:
        """Return what margin of a symbol is paid in."""
        return self._markets[symbol].symbol.margin_asset

    def _of_asset(self, asset: str) -> list[Position]:
        return [each for each in self._positions.open_positions() if self.asset_of(each.symbol) == asset]
