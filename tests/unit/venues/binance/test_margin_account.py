"""What margin accounts have and are, over the documented answers; and whose a key is, asked as on Spot."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.order_words import ListKind, MarginMode
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import OrderList, Replace, Request
from orderexec.venues.binance.margin_inspection import MARGIN, MarginKeys
from orderexec.venues.http import NoReply, Reply
from tests.unit.venues.binance.recorded import GARBLED, recorded
from tests.unit.venues.binance.scripted_margin import MODES, cancel, cancel_all, margin, margin_order, send
from tests.unit.venues.binance.scripted_venue import KEY, LOST, error, failed, reply

CROSS = recorded("cross_account", "binance_margin")
ISOLATED = recorded("isolated_account", "binance_margin")
PERMISSIONS = {"enableMargin": True, "enableSpotAndMarginTrading": True, "enableWithdrawals": False, "ipRestrict": True}


def isolated_with(**free: str) -> Any:
    account = ISOLATED["assets"][0]
    changes = {
        name: account[name] | {"free": free.get(account[name]["asset"], "0")} for name in ("baseAsset", "quoteAsset")
    }
    return ISOLATED | {"assets": [account | changes]}


@pytest.mark.parametrize(("asset", "free"), [("BTC", "0.00499500"), ("USDT", "0"), ("DOGE", "0")])
def test_what_is_free_in_the_cross_account(asset: str, free: str) -> None:
    venue, transport = margin(reply(CROSS))

    assert venue.ask_free_balance(asset, KEY) == Decimal(free)
    assert transport.sent[0]["request"] == "GET /sapi/v1/margin/account"


@pytest.mark.parametrize(("asset", "free"), [("BTC", "0.5"), ("USDT", "100"), ("DOGE", "0")])
def test_what_is_free_in_an_isolated_account(asset: str, free: str) -> None:
    venue, transport = margin(reply(isolated_with(BTC="0.5", USDT="100")))

    assert venue.ask_free_balance(asset, KEY, isolated_symbol="BTCUSDT") == Decimal(free)
    assert transport.sent[0]["request"] == "GET /sapi/v1/margin/isolated/account"
    assert transport.parameters()["symbols"] == "BTCUSDT"


@pytest.mark.parametrize("assets", [[], isolated_with(BTC="9")["assets"]])
def test_an_isolated_account_that_was_never_opened_is_told_as_that(assets: list[Any]) -> None:
    venue, _ = margin(reply({"assets": assets}))

    answer = venue.ask_free_balance("ETH", KEY, isolated_symbol="ETHUSDT")

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.CREDENTIALS, "-3003")
    assert answer.detail.startswith("no isolated account for ETHUSDT is shown: ")
    assert "open it at the exchange" in answer.detail


@pytest.mark.parametrize("isolated", [None, "BTCUSDT"])
@pytest.mark.parametrize("answer", [reply(garbage) for garbage in GARBLED] + [LOST])
def test_an_answer_that_does_not_read_as_documented_is_no_balance(isolated: str | None, answer: Reply) -> None:
    venue, _ = margin(answer)

    told = venue.ask_free_balance("BTC", KEY, isolated_symbol=isolated)

    assert isinstance(told, Failure)
    assert told.meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("value", GARBLED, ids=repr)
def test_a_garbled_amount_is_no_balance(value: object) -> None:
    assets = [{"asset": "BTC", "free": value}]
    venue, _ = margin(reply({"userAssets": assets}))

    assert isinstance(venue.ask_free_balance("BTC", KEY), Failure)


def test_whose_a_key_is_is_asked_as_on_spot() -> None:
    venue, transport = margin(reply({"uid": 5}))

    assert venue.accounts.find_id(KEY) == "5"
    assert transport.sent[0]["request"] == "GET /api/v3/account"


def test_a_person_is_told_both_kinds_of_account_and_whether_the_key_may_borrow() -> None:
    keys = MarginKeys(margin(reply(CROSS), reply(ISOLATED), reply(PERMISSIONS))[0])

    facts = keys.ask_account(KEY)

    assert not isinstance(facts, Failure)
    assert (facts.kind, facts.may_trade) == ("cross margin (classic)", True)
    assert facts.settings == {
        "cross account": "open",
        "borrowing": "permitted",
        "isolated accounts": "BTCUSDT",
        "loans by this key": "permitted",
    }


def test_what_is_not_there_is_told_as_that() -> None:
    cross = CROSS | {"created": False, "borrowEnabled": False, "tradeEnabled": False, "accountType": "MARGIN_9"}
    keys = MarginKeys(margin(reply(cross), reply({"assets": []}), reply({}, 404))[0])

    facts = keys.ask_account(KEY)

    assert not isinstance(facts, Failure)
    assert (facts.kind, facts.may_trade) == ("margin (MARGIN_9)", False)
    assert facts.settings == {
        "cross account": "never opened",
        "borrowing": "not permitted",
        "isolated accounts": "none",
    }


def test_many_isolated_accounts_are_counted() -> None:
    many = [{"symbol": f"S{number}", "tradeEnabled": True} for number in range(7)]
    keys = MarginKeys(margin(reply(CROSS | {"tradeEnabled": False}), reply({"assets": many}), LOST)[0])

    facts = keys.ask_account(KEY)

    assert not isinstance(facts, Failure)
    assert facts.settings["isolated accounts"] == "S0, S1, S2, S3, S4 and 2 more"
    assert facts.may_trade


@pytest.mark.parametrize("replies", [[error(-2015)], [reply(CROSS), error(-2015)]])
def test_a_refused_key_is_told_as_that(replies: list[Reply | NoReply]) -> None:
    answer = MarginKeys(margin(*replies)[0]).ask_account(KEY)

    assert isinstance(answer, Failure)
    assert answer.meaning is Meaning.CREDENTIALS


def test_what_a_key_may_is_told_as_on_spot() -> None:
    facts = MarginKeys(margin(reply(PERMISSIONS))[0]).ask_permissions(KEY)

    assert facts is not None
    assert not isinstance(facts, Failure)
    assert (facts.may_trade, facts.may_withdraw, facts.bound_to_addresses) == (True, False, True)
    assert MarginKeys(margin(reply({}, 404))[0]).ask_permissions(KEY) is None


def test_no_order_can_be_tried_out() -> None:
    assert isinstance(MarginKeys(margin()[0]).try_order("BTCUSDT", KEY), Failure)


def in_list(mode: MarginMode) -> OrderList:
    working = margin_order(mode, type="LIMIT", client_order_id="a")
    return OrderList(
        kind=ListKind.OTO, list_client_order_id="l", working=working, pending=margin_order(mode, type="STOP_LOSS")
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("make", [margin_order, in_list, cancel, cancel_all])
def test_a_request_is_described_as_it_is_sent(mode: MarginMode, make: Any) -> None:
    request: Request = make(mode)

    _, transport = send(request, LOST)
    described = MARGIN.describe_call(request)

    sent = transport.parameters()
    assert f"{described.method} {described.path}" == transport.sent[0]["request"]
    assert described.parameters == {name: sent[name] for name in described.parameters}
    assert sent.keys() - described.parameters.keys() == {"recvWindow", "timestamp", "signature"}


def test_what_margin_cannot_send_cannot_be_described() -> None:
    with pytest.raises(ValueError, match="replace"):
        MARGIN.describe_call(Replace(order=margin_order(), replaced="x"))


def test_a_failure_is_explained_by_margins_own_table() -> None:
    answer, _ = send(margin_order(), error(-3006))

    assert MARGIN.load_table().codes["-3006"].what in failed(answer).detail
