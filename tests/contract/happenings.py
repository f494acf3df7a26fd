"""What becomes of an order that rests, made to happen at the exchange of any stage, and what the exchange counts."""

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.requests import Cancel, Request
from tests.contract.fake_stage import FakeStage
from tests.contract.stage import Stage
from tests.paper_exchange.paper_client import PaperClient

BELOW = Decimal(59_000)  # the limit orders of the stages lie above it
# Requests that tell what was counted so far, by the family of paths; margin counts for each of its endpoints.
_NAMED = {"symbol": "BTCUSDT", "orderId": 1}
_MARGIN = "/sapi/v1/margin"
_PROBES: dict[str, list[tuple[str, dict[str, object]]]] = {
    "/api/v3": [("/api/v3/ping", {})],
    "/fapi/v1": [("/fapi/v1/ping", {})],
    "/dapi/v1": [("/dapi/v1/ping", {})],
    _MARGIN: [(f"{_MARGIN}/{name}", _NAMED) for name in ("order", "myTrades")] + [(f"{_MARGIN}/openOrders", {})],
}
_USED = ("X-MBX-USED-WEIGHT-1M", "X-SAPI-USED-IP-WEIGHT-1M")


def get_paper(stage: Stage) -> PaperClient:
    """Return the paper exchange behind a stage that is not the fake."""
    paper = getattr(stage, "paper", None)
    assert isinstance(paper, PaperClient)
    return paper


def send(stage: Stage, request: Request) -> None:
    """Send a request as it is sent once. What came of it is looked up."""
    stage.venue.send(request, stage.venue.now(), stage.key)


def look_up(stage: Stage, order: Order) -> OrderReport:
    """Return the order as the venue finds it now."""
    told = stage.venue.look_up(order, stage.key)
    assert isinstance(told, OrderReport), told
    return told


def list_open(stage: Stage, like: Order) -> list[OrderReport]:
    """Return the orders of the list that `like` would stand in."""
    told = stage.venue.list_open_orders(like, stage.key)
    assert isinstance(told, list), told
    return told


def rest(stage: Stage, **changes: Any) -> Order:
    """Place a limit order that rests, and return it."""
    order = replace(stage.orders.limit, **changes)
    answer = stage.venue.send(order, stage.venue.now(), stage.key)
    assert isinstance(answer, Accepted), answer
    return order


def get_part(order: Order) -> Decimal:
    """Return less than half of the order, on its step."""
    size = order.size or Decimal(0)
    return Decimal(1) if size == 3 else size * Decimal("0.4")


def fill_in_part(stage: Stage, order: Order) -> None:
    """Let somebody sell a part of what the order buys."""
    part = get_part(order)
    if isinstance(stage, FakeStage):
        stage.exchange.change(
            order.client_order_id, status="PARTIALLY_FILLED", executed_quantity=part, average_price=order.price
        )
        return
    book = {"bids": [], "asks": [[str(order.price), str(part)]], "last": str(order.price)}
    _set(stage, "books", {order.symbol: book})


def fill(stage: Stage, order: Order) -> None:
    """Let the market fall through the order's price."""
    if isinstance(stage, FakeStage):
        stage.exchange.change(
            order.client_order_id, status="FILLED", executed_quantity=order.size, average_price=order.price
        )
        return
    _set(stage, "prices", {order.symbol: str(BELOW)})


def cancel(stage: Stage, order: Order) -> None:
    """Let it be cancelled by its owner."""
    if isinstance(stage, FakeStage):
        stage.exchange.change(order.client_order_id, status="CANCELED")
        return
    request = Cancel(
        symbol=order.symbol,
        client_order_id=order.client_order_id,
        cancel_id="cancel",
        conditional=order.triggered,
        margin_mode=order.margin_mode,
    )
    send(stage, request)


def measure(stage: Stage, ask: Callable[[], object]) -> int:
    """Return what the exchange counts for what is asked: weight, or requests where it counts those.

    Once more if a minute, in which it counts, ended in between.
    """
    while True:
        minute, first = time.time() // 60, _count(stage)
        second = _count(stage)
        ask()
        third = _count(stage)
        if time.time() // 60 == minute:
            return third - second - (second - first)


def _count(stage: Stage) -> int:
    """Return what was counted so far; where that is asked of the exchange itself, it counts the question too."""
    root = getattr(stage, "root", None)
    if root is None:
        return len([each for each in get_paper(stage).seen("requests") if each["path"].startswith("/v5/")])
    answers = [get_paper(stage).signed("GET", path, **named).headers for path, named in _PROBES[root]]
    return sum(int(headers[name]) for headers in answers for name in _USED if name in headers)


def _set(stage: Stage, what: str, body: object) -> None:
    """Set the market that the stage trades in, by the path that its kind of contracts has."""
    kind = getattr(stage, "kind", "spot")
    family = "" if hasattr(stage, "root") or kind == "spot" else "bybit/"
    get_paper(stage).control(what if kind == "spot" else f"{family}{kind}/{what}", body)
