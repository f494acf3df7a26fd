"""Binance's products as stages of the contract: Spot, both futures, and both kinds of margin accounts."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_words import MarginMode, Side
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.ports import Positions
from tests.contract.paper_stage import PaperStage
from tests.contract.stage import SPOT, Codes, Orders, make_orders
from tests.paper_exchange.paper_client import PaperClient


@dataclass(slots=True)
class BinanceStage(PaperStage):
    """Binance Spot."""

    root: str = "/api/v3"

    def exchange_time(self) -> int:
        time: int = self.paper.public(f"{self.root}/time").json()["serverTime"]
        return time

    def order_ids(self) -> list[str]:
        return [str(order["orderId"]) for order in self.paper.seen("orders")]

    def spend_everything(self) -> None:
        self.paper.control("balances", {"USDT": "0"})

    def coarsen_lots(self) -> None:
        filters = {"LOT_SIZE": {"stepSize": "0.1", "minQty": "0.1"}}
        self.paper.control("symbols", {"symbol": "BTCUSDT", "filters": filters})

    def hide_orders_from_their_lookup(self) -> None:
        lookups = {"method": "GET", "path": f"{self.root}/order"}
        self.paper.arm("answer_instead", status=400, code=-2013, msg="Order does not exist.", match=lookups, count=2)

    def fail_the_history(self) -> None:
        history = {"method": "GET", "path": f"{self.root}/allOrders"}
        self.paper.arm("answer_instead", status=503, body="", match=history)


@dataclass(slots=True)
class FuturesStage(BinanceStage):
    """One product of Binance's futures. `kind` is what the paper exchange calls its contracts."""

    kind: str = "linear"
    margin_asset: str = "USDT"
    waiting: str = "NEW"  # the status of an order that waits for its price
    ended_idle: str = "EXPIRED"  # the status of an order that could not trade at once
    stop: Order = field(init=False)

    def __post_init__(self) -> None:
        # Zero-argument super() does not know the class that dataclass(slots=True) makes.
        super(FuturesStage, self).__post_init__()
        self.stop = make_stop_order(self.orders, FuturesType.STOP_MARKET)

    @property
    def placing(self) -> dict[str, str]:
        """The request that places an order, as faults name it."""
        return {"method": "POST", "path": f"{self.root}/order"}

    @property
    def amending(self) -> dict[str, str]:
        """The request that amends an order, as faults name it."""
        return {"method": "PUT", "path": f"{self.root}/order"}

    @property
    def positions(self) -> Positions:
        positions = self.venue.positions
        assert positions is not None
        return positions

    def move(self, price: str) -> None:
        self.paper.control(f"{self.kind}/prices", {self.orders.market.symbol: price})

    def hedge(self) -> None:
        self.paper.control("futures/positionMode", {"dualSidePosition": True})

    def set_leverage(self, leverage: int) -> None:
        self.paper.control(f"{self.kind}/leverages", {self.orders.market.symbol: leverage})

    def see_states(self) -> dict[str, str]:
        """The state of every order that the exchange really holds, by its client order id."""
        plain = self.paper.seen(f"{self.kind}/orders")
        waiting = self.paper.seen(f"{self.kind}/conditionals")
        return {order["clientOrderId"]: order["status"] for order in plain} | {
            order["clientId"]: order["state"] for order in waiting
        }

    def order_ids(self) -> list[str]:
        return [str(order["orderId"]) for order in self.paper.seen(f"{self.kind}/orders")]

    def spend_everything(self) -> None:
        self.paper.control(f"{self.kind}/wallet", {self.margin_asset: "0"})

    def coarsen_lots(self) -> None:
        filters = {name: {"stepSize": "10", "minQty": "10"} for name in ("LOT_SIZE", "MARKET_LOT_SIZE")}
        self.paper.control(f"{self.kind}/symbols", {"symbol": self.orders.market.symbol, "filters": filters})


FUTURES_CODES = Codes(no_money="-2019", off_step="-4004", duplicate="-4116")
USDM = make_orders("BTCUSDT", FuturesType, "0.001", "0.1", quantity=Decimal("0.01"))
COINM = make_orders("BTCUSD_PERP", FuturesType, "1", "0.1", contracts=Decimal(3))


def make_stop_order(orders: Orders, kind: FuturesType) -> Order:
    """Return a stop-loss of a long position, far below the market."""
    return replace(
        orders.market,
        side=Side.SELL,
        type=kind,
        client_order_id=make_client_order_id("main", "a venue", "signal", "stop"),
        stop_price=Decimal(60_000),
        reduce_only=True,
    )


def make_usdm_stage(paper: PaperClient) -> FuturesStage:
    orders = replace(USDM, sizes_in_quote=False)
    return FuturesStage(paper, name="binance-usdm", root="/fapi/v1", orders=orders, codes=FUTURES_CODES)


def make_coinm_stage(paper: PaperClient) -> FuturesStage:
    return FuturesStage(
        paper,
        name="binance-coinm",
        root="/dapi/v1",
        orders=replace(COINM, sizes_in_quote=False, tries_out=False),
        codes=FUTURES_CODES,
        kind="inverse",
        margin_asset="BTC",
    )


@dataclass(slots=True)
class MarginStage(BinanceStage):
    """One of Binance's margin accounts: the cross one, or the isolated one of BTCUSDT."""

    mode: MarginMode = MarginMode.CROSS

    @property
    def holder(self) -> str:
        """The account as the paper exchange calls it."""
        return "cross" if self.mode is MarginMode.CROSS else "BTCUSDT"

    def exchange_time(self) -> int:
        time: int = self.paper.public("/api/v3/time").json()["serverTime"]
        return time

    def order_ids(self) -> list[str]:
        return [str(order["orderId"]) for order in self.paper.seen("margin")[self.holder]["orders"]]

    def spend_everything(self) -> None:
        self.paper.control("margin", {self.holder: {"USDT": "0"}})


def make_margin_stage(paper: PaperClient, mode: MarginMode) -> MarginStage:
    orders = replace(
        SPOT,
        market=replace(SPOT.market, margin_mode=mode),
        limit=replace(SPOT.limit, margin_mode=mode),
        tries_out=False,
    )
    return MarginStage(paper, name="binance-margin", root="/sapi/v1/margin", orders=orders, mode=mode)
