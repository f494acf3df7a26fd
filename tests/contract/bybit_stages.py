"""Bybit's three products as stages of the contract: one account and one wire, a market and words of each."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.outcomes import Meaning
from orderexec.ports import Positions
from tests.contract.paper_stage import PaperStage
from tests.contract.stage import Codes, Orders, Ways, make_orders
from tests.paper_exchange.paper_client import PaperClient

CREATE, CANCEL, CANCEL_ALL, AMEND = ("/v5/order/create", "/v5/order/cancel", "/v5/order/cancel-all", "/v5/order/amend")
REALTIME, HISTORY = "/v5/order/realtime", "/v5/order/history"

_STATES = {"New": "NEW", "Untriggered": "NEW", "Filled": "FILLED", "Cancelled": "CANCELED", "Deactivated": "CANCELED"}
# What it holds, in the words that the other exchanges have for it.


@dataclass(slots=True)
class BybitStage(PaperStage):
    """One product. `kind` is what requests call it, `money` the asset that its orders cost."""

    kind: str = "linear"
    money: str = "USDT"
    waiting: str = "UNTRIGGERED"  # the status of an order that waits for its price
    ended_idle: str = "CANCELED"  # the status of an order that could not trade at once
    stop: Order = field(init=False)

    def __post_init__(self) -> None:
        # Zero-argument super() does not know the class that dataclass(slots=True) makes.
        super(BybitStage, self).__post_init__()
        self.stop = _make_stop(self.orders, reduce_only=self.kind != "spot")

    @property
    def placing(self) -> dict[str, str]:
        """The request that places an order, as faults name it."""
        return {"method": "POST", "path": CREATE}

    @property
    def amending(self) -> dict[str, str]:
        """The request that amends an order, as faults name it."""
        return {"method": "POST", "path": AMEND}

    @property
    def positions(self) -> Positions:
        positions = self.venue.positions
        assert positions is not None
        return positions

    def exchange_time(self) -> int:
        nanoseconds = self.paper.public("/v5/market/time").json()["result"]["timeNano"]
        return int(nanoseconds) // 1_000_000

    def set(self, what: str, body: object) -> None:
        """Set the scene of this exchange, apart from the others on the same markets."""
        self.paper.control(f"bybit/{what}", body)

    def seen(self) -> list[dict[str, Any]]:
        """Every order of the product that was ever acknowledged, whether its lists show it or not."""
        orders: list[dict[str, Any]] = self.paper.seen("bybit/orders")
        symbol = self.orders.market.symbol
        numbered = [each for each in orders if each["symbol"] == symbol]
        # An id of spot is a number, one of contracts a UUID: linear and spot have a BTCUSDT each.
        return [each for each in numbered if each["orderId"].isdigit() is (self.kind == "spot")]

    def see_states(self) -> dict[str, str]:
        """The state of every order that the exchange really holds, by its client order id."""
        return {each["orderLinkId"]: _STATES[each["orderStatus"]] for each in self.seen()}

    def order_ids(self) -> list[str]:
        return [each["orderId"] for each in self.seen()]

    def move(self, price: str) -> None:
        where = "prices" if self.kind == "spot" else f"bybit/{self.kind}/prices"
        self.paper.control(where, {self.orders.market.symbol: price})

    def hedge(self) -> None:
        self.set("positionMode", {"dualSidePosition": True})

    def set_leverage(self, leverage: int) -> None:
        self.set(f"{self.kind}/leverages", {self.orders.market.symbol: leverage})

    def spend_everything(self) -> None:
        self.set("balances", {self.money: "0"})

    def coarsen_lots(self) -> None:
        where, step = ("symbols", "0.1") if self.kind == "spot" else (f"bybit/{self.kind}/symbols", "1000")
        filters = {name: {"stepSize": step, "minQty": step} for name in ("LOT_SIZE", "MARKET_LOT_SIZE")}
        self.paper.control(where, {"symbol": self.orders.market.symbol, "filters": filters})

    def hide_orders_from_their_lookup(self) -> None:
        """As a restart of theirs does: the list of open and recent orders forgets what is closed."""
        self.set("restart", {})

    def fail_the_history(self) -> None:
        self.paper.arm("answer_instead", status=503, body="", match={"method": "GET", "path": HISTORY})


WAYS = Ways(acknowledges=True, keeps_ids=True, looks_everywhere=True)
SPOT_CODES = Codes(
    no_such_order=None,
    no_money="170131",
    unknown_symbol="170121",
    off_step="170136",
    duplicate="170141",
    outside_window="10002",
    refused_key="10003",
    limit="10006",
    limit_means=Meaning.ORDER_LIMIT,
)
CONTRACT_CODES = replace(
    SPOT_CODES,
    no_money="110007",
    unknown_symbol="10001",
    off_step="10001",
    off_step_means=Meaning.REJECT,
    duplicate="110072",
)
SPOT = make_orders("BTCUSDT", BybitType, "0.00001", "0.01", quantity=Decimal("0.01"))
LINEAR = make_orders("BTCUSDT", BybitType, "0.001", "0.1", quantity=Decimal("0.01"))
INVERSE = make_orders("BTCUSD", BybitType, "1", "0.1", contracts=Decimal(300))


def make_spot_stage(paper: PaperClient) -> BybitStage:
    orders = replace(SPOT, tries_out=False)
    return BybitStage(paper, name="bybit/spot", orders=orders, codes=SPOT_CODES, ways=WAYS, kind="spot")


def make_linear_stage(paper: PaperClient) -> BybitStage:
    return _make_contracts(paper, LINEAR, "linear", "USDT")


def make_inverse_stage(paper: PaperClient) -> BybitStage:
    return _make_contracts(paper, INVERSE, "inverse", "BTC")


def _make_contracts(paper: PaperClient, orders: Orders, kind: str, money: str) -> BybitStage:
    orders = replace(orders, sizes_in_quote=False, tries_out=False)
    return BybitStage(
        paper, name=f"bybit/{kind}", orders=orders, codes=CONTRACT_CODES, ways=WAYS, kind=kind, money=money
    )


def _make_stop(orders: Orders, *, reduce_only: bool) -> Order:
    """Return a stop-loss of what was bought, far below the market."""
    return replace(
        orders.market,
        side=Side.SELL,
        type=BybitType.STOP_LOSS,
        client_order_id=make_client_order_id("main", "a venue", "signal", "stop"),
        stop_price=Decimal(60_000),
        reduce_only=reduce_only,
    )
