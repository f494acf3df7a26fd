"""Changes at Bybit beyond the contract of every venue: done is what a lookup shows, and half done is in doubt."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.requests import Amend, CancelAll
from tests.contract.bybit_stages import AMEND, CANCEL, CANCEL_ALL, REALTIME, BybitStage
from tests.contract.futures import OF_BYBIT, cancel_of, end_all, get_meaning, get_report, make_stop, name, send
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=OF_BYBIT)
def stage(request: pytest.FixtureRequest, paper: PaperClient) -> BybitStage:
    return OF_BYBIT[request.param](paper)


UNSEEN = {
    "a lookup that fails": {"status": 503, "body": ""},
    "a key that is refused": {"status": 200, "code": 10003, "msg": "API key is invalid."},
    "a limit that is met": {"status": 200, "code": 10006, "msg": "Too many visits."},
}
unseen = pytest.mark.parametrize("look", UNSEEN.values(), ids=UNSEEN)


def make_amend(stage: BybitStage, **changes: object) -> Amend:
    order = stage.orders.limit
    amend = Amend(
        symbol=order.symbol,
        client_order_id=order.client_order_id,
        side=order.side,
        quantity=(order.size or Decimal(0)) * 2,
        price=Decimal(61_000),
    )
    return replace(amend, **changes)  # type: ignore[arg-type]


def make_cancel_all(stage: BybitStage, **changes: object) -> CancelAll:
    symbol = stage.orders.limit.symbol
    cancel = CancelAll(symbol=symbol, client_order_id="ours", until=stage.exchange_time())
    return replace(cancel, **changes)  # type: ignore[arg-type]


@unseen
def test_a_cancellation_whose_effect_is_not_seen_is_in_doubt_and_found(
    stage: BybitStage, look: dict[str, object]
) -> None:
    order = stage.orders.limit
    send(stage, order)
    stage.paper.arm("answer_instead", match={"path": REALTIME}, **look)

    assert get_meaning(send(stage, cancel_of(order))) is Meaning.UNKNOWN
    assert stage.see_states() == {order.client_order_id: "CANCELED"}
    assert get_report(stage.venue.find(cancel_of(order), stage.key)).status == "CANCELED"
    assert get_report(send(stage, cancel_of(order))).status == "CANCELED"  # a repeat does no harm


@unseen
def test_an_amendment_whose_effect_is_not_seen_is_in_doubt_and_found(
    stage: BybitStage, look: dict[str, object]
) -> None:
    send(stage, stage.orders.limit)
    stage.paper.arm("answer_instead", match={"path": REALTIME}, **look)

    assert get_meaning(send(stage, make_amend(stage))) is Meaning.UNKNOWN
    assert get_report(stage.venue.find(make_amend(stage), stage.key)).quantity == make_amend(stage).quantity


@unseen
def test_orders_that_are_being_ended_are_in_doubt_until_they_are_seen_to_have_ended(
    stage: BybitStage, look: dict[str, object]
) -> None:
    """A refused question would else be told as "nothing was done", and the next try as the first."""
    for order in (stage.orders.limit, make_stop(stage)):
        send(stage, order)
    stage.paper.arm("answer_instead", match={"path": REALTIME}, count=2, **look)

    assert get_meaning(send(stage, make_cancel_all(stage))) is Meaning.UNKNOWN
    assert set(stage.see_states().values()) == {"CANCELED"}


def refuse_the_second(stage: BybitStage, path: str, refusal: dict[str, object]) -> None:
    """Let one more request of that path pass, and refuse the one after it."""
    stage.paper.arm("delay", seconds=0, match={"path": path})
    stage.paper.arm("answer_instead", match={"path": path}, **refusal)


REFUSALS = {name: said for name, said in UNSEEN.items() if name != "a lookup that fails"}
refused = pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)


@refused
@pytest.mark.parametrize("stage", ["bybit/spot"], indirect=True)
def test_when_one_service_has_ended_its_orders_another_ones_refusal_is_a_doubt(
    stage: BybitStage, refusal: dict[str, object]
) -> None:
    """Else the next try would be sent as the first one, and would end what was ordered meanwhile."""
    stop = make_stop(stage)
    for order in (stage.orders.limit, stop):
        send(stage, order)
    refuse_the_second(stage, CANCEL_ALL, refusal)

    assert get_meaning(send(stage, make_cancel_all(stage))) is Meaning.UNKNOWN
    assert stage.see_states() == {stage.orders.limit.client_order_id: "CANCELED", stop.client_order_id: "NEW"}


@refused
def test_when_one_older_order_is_ended_the_refusal_of_the_next_is_a_doubt(
    stage: BybitStage, refusal: dict[str, object]
) -> None:
    for part in ("one", "two"):
        send(stage, replace(stage.orders.limit, client_order_id=name(part)))
    refuse_the_second(stage, CANCEL, refusal)

    assert get_meaning(send(stage, make_cancel_all(stage, repeated=True))) is Meaning.UNKNOWN
    assert sorted(stage.see_states().values()) == ["CANCELED", "NEW"]


@pytest.mark.parametrize(
    ("quantity", "price"), [(2, None), (1, Decimal(61_000))], ids=["the quantity alone", "the price alone"]
)
def test_an_order_that_shows_half_of_an_amendment_is_not_amended(
    stage: BybitStage, quantity: int, price: Decimal | None
) -> None:
    order, size = stage.orders.limit, stage.orders.limit.size or Decimal(0)
    send(stage, order)
    half = make_amend(stage, quantity=size * quantity, price=price or order.price)
    get_report(send(stage, half))
    wanted = make_amend(stage)

    assert get_meaning(stage.venue.find(wanted, stage.key)) is Meaning.NO_EFFECT
    stage.paper.arm("lose_request", match={"path": AMEND})
    assert get_meaning(send(stage, wanted)) is Meaning.UNKNOWN
    assert get_report(send(stage, wanted)).quantity == wanted.quantity


def test_an_answer_about_another_order_is_no_word_about_a_change(stage: BybitStage) -> None:
    other, order = replace(stage.orders.limit, client_order_id=name("other")), stage.orders.limit
    for each in (other, order):
        send(stage, each)
    body = '{"retCode":0,"retMsg":"OK","result":{"orderId":"5","orderLinkId":"another"},"retExtInfo":{},"time":1}'
    for path, change in ((CANCEL, cancel_of(order)), (AMEND, make_amend(stage))):
        stage.paper.arm("answer_instead", status=200, body=body, match={"path": path})
        assert get_meaning(send(stage, change)) is Meaning.UNKNOWN
    assert set(stage.see_states().values()) == {"NEW"}


def test_what_is_under_way_cannot_be_changed_yet_and_that_is_a_doubt(stage: BybitStage) -> None:
    stage.set("settings", {"engine_ms": 60_000})
    send(stage, stage.orders.limit)

    for change in (cancel_of(stage.orders.limit), make_amend(stage)):
        assert get_meaning(send(stage, change)) is Meaning.UNKNOWN
    stage.skew_clock(61_000)
    stage.venue.ask_server_time()
    assert get_report(send(stage, cancel_of(stage.orders.limit))).status == "CANCELED"


def test_all_orders_end_whichever_service_holds_them(stage: BybitStage) -> None:
    for number in range(3):
        send(stage, replace(stage.orders.limit, client_order_id=name(f"limit {number}")))
        send(stage, make_stop(stage, client_order_id=name(f"stop {number}")))

    ended = end_all(stage, make_cancel_all(stage))

    assert {each.client_order_id for each in ended.others} == set(stage.see_states())
    assert set(stage.see_states().values()) == {"CANCELED"}


def test_a_repeat_ends_every_older_order_on_every_page_and_no_newer_one(stage: BybitStage) -> None:
    stage.set("settings", {"limits": {"/v5/order/create": 1_000, CANCEL: 1_000}})
    for number in range(55):
        get_report(send(stage, replace(stage.orders.limit, client_order_id=name(f"older {number}"))))
    until = stage.exchange_time()
    stage.skew_clock(60_000)
    stage.venue.ask_server_time()
    newer = stage.orders.limit
    get_report(send(stage, newer))

    answer = send(stage, make_cancel_all(stage, until=until, repeated=True))

    assert isinstance(answer, Accepted), answer
    states = stage.see_states()
    assert states.pop(newer.client_order_id) == "NEW"
    assert len(states) == 55
    assert set(states.values()) == {"CANCELED"}


def test_a_refused_cancellation_of_all_is_told_as_what_it_is(stage: BybitStage) -> None:
    send(stage, stage.orders.limit)
    stage.paper.arm("answer_instead", status=200, code=10003, msg="API key is invalid.", match={"path": CANCEL_ALL})

    answer = send(stage, make_cancel_all(stage))

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.CREDENTIALS, "10003")
    assert set(stage.see_states().values()) == {"NEW"}


def test_nobody_elses_orders_are_ended(stage: BybitStage, paper: PaperClient) -> None:
    """Spot and linear have a BTCUSDT each, and one account."""
    stages = [make(paper) for make in OF_BYBIT.values()]
    for number, each in enumerate(stages):
        get_report(send(each, replace(each.orders.limit, client_order_id=name(f"of {number}"))))

    end_all(stage, make_cancel_all(stage))

    states = {each.name: list(each.see_states().values()) for each in stages}
    assert states == {each.name: ["CANCELED" if each.name == stage.name else "NEW"] for each in stages}
