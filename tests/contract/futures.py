"""What tests of conditional orders and of changes share: a stage of each product of futures, and what to send there."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order, OrderReport, make_client_order_id
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Cancel, Request
from tests.contract.binance_stages import FuturesStage, make_coinm_stage, make_usdm_stage
from tests.paper_exchange.paper_client import PaperClient

MAKERS: dict[str, Callable[[PaperClient], FuturesStage]] = {
    "binance-usdm": make_usdm_stage,
    "binance-coinm": make_coinm_stage,
}


def name(part: str) -> str:
    """Return a client order id of a signal's leg."""
    return make_client_order_id("main", "a venue", "signal", part)


def make_stop(stage: FuturesStage, **changes: object) -> Order:
    """Return a stop-loss of a long position, far below the market."""
    stop = replace(
        stage.orders.market,
        side=Side.SELL,
        type=FuturesType.STOP_MARKET,
        client_order_id=name("stop"),
        stop_price=Decimal(60_000),
        reduce_only=True,
    )
    return replace(stop, **changes)  # type: ignore[arg-type]


def send(stage: FuturesStage, request: Request) -> Answer:
    """Send a request as it is sent once."""
    return stage.venue.send(request, stage.venue.now(), stage.key)


def get_report(answer: Answer) -> OrderReport:
    """Return the order that was accepted."""
    assert isinstance(answer, Accepted), answer
    assert answer.report is not None
    return answer.report


def get_meaning(answer: object) -> Meaning:
    """Return what a failure means."""
    assert isinstance(answer, Failure), answer
    return answer.meaning


def cancel_of(order: Order, *exits: Order) -> Cancel:
    """Return the end of an order, and of the exits that guard it."""
    return Cancel(
        symbol=order.symbol,
        client_order_id=order.client_order_id,
        cancel_id=name("cancel"),
        conditional=order.triggered,
        protection=tuple(each.client_order_id for each in exits),
    )


def see_states(stage: FuturesStage) -> dict[str, str]:
    """Return the state of every order that the exchange really holds, by its client order id."""
    plain = stage.paper.seen(f"{stage.kind}/orders")
    waiting = stage.paper.seen(f"{stage.kind}/conditionals")
    return {order["clientOrderId"]: order["status"] for order in plain} | {
        order["clientId"]: order["state"] for order in waiting
    }
