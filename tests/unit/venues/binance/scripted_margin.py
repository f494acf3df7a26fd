"""Binance margin over scripted replies, and orders of its two accounts."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from orderexec.domain.order_words import MarginMode, SideEffect
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted, Answer
from orderexec.domain.requests import Cancel, CancelAll, Request
from orderexec.venues.binance.margin import BinanceMargin, assemble_margin
from orderexec.venues.http import NoReply, Reply
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import START_MS, VirtualTime
from tests.unit.examples import order
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import KEY, ScriptedTransport, reply

MODES = list(MarginMode)
FLAGS = {MarginMode.CROSS: "FALSE", MarginMode.ISOLATED: "TRUE"}


def margin(*replies: Reply | NoReply) -> tuple[BinanceMargin, ScriptedTransport]:
    time = VirtualTime()
    transport = ScriptedTransport(time, *replies)
    return assemble_margin(transport, "https://scripted", surroundings(time.clock())), transport


def margin_order(mode: MarginMode | None = MarginMode.CROSS, effect: SideEffect | None = None, **changes: Any) -> Order:
    """By default the order of the documented answer to a new one."""
    given = {"side": "SELL", "client_order_id": "E156O3KP4gOif65bjuUK5V", "quantity": Decimal("0.001")}
    return replace(order(**(given | changes)), margin_mode=mode, side_effect=effect)


def cancel(mode: MarginMode, **changes: Any) -> Cancel:
    given: dict[str, Any] = {"symbol": "LTCBTC", "client_order_id": "myOrder1", "cancel_id": "cancelMyOrder1"}
    return Cancel(**(given | {"margin_mode": mode} | changes))


def cancel_all(mode: MarginMode, **changes: Any) -> CancelAll:
    given: dict[str, Any] = {"symbol": "BTCUSDT", "client_order_id": "c", "until": START_MS - 60_000}
    return CancelAll(**(given | {"margin_mode": mode} | changes))


def report(client_order_id: str, **changes: Any) -> Reply:
    """The answer to a lookup."""
    return reply(recorded("query_order", "binance_margin") | {"clientOrderId": client_order_id} | changes)


def send(request: Request, *replies: Reply | NoReply) -> tuple[Answer, ScriptedTransport]:
    venue, transport = margin(*replies)
    return venue.send(request, START_MS, KEY), transport


def accept(request: Request, *replies: Reply | NoReply) -> Accepted:
    answer, _ = send(request, *replies)
    assert isinstance(answer, Accepted), answer
    return answer
