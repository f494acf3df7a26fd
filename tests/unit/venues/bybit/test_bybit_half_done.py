"""Changes of several requests at Bybit of which one was refused: what was done is never "not executed"."""

from dataclasses import replace

import pytest

from orderexec.domain.outcomes import Meaning
from orderexec.domain.requests import Cancel, CancelAll
from orderexec.venues.bybit.products import LAG_MS, LINEAR, SPOT, BybitProduct
from orderexec.venues.http import NoReply, Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.bybit.scripted_bybit import (
    NOTHING,
    OURS,
    acknowledged,
    entry,
    error,
    failed,
    listed,
    sends,
    success,
)

DONE = success({"list": [{"orderId": "e-1", "orderLinkId": OURS}], "success": "1"})
REFUSALS = {
    "by the key": (error(10003, "API key is invalid."), Meaning.CREDENTIALS),
    "by the clock": (error(10002, "invalid request, please check your server timestamp"), Meaning.CLOCK),
    "by the limit": (error(10006, "Too many visits."), Meaning.ORDER_LIMIT),
    "as a bad parameter": (error(10001, "Request parameter error"), Meaning.REJECT),
    "under a ban": (NoReply(False, "a ban", wait=60.0), Meaning.UNSENT),
}
NOT_OPEN = {"spot": error(170213, "Order does not exist."), "linear": error(110001, "Order does not exist")}
ALL = CancelAll(symbol="ETHUSDT", client_order_id="c", until=START_MS - 5_000 - LAG_MS - 2_000)
REPEATED = replace(ALL, repeated=True)
CANCEL = Cancel(symbol="ETHUSDT", client_order_id=OURS, cancel_id="c")
OLDER = [entry(name, orderId=name, createdTime=str(ALL.until)) for name in ("a", "b")]

refusals = pytest.mark.parametrize(("refusal", "meaning"), REFUSALS.values(), ids=REFUSALS)
products = pytest.mark.parametrize("product", [SPOT, LINEAR], ids=lambda product: product.category)


@refusals
@products
def test_the_first_request_of_a_change_is_refused_as_any_other(
    product: BybitProduct, refusal: Reply | NoReply, meaning: Meaning
) -> None:
    assert failed(sends(ALL, refusal, product=product)).meaning is meaning
    assert failed(sends(CANCEL, refusal, product=product)).meaning is meaning


@refusals
@pytest.mark.parametrize("done", [1, 2, 4])
def test_when_one_service_of_spot_is_ending_its_orders_the_next_ones_refusal_is_a_doubt(
    done: int, refusal: Reply | NoReply, meaning: Meaning
) -> None:
    """Else the next try would not know itself for a repeat, and would end what was ordered meanwhile."""
    first = failed(sends(ALL, refusal, product=SPOT))

    assert failed(sends(ALL, *[DONE] * done, refusal, product=SPOT)) == replace(first, meaning=Meaning.UNKNOWN)


@refusals
def test_a_service_of_spot_that_has_no_orders_has_ended_none(refusal: Reply | NoReply, meaning: Meaning) -> None:
    assert failed(sends(ALL, NOT_OPEN["spot"], refusal, product=SPOT)).meaning is meaning
    assert failed(sends(CANCEL, NOT_OPEN["spot"], refusal, product=SPOT)).meaning is meaning


@refusals
@products
def test_when_all_are_being_ended_a_question_that_is_refused_is_a_doubt(
    product: BybitProduct, refusal: Reply | NoReply, meaning: Meaning
) -> None:
    requests = [DONE] * (len(product.order_filters) or 1)
    # A wrong clock is corrected, and the question asked once more.
    asked = [refusal, success({"timeNano": f"{START_MS}000000"}), refusal] if meaning is Meaning.CLOCK else [refusal]

    assert failed(sends(ALL, *requests, *asked, product=product)).meaning is Meaning.UNKNOWN


@refusals
@products
def test_when_some_orders_are_ended_one_by_one_a_refusal_about_the_next_is_a_doubt(
    product: BybitProduct, refusal: Reply | NoReply, meaning: Meaning
) -> None:
    two = listed(*OLDER)

    assert failed(sends(REPEATED, two, refusal, product=product)).meaning is meaning
    assert failed(sends(REPEATED, two, acknowledged("a", "a"), refusal, product=product)).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("answer", [acknowledged("b", "b"), acknowledged("a", ""), success({})])
def test_an_answer_about_another_order_is_no_word_that_one_is_being_ended(answer: Reply) -> None:
    assert failed(sends(REPEATED, listed(*OLDER), answer)).meaning is Meaning.UNKNOWN


def test_an_order_that_is_named_by_the_exchanges_id_need_not_have_one_of_ours() -> None:
    placed_by_hand = entry("", orderId="a", createdTime=str(ALL.until))
    ended = placed_by_hand | {"orderStatus": "Cancelled"}

    answer = sends(REPEATED, listed(placed_by_hand), acknowledged("", "a"), NOTHING, listed(ended))

    assert [each.order_id for each in getattr(answer, "others", ())] == ["a"]
