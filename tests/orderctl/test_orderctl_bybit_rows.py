"""`show`, `list`, `close`, `dead`, `redrive`, `halt` with signals of Bybit: one venue to people, JSON as it went."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderctl.command import Run
from orderexec.domain.bybit_products import BybitType
from orderexec.domain.lifecycle import Reason
from orderexec.domain.order_words import PositionSide, Side
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Amend, Cancel, CancelAll, Plan
from orderexec.domain.row import Row
from orderexec.ports import Credentials
from tests.orderctl.bybit_stack import at_bybit  # noqa: F401
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, make_waiting, parse_answer
from tests.paper_exchange.paper_bybit import PaperBybit, connected_bybit
from tests.paper_exchange.paper_client import KEY, PaperClient

OURS = "a" * 32


def make_order(symbol: str, side: Side, kind: BybitType, **more: Any) -> Order:
    return Order(symbol=symbol, side=side, type=kind, client_order_id=OURS, **more)


EXIT = make_order("BTCUSDT", Side.SELL, BybitType.STOP_LOSS, stop_price=Decimal(57000))
ORDERS: dict[str, Order] = {
    "spot": make_order("BTCUSDT", Side.BUY, BybitType.MARKET, quantity=Decimal("0.01")),
    "linear": make_order(
        "BTCUSDT",
        Side.BUY,
        BybitType.LIMIT,
        quantity=Decimal("0.01"),
        price=Decimal(60000),
        position_side=PositionSide.LONG,
        stop_loss=EXIT,
    ),
    "inverse": make_order("BTCUSD", Side.SELL, BybitType.MARKET, contracts=Decimal(300), reduce_only=True),
}
EACH = pytest.mark.parametrize("product", ORDERS)


@pytest.fixture
def bybit(paper: PaperClient) -> Iterator[PaperBybit]:
    with connected_bybit(paper) as client:
        yield client


@pytest.fixture
def shortly_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands look at the clock while the signals are young."""
    monkeypatch.setattr(Run, "now", lambda _: NOW + 1_000)


def make_body(product: str, **more: object) -> dict[str, Any]:
    symbol = "BTCUSD" if product == "inverse" else "BTCUSDT"
    return {"venue": "bybit", "product": product, "symbol": symbol, "side": "BUY", "quantity": "0.01", **more}


def make_sent(product: str, request: Plan, paper: PaperClient, signal_id: str = "doubt") -> Row:
    row = make_waiting(signal_id, **make_body(product))
    signer = f"{paper.url} {Credentials(KEY, '').fingerprint}"
    return row.claim(request, signed_at=NOW, fence=NOW + 52_000, token="t1", now=NOW, signed_for=signer)


def show(ctl: Ctl, *options: str) -> tuple[Any, str]:
    document = parse_answer(ctl("show", "doubt", "--venue", "bybit", "--json", *options))
    return document, " ".join(ctl("show", "doubt", "--venue", "bybit", *options).stdout.split())


@EACH
def test_a_request_is_shown_as_the_json_that_went(
    at_bybit: Deployed,  # noqa: F811
    ctl: Ctl,
    paper: PaperClient,
    product: str,
) -> None:
    at_bybit.put(make_sent(product, ORDERS[product], paper))

    document, text = show(ctl, "--offline")

    sent = document["request"]
    assert (sent["method"], sent["path"]) == ("POST", "/v5/order/create")
    body = json.loads(sent["body"])
    assert (body["category"], body["orderLinkId"]) == (product, OURS)
    assert body.keys() == sent["parameters"].keys()
    assert f"POST /v5/order/create {sent['body']}" in text
    if product != "spot":
        assert body["positionIdx"] == (1 if product == "linear" else 0)
        assert type(body["positionIdx"]) is int
    if product == "inverse":
        assert (body["reduceOnly"], body["qty"]) == (True, "300")
    if product == "linear":
        assert (body["stopLoss"], body["tpslMode"]) == ("57000", "Partial")


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (Cancel(symbol="BTCUSDT", client_order_id=OURS, cancel_id="c"), "cancel"),
        (CancelAll(symbol="BTCUSDT", client_order_id=OURS, until=NOW), "cancel-all"),
        (Amend(symbol="BTCUSDT", client_order_id=OURS, quantity=Decimal("0.02"), price=Decimal(59000)), "amend"),
    ],
)
def test_a_change_is_shown_as_the_json_that_went(
    at_bybit: Deployed,  # noqa: F811
    ctl: Ctl,
    paper: PaperClient,
    request_: Plan,
    path: str,
) -> None:
    at_bybit.put(make_sent("linear", request_, paper))

    document, _ = show(ctl, "--offline")

    assert document["request"]["path"] == f"/v5/order/{path}"
    assert json.loads(document["request"]["body"])["category"] == "linear"


@EACH
def test_the_order_is_shown_as_it_is_now_and_where_it_is_not_that_is_said(
    at_bybit: Deployed,  # noqa: F811
    ctl: Ctl,
    paper: PaperClient,
    bybit: PaperBybit,
    product: str,
) -> None:
    at_bybit.put(make_sent(product, ORDERS[product], paper))
    missing, words = show(ctl)
    order_id = bybit.place(product, orderLinkId=OURS)

    there, text = show(ctl)

    assert missing["at_the_exchange"]["found"] is False
    assert "SENT" in words
    assert [each["order_id"] for each in there["at_the_exchange"]["orders"]] == [order_id]
    assert f"{order_id} BUY" in text
    assert (there["venue"], there["signal_id"]) == ("bybit", "doubt")


@pytest.mark.usefixtures("shortly_after")
def test_every_command_knows_the_signals_of_all_products_by_one_venue(
    at_bybit: Deployed,  # noqa: F811
    ctl: Ctl,
    paper: PaperClient,
) -> None:
    for product, order in ORDERS.items():
        at_bybit.put(make_sent(product, order, paper, product))
    held = Failure(Meaning.RETRY, None, "halted (venue/bybit): news")
    waits = make_waiting("waits", **make_body("linear"))
    at_bybit.put(waits.wait(held, retry_at=NOW + 5_000, token="t0", now=NOW))

    listed = {each["signal_id"]: each for each in parse_answer(ctl("list", "--json"))["signals"]}
    lines = ctl("list").stdout
    elsewhere = ctl("show", "spot")
    dropped = ctl("drop", "--venue", "bybit", "--yes", "--json")

    assert {each["venue"] for each in listed.values()} == {"bybit"}
    assert listed["inverse"]["asked"] == "inverse: BUY 0.01 BTCUSD MARKET"
    assert "main/bybit/inverse" in lines
    assert "spot: BUY 0.01 BTCUSDT MARKET" in lines
    assert "linear: BUY 0.01 BTCUSDT MARKET" in lines
    assert "`orderctl show main/bybit/spot --stack orderexec`" in " ".join(elsewhere.stdout.split())
    assert dropped.exit_code == 0
    assert parse_answer(dropped)["dropped"] == ["main/bybit/waits"]


@EACH
def test_a_row_is_closed_by_hand_unless_the_exchange_shows_its_order(
    at_bybit: Deployed,  # noqa: F811
    ctl: Ctl,
    paper: PaperClient,
    bybit: PaperBybit,
    product: str,
) -> None:
    for signal_id in ("doubt", "other"):
        at_bybit.put(make_sent(product, replace(ORDERS[product], client_order_id=signal_id), paper, signal_id))
    bybit.place(product, orderLinkId="other")
    ended = ("--venue", "bybit", "--why", "looked at the app", "--yes")

    done = ctl("close", "doubt", "--as", "dead", *ended)
    accepted = ctl("close", "other", "--as", "accepted", "--order-id", "7", *ended)

    assert done.exit_code == 0, done.output
    assert "main/bybit/doubt is closed: DEAD" in done.stdout
    assert accepted.exit_code == 0, accepted.output


@pytest.mark.usefixtures("shortly_after")
def test_a_letter_is_explained_and_redriven(at_bybit: Deployed, ctl: Ctl) -> None:  # noqa: F811
    at_bybit.put(make_dead("poor", Reason.REJECTED, "ab not enough for new order", **make_body("linear")))
    body = {"id": "poor", **make_body("linear")}
    at_bybit.send_letter(body, reason="REJECTED", code="110007", signal_id="poor")

    told = " ".join(ctl("dead").stdout.split())
    moved = ctl("redrive", "--signal", "main/bybit/poor", "--yes", "--json")

    assert "1 x REJECTED 110007" in told
    assert "the account has too little free money for this order" in told
    assert moved.exit_code == 0, moved.output
    assert [json.loads(each["Body"]) for each in at_bybit.receive(at_bybit.signals)] == [body]


@pytest.mark.parametrize(
    ("scope", "doubts"),
    [
        ("venue/bybit", []),
        ("venue/bybit/symbol/btcusd", []),
        ("venue/bybit/symbol/NOSUCH", ["the exchange (bybit) lists no symbol NOSUCH"]),
        ("symbol/BTCUSD", []),
        ("symbol/BTC-26DEC25", ["the exchange (bybit, binance-spot) lists no symbol BTC-26DEC25"]),
    ],
)
@pytest.mark.usefixtures("at_bybit")
def test_a_halt_is_of_the_venue_with_all_of_its_products(ctl: Ctl, scope: str, doubts: list[str]) -> None:
    halted = ctl("halt", scope, "--why", "news", "--json")

    assert halted.exit_code == 0
    told = parse_answer(halted)
    assert told["new"]
    assert [each.partition(":")[0] for each in told["doubts"]] == doubts
    assert ctl("resume", told["scope"]).exit_code == 0


@pytest.mark.usefixtures("at_bybit")
def test_a_halt_of_a_product_is_told_what_there_is(ctl: Ctl) -> None:
    refused = ctl("halt", "venue/bybit/linear")

    assert refused.exit_code == 2
    assert "is not a scope" in refused.stderr


def test_the_doctor_finds_signals_that_were_signed_for_another_address(
    at_bybit: Deployed,  # noqa: F811
    ctl: Ctl,
    paper: PaperClient,
) -> None:
    at_bybit.put(make_sent("linear", ORDERS["linear"], paper))
    at_bybit.put(replace(make_sent("spot", ORDERS["spot"], paper, "old"), signed_for="https://api.bybit.com abc"))

    [found] = [each for each in parse_answer(ctl("doctor", "--json"))["findings"] if each["about"] == "signers"]

    assert found["level"] == "bad"
    assert "1 open signal (main/bybit/old) was sent to https://api.bybit.com" in found["text"]
