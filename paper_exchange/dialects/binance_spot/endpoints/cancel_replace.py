"""The endpoint that cancels an order and places another one, with an answer to each half."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.naming import OrderName
from paper_exchange.dialects.binance_common.parameters import CLIENT_ORDER_ID, Parameters
from paper_exchange.dialects.binance_spot import order_errors
from paper_exchange.dialects.binance_spot.answers import orders
from paper_exchange.dialects.binance_spot.endpoints.order_parameters import new_order
from paper_exchange.dialects.binance_spot.endpoints.trading import cancel_restrictions, cancelled, response_type
from paper_exchange.dialects.binance_spot.refusals import worded
from paper_exchange.enums import Feature
from paper_exchange.exchange import Exchange
from paper_exchange.refusal import Refusal
from paper_exchange.rules.admission import check_feature


class Mode(StrEnum):
    """Whether the new order is placed although the old one could not be cancelled."""

    STOP_ON_FAILURE = "STOP_ON_FAILURE"
    ALLOW_FAILURE = "ALLOW_FAILURE"


class WhenTooManyOrders(StrEnum):
    """What is done when the new order would be one too many."""

    DO_NOTHING = "DO_NOTHING"
    CANCEL_ONLY = "CANCEL_ONLY"


@dataclass(frozen=True, slots=True)
class Half:
    """What became of one of the two: its answer, its refusal, or neither when it was not attempted."""

    answer: Any = None
    refusal: Refused | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it was done."""
        return self.answer is not None

    @property
    def result(self) -> str:
        """What the answer calls it."""
        if self.succeeded:
            return "SUCCESS"
        return "NOT_ATTEMPTED" if self.refusal is None else "FAILURE"

    @property
    def response(self) -> Any:
        """What the answer tells of it."""
        return self.answer if self.refusal is None else self.refusal.content


def cancel_replace(exchange: Exchange, parameters: Parameters) -> Any:
    """Answer POST /api/v3/order/cancelReplace. Raises -2021 or -2022 unless both halves succeed.

    Filters and the order count are looked at before either.
    """
    mode = parameters.required_choice("cancelReplaceMode", Mode, errors.invalid_value("cancelReplaceMode"))
    name = OrderName.read(parameters, "cancelOrderId", "cancelOrigClientOrderId")
    restrictions, cancel_id = (
        cancel_restrictions(parameters),
        parameters.text("cancelNewClientOrderId", CLIENT_ORDER_ID),
    )
    limited = parameters.choice(
        "orderRateLimitExceededMode", WhenTooManyOrders, errors.invalid_value("orderRateLimitExceededMode")
    )
    new, response = new_order(parameters), response_type(parameters)
    parameters.finish()
    check_feature(exchange.market(new.symbol).symbol, Feature.CANCEL_REPLACE)
    exchange.check(new)
    exchange.check_room(new)
    too_many = _too_many_orders(exchange)
    if too_many is not None and limited is not WhenTooManyOrders.CANCEL_ONLY:
        raise too_many
    cancelling = _attempt(lambda: cancelled(exchange, name, restrictions, cancel_id))
    placing = Half()
    if cancelling.succeeded or mode is Mode.ALLOW_FAILURE:
        placing = _attempt(lambda: orders.placement(exchange.place(new), response))
    else:
        exchange.unfilled.placed(exchange.now_us())  # it counts, though it was not attempted (rest-api.md)
    return _told(cancelling, placing, mode, exceeded=too_many is not None)


def _told(cancelling: Half, placing: Half, mode: Mode, *, exceeded: bool) -> Any:
    both = {
        "cancelResult": cancelling.result,
        "newOrderResult": placing.result,
        "cancelResponse": cancelling.response,
        "newOrderResponse": placing.response,
    }
    if cancelling.succeeded and placing.succeeded:
        return both
    limited = exceeded and mode is Mode.STOP_ON_FAILURE
    if cancelling.succeeded or placing.succeeded:
        raise order_errors.replace_partially_failed(429 if limited else 409, both)
    raise order_errors.replace_failed(429 if limited else 400, both)


def _attempt(action: Callable[[], Any]) -> Half:
    try:
        return Half(answer=action())
    except Refusal as refusal:
        return Half(refusal=worded(refusal))
    except Refused as refused:
        return Half(refusal=refused)


def _too_many_orders(exchange: Exchange) -> Refused | None:
    return _attempt(lambda: exchange.unfilled.check(exchange.now_us())).refusal
