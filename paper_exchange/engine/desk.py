"""What an exchange of contracts is put together from: markets, orders, positions, a wallet, the engine over them."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from paper_exchange.engine.account import Account
from paper_exchange.engine.engine import Engine
from paper_exchange.engine.futures_market import FuturesMarket
from paper_exchange.engine.order_lists import OrderLists
from paper_exchange.engine.position_settlement import PositionSettlement
from paper_exchange.engine.positions import Positions
from paper_exchange.engine.registry import Orders
from paper_exchange.engine.requirements import Requirements
from paper_exchange.engine.unfilled_orders import UnfilledOrders
from paper_exchange.rules.futures_symbols import FuturesSymbol


class Desk:
    """Spot's engine, over a settlement into positions. There are no order lists."""

    def __init__(
        self,
        symbols: Sequence[FuturesSymbol],
        wallet: Account,
        *,
        unfilled: UnfilledOrders,
        now_us: Callable[[], int],
        new_client_order_id: Callable[[], str],
        leverage_of: Callable[[str], int | Decimal],
    ) -> None:
        self.unfilled = unfilled
        self.now_us = now_us
        self.new_client_order_id = new_client_order_id
        self.markets = {symbol.name: FuturesMarket(symbol) for symbol in symbols}
        self.wallet = wallet
        self.orders, self.positions = Orders(), Positions()
        self.settlement = self._settlement()
        self.engine = self._engine()
        self.requirements = Requirements(
            wallet=self.wallet,
            markets=self.markets,
            positions=self.positions,
            orders=self.orders,
            leverage_of=leverage_of,
        )

    def now_ms(self) -> int:
        """Return the exchange's time in milliseconds."""
        return self.now_us() // 1_000

    def _settlement(self) -> PositionSettlement:
        return PositionSettlement(
            positions=self.positions,
            contract_of=lambda name: self.markets[name].symbol,
            account=self.wallet,
            orders=self.orders,
            lists=OrderLists(),
            unfilled=self.unfilled,
            now_us=self.now_us,
        )

    def _engine(self) -> Engine:
        return Engine(
            markets=self.markets,
            orders=self.orders,
            lists=OrderLists(),
            settlement=self.settlement,
            unfilled=self.unfilled,
            now_us=self.now_us,
            new_client_order_id=self.new_client_order_id,
        )
