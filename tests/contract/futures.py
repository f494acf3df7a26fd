"""What tests of conditional orders and of changes share: the venues that have both, and what is sent there."""

from collections.abc import Callable
from dataclasses import replace

from orderexec.domain.orders import Order, OrderReport, make_client_order_id
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import Cancel, CancelAll, Request
from tests.contract.binance_stages import FuturesStage, make_coinm_stage, make_usdm_stage
from tests.contract.bybit_stages import BybitStage, make_inverse_stage, make_linear_stage, make_spot_stage
from tests.paper_exchange.paper_client import PaperClient

TradingStage = FuturesStage | BybitStage
OF_BINANCE: dict[str, Callable[[PaperClient], FuturesStage]] = {
    "binance-usdm": make_usdm_stage,
    "binance-coinm": make_coinm_stage,
}
OF_BYBIT: dict[str, Callable[[PaperClient], BybitStage]] = {
    "bybit/spot": make_spot_stage,
    "bybit/linear": make_linear_stage,
    "bybit/inverse": make_inverse_stage,
}
MAKERS: dict[str, Callable[[PaperClient], TradingStage]] = {**OF_BINANCE, **OF_BYBIT}
CONTRACTS = [name for name in MAKERS if name != "bybit/spot"]


_LISTS_LAG_MS = 30_000  # longer than window, lag and what clocks may differ by


def name(part: str) -> str:
    """Return a client order id of a signal's leg."""
    return make_client_order_id("main", "a venue", "signal", part)


def make_stop(stage: TradingStage, **changes: object) -> Order:
    """Return a stop-loss of what was bought, far below the market."""
    return replace(stage.stop, **changes)  # type: ignore[arg-type]


def send(stage: TradingStage, request: Request) -> Answer:
    """Send a request as it is sent once."""
    return stage.venue.send(request, stage.venue.now(), stage.key)


def end_all(stage: TradingStage, cancel: CancelAll) -> Accepted:
    """Send a cancellation of all orders, and return its end.

    Where an answer only acknowledges it, that is known once the lists must show every order that stood.
    """
    answer = send(stage, cancel)
    if stage.ways.acknowledges:
        assert get_meaning(answer) is Meaning.UNKNOWN
        stage.skew_clock(_LISTS_LAG_MS)
        stage.venue.ask_server_time()
        answer = stage.venue.find(cancel, stage.key)
    assert isinstance(answer, Accepted), answer
    return answer


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
