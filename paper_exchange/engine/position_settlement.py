"""How fills of contracts settle: into a position and, as realised profit less commission, into the wallet."""

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from paper_exchange.engine.futures_orders import FuturesTrade, asked
from paper_exchange.engine.order_lists import OrderList
from paper_exchange.engine.orders import NewOrder, Order, Trade
from paper_exchange.engine.positions import Position, Positions
from paper_exchange.engine.settlement import ASSET_UNIT, Settlement
from paper_exchange.enums import Side, Status
from paper_exchange.rules.futures_symbols import FuturesSymbol
from paper_exchange.rules.symbols import Symbol

TAKER_COMMISSION, MAKER_COMMISSION = Decimal("0.0005"), Decimal("0.0002")  # of the value, in the margin asset


class PositionSettlement(Settlement):
    """Moves positions and wallet for orders of contracts. Nothing is set aside: margin is worked out when asked for."""

    def __init__(self, *, positions: Positions, contract_of: Callable[[str], FuturesSymbol], **spot: Any) -> None:
        super().__init__(symbol_of=contract_of, **spot)
        self._positions = positions
        self._contract_of = contract_of

    def check_funds(self, new: NewOrder, *amounts: tuple[Symbol, Side, Decimal]) -> None:
        """Pass everything: margin is checked before an order comes here."""

    def hold(self, holder: Order | OrderList, amount: Decimal) -> None:
        """Set nothing aside."""

    def position_of(self, order: Order) -> Position:
        """Return the position that an order trades for."""
        contract = self._contract_of(order.symbol).contract
        return self._positions.of(order.symbol, asked(order).position_side, contract)

    def _trade(self, order: Order, price: Decimal, quantity: Decimal, *, maker: bool) -> Trade:
        symbol = self._contract_of(order.symbol)
        value = symbol.contract.value(quantity, price)
        rate = MAKER_COMMISSION if maker else TAKER_COMMISSION
        return FuturesTrade(
            trade_id=len(self.trades) + 1,
            order=order,
            price=price,
            quantity=quantity,
            value=value,
            realised=self.position_of(order).trade(order.side, quantity, price),
            commission=(value * rate).quantize(ASSET_UNIT, ROUND_DOWN),
            commission_asset=symbol.margin_asset,
            time_ms=self._now_us() // 1_000,
            maker=maker,
        )

    def _settle(self, order: Order, trade: Trade) -> None:
        assert isinstance(trade, FuturesTrade)  # noqa: S101 - made just above
        self._account.receive(trade.commission_asset, trade.realised - trade.commission)
        order.executed += trade.quantity
        order.executed_quote += trade.value
        order.update_time_ms = trade.time_ms
        order.trades.append(trade)
        self.trades.append(trade)
        position = self.position_of(order)
        position.update_time_ms = trade.time_ms
        self.shrink_to(position, unless=order)

    def shrink_to(self, position: Position, *, unless: Order | None = None) -> None:
        """Make open orders that may only reduce a position no larger than it; those with nothing left to do end.

        Binance does so with the quantity that an order was asked for (seen live, nautilus_trader issue 3983).
        """
        for order in self._orders.open_orders(position.symbol):
            if order is unless or not asked(order).reduces or asked(order).position_side is not position.side:
                continue
            order.quantity = min(order.quantity, order.executed + position.reducible_by(order.side))
            if not order.remaining:
                self.close(order, Status.EXPIRED)
