"""What a test or a demo can set and see of the exchange of one kind of contracts, in no venue's words."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from paper_exchange.bodies import check_known, eight, read_book, read_positive
from paper_exchange.dialect import Handlers
from paper_exchange.engine.conditional_orders import Conditional
from paper_exchange.engine.futures_orders import asked
from paper_exchange.engine.orders import Order
from paper_exchange.engine.positions import Position, PositionSide
from paper_exchange.futures import Futures

SYMBOL_FIELDS = ("symbol", "filters", "status")

Body = Any


class FuturesScene:
    """Each method takes the JSON body and returns what is answered. A reset makes new futures: `now` finds them."""

    def __init__(self, now: Callable[[], Futures]) -> None:
        self._now = now

    @property
    def _futures(self) -> Futures:
        return self._now()

    def handlers(self, prefix: str) -> Handlers:
        """Return every path below `prefix`, and what answers it."""
        return {
            ("POST", f"{prefix}/prices"): self.set_prices,
            ("POST", f"{prefix}/markPrices"): self.set_mark_prices,
            ("POST", f"{prefix}/books"): self.set_books,
            ("POST", f"{prefix}/wallet"): self.set_wallet,
            ("POST", f"{prefix}/positions"): self.set_positions,
            ("POST", f"{prefix}/leverages"): self.set_leverages,
            ("POST", f"{prefix}/symbols"): self.change_symbol,
            ("GET", f"{prefix}/orders"): self.orders,
            ("GET", f"{prefix}/conditionals"): self.conditionals,
            ("GET", f"{prefix}/positions"): self.positions,
            ("GET", f"{prefix}/wallet"): self.wallet,
        }

    def set_prices(self, body: Body) -> Any:
        """Take `{"BTCUSDT": "65000"}`, the last price: resting orders that it crosses are filled, stops triggered."""
        prices = {name: read_positive(price) for name, price in body.items()}
        for name, price in prices.items():
            self._futures.set_price(name, price)
        return {name: eight(market.price) for name, market in self._futures.markets.items()}

    def set_mark_prices(self, body: Body) -> Any:
        """Take `{"BTCUSDT": "64000"}`, apart from the last price; null lets it follow the last price again."""
        prices = {name: None if price is None else read_positive(price) for name, price in body.items()}
        for name, price in prices.items():
            self._futures.set_mark_price(name, price)
        return {name: eight(market.mark_price) for name, market in self._futures.markets.items()}

    def set_books(self, body: Body) -> Any:
        """Take `{"BTCUSDT": {"bids": [["64999", "0.5"]], "asks": [], "last": "65000"}}`, as for spot."""
        for name, sides in body.items():
            self._futures.set_book(name, *read_book(sides))
        return {}

    def set_wallet(self, body: Body) -> Any:
        """Take `{"USDT": "1000"}`: what the wallet has, beside what open positions would earn."""
        for asset, amount in {asset: Decimal(str(amount)) for asset, amount in body.items()}.items():
            self._futures.wallet.set_free(asset, amount)
        return {asset: eight(self._futures.wallet.free(asset)) for asset in self._futures.wallet.assets()}

    def set_positions(self, body: Body) -> Any:
        """Take `[{"symbol": "BTCUSDT", "positionSide": "BOTH", "quantity": "-0.5", "entryPrice": "65000"}]`.

        Without an entry price it is the last price. No order and no trade comes from it, and no profit.
        """
        for each in body:
            self._futures.set_position(
                each["symbol"],
                PositionSide(each.get("positionSide", PositionSide.BOTH)),
                Decimal(str(each["quantity"])),
                None if each.get("entryPrice") is None else read_positive(each["entryPrice"]),
            )
        return self.positions(None)

    def set_leverages(self, body: Body) -> Any:
        """Take `{"BTCUSDT": 20}`, or `"12.5"` where the venue takes that."""
        for name, leverage in body.items():
            self._futures.terms.set_leverage(self._futures.market(name).symbol.name, _read_leverage(leverage))
        return {name: str(self._futures.terms.leverage_of(name)) for name in self._futures.markets}

    def change_symbol(self, body: Body) -> Any:
        """Take `{"symbol": ..., "status": ..., "filters": {name: {parameter: value} or null to remove it}}`."""
        check_known(body, SYMBOL_FIELDS, "field")
        symbol = self._futures.market(body["symbol"]).symbol
        status = body.get("status", symbol.status)
        changed = replace(symbol, filters=symbol.with_filters(body.get("filters", {})).filters, status=status)
        self._futures.set_symbol(changed)
        return {"symbol": changed.name, "filters": changed.filters, "status": changed.status}

    def orders(self, _: Body) -> Any:
        """Return every plain order ever accepted, oldest first."""
        return [_order(each) for each in self._futures.orders]

    def conditionals(self, _: Body) -> Any:
        """Return every conditional order ever accepted, oldest first."""
        return [_conditional(each) for each in self._futures.conditionals]

    def positions(self, _: Body) -> Any:
        """Return every open position."""
        return [_position(each) for each in self._futures.positions.open_positions()]

    def wallet(self, _: Body) -> Any:
        """Return what the wallet has of each asset, and what is available for new orders."""
        futures = self._futures
        return {
            asset: {
                "balance": eight(futures.wallet.free(asset)),
                "available": eight(futures.requirements.available(asset)),
            }
            for asset in futures.wallet.assets()
        }


def _order(order: Order) -> Body:
    return {
        "orderId": order.order_id,
        "clientOrderId": order.client_order_id,
        "symbol": order.symbol,
        "side": order.side,
        "positionSide": asked(order).position_side,
        "type": order.request.type,
        "status": order.status,
        "price": None if order.request.price is None else eight(order.request.price),
        "quantity": eight(order.quantity),
        "executed": eight(order.executed),
        "reduceOnly": asked(order).reduce_only,
        "closePosition": asked(order).close_position,
    }


def _conditional(each: Conditional) -> Body:
    new = each.request
    return {
        "id": each.conditional_id,
        "clientId": each.client_id,
        "symbol": new.symbol,
        "side": new.side,
        "positionSide": new.position_side,
        "type": new.type,
        "state": each.state,
        "triggerPrice": None if new.trigger_price is None else eight(new.trigger_price),
        "quantity": None if new.quantity is None else eight(new.quantity),
        "reduceOnly": new.reduce_only,
        "closePosition": new.close_position,
        "orderId": None if each.actual is None else each.actual.order_id,
    }


def _position(position: Position) -> Body:
    return {
        "symbol": position.symbol,
        "positionSide": position.side,
        "quantity": eight(position.quantity),
        "entryPrice": eight(position.entry_price),
    }


def _read_leverage(value: Any) -> int | Decimal:
    leverage = Decimal(str(value))
    return int(leverage) if leverage == int(leverage) else leverage
