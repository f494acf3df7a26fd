"""What Bybit tells of a key and its account: whose it is, what it has and may do, and what is open."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.order_words import MarginMode, PositionSide
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import Cancel, CancelAll
from orderexec.ports import PositionSettings
from orderexec.venues.bybit.inspection import LINEAR_ORDERS, SPOT_ORDERS, BybitKeys
from orderexec.venues.bybit.products import INVERSE, LINEAR, SPOT, BybitProduct
from orderexec.venues.http import NoReply, Reply
from orderexec.venues.inspection import KeyFacts
from tests.unit.venues.bybit.scripted_bybit import KEY, LOST, error, failed, order, recorded, reply, success, venue

COIN: dict[str, Any] = recorded("wallet_balance")["result"]["list"][0]["coin"][0]
POSITION: dict[str, Any] = recorded("position_info")["result"]["list"][0]
ACCOUNT = reply(recorded("account_info"))


def balance(**coin: Any) -> Reply:
    return success({"list": [{"coin": [COIN | {"coin": "USDT"} | coin]}]})


def test_whose_key_it_is() -> None:
    at, transport = venue(SPOT, reply(recorded("api_key_information")))

    assert at.accounts.find_id(KEY) == "1448939"
    assert transport.requests == ["GET /v5/user/query-api"]


@pytest.mark.parametrize("user", [None, "", 0, True, [], "1448939"])
def test_a_key_that_tells_no_account(user: object) -> None:
    assert venue(SPOT, success({"userID": user}))[0].accounts.find_id(KEY) is None


def test_a_key_that_cannot_be_asked_about() -> None:
    assert isinstance(venue(SPOT, LOST)[0].accounts.find_id(KEY), Failure)


@pytest.mark.parametrize("product", [SPOT, LINEAR, INVERSE])
def test_one_address_is_one_exchange(product: BybitProduct) -> None:
    signer = venue(product)[0].accounts.name_signer(KEY)

    assert signer.startswith("https://scripted")


@pytest.mark.parametrize(
    ("coin", "free"),
    [
        ({"walletBalance": "100"}, "100"),
        ({"walletBalance": "100", "locked": "10", "totalOrderIM": "20", "totalPositionIM": "30"}, "40"),
        ({"walletBalance": "100", "spotBorrow": "60", "bonus": "5"}, "35"),
        ({"walletBalance": "100", "totalOrderIM": "", "totalPositionIM": ""}, "100"),
        ({"walletBalance": "10", "spotBorrow": "60"}, "0"),
        ({"walletBalance": "100", "coin": "BTC"}, "0"),
    ],
)
def test_only_what_is_its_own_and_nothing_holds_is_free(coin: dict[str, Any], free: str) -> None:
    at, transport = venue(SPOT, balance(**coin))

    assert at.ask_free_balance("USDT", KEY) == Decimal(free)
    assert transport.parameters() == {"accountType": "UNIFIED", "coin": "USDT"}


def test_the_published_balance_is_understood() -> None:
    assert venue(SPOT, reply(recorded("wallet_balance")))[0].ask_free_balance("BTC", KEY) == 0
    assert venue(SPOT, success({"list": []}))[0].ask_free_balance("BTC", KEY) == 0


@pytest.mark.parametrize(
    "answer",
    [LOST, error(10005), balance(walletBalance="x"), balance(walletBalance=None), success({"list": [{}]}), success([])],
)
def test_a_balance_that_cannot_be_read_is_a_failure(answer: Reply | NoReply) -> None:
    assert isinstance(venue(SPOT, answer)[0].ask_free_balance("USDT", KEY), Failure)


def test_no_account_is_set_apart_for_a_symbol() -> None:
    with pytest.raises(ValueError, match="no accounts that are set apart"):
        venue(SPOT)[0].ask_free_balance("USDT", KEY, isolated_symbol="BTCUSDT")


def positions(*entries: dict[str, Any]) -> Reply:
    return success({"list": [POSITION | each for each in entries]})


def ask(product: BybitProduct, side: PositionSide | None, *replies: Reply | NoReply) -> Decimal | Failure:
    at = venue(product, *replies)[0].positions
    assert at is not None
    return at.ask_position("BTCUSD", side, KEY)


def test_spot_has_no_positions() -> None:
    assert venue(SPOT)[0].positions is None


def test_the_published_position_is_understood() -> None:
    assert ask(INVERSE, None, reply(recorded("position_info"))) == -300


@pytest.mark.parametrize(("side", "amount"), [(PositionSide.LONG, 5), (PositionSide.SHORT, -7)], ids=["long", "short"])
def test_each_position_of_hedge_mode(side: PositionSide, amount: int) -> None:
    long = {"positionIdx": 1, "side": "Buy", "size": "5"}
    short = {"positionIdx": 2, "side": "Sell", "size": "7"}

    assert ask(LINEAR, side, positions(long, short)) == amount
    assert "must name position_side" in failed(ask(LINEAR, None, positions(long, short))).detail


def test_one_way_mode_takes_no_position_side() -> None:
    one = {"positionIdx": 0, "side": "Buy", "size": "5"}

    assert "must not name position_side" in failed(ask(LINEAR, PositionSide.LONG, positions(one))).detail
    assert ask(LINEAR, PositionSide.LONG, positions(one | {"side": "", "size": "0"})) == 0
    assert ask(LINEAR, None, success({"list": []})) == 0


@pytest.mark.parametrize(
    "garbled",
    [
        {"size": "x"},
        {"size": None},
        {"side": "Long"},
        {"side": "", "size": "1"},
        {"positionIdx": "0"},
        {"leverage": "x"},
    ],
)
def test_a_position_that_cannot_be_read_is_a_failure(garbled: dict[str, Any]) -> None:
    assert failed(ask(LINEAR, None, positions(garbled))).meaning is Meaning.UNKNOWN


def settings(*replies: Reply | NoReply) -> PositionSettings | Failure:
    at = venue(LINEAR, *replies)[0].positions
    assert at is not None
    return at.ask_settings("BTCUSD", KEY)


@pytest.mark.parametrize(
    ("mode", "margin_mode"),
    [
        ("REGULAR_MARGIN", MarginMode.CROSS),
        ("PORTFOLIO_MARGIN", MarginMode.CROSS),
        ("ISOLATED_MARGIN", MarginMode.ISOLATED),
    ],
)
def test_leverage_is_the_positions_and_the_margin_mode_the_accounts(mode: str, margin_mode: MarginMode) -> None:
    told = settings(positions({"leverage": "12.5"}), success({"marginMode": mode}))

    assert told == PositionSettings(Decimal("12.5"), margin_mode)


def test_whole_leverage_is_that_of_the_signal() -> None:
    told = settings(positions({"leverage": "10"}), ACCOUNT)

    assert isinstance(told, PositionSettings)
    assert told.leverage == 10


def test_each_side_of_hedge_mode_may_have_its_own_leverage() -> None:
    long, short = {"positionIdx": 1, "leverage": "5"}, {"positionIdx": 2, "leverage": "10"}

    for order_of_theirs in ((long, short), (short, long)):
        told = settings(positions(*order_of_theirs), ACCOUNT)
        assert isinstance(told, PositionSettings)
        assert told.get_leverage(PositionSide.LONG) == 5
        assert told.get_leverage(PositionSide.SHORT) == 10


@pytest.mark.parametrize(
    "replies",
    [(LOST,), (positions(),), (positions({}), LOST), (positions({}), success({"marginMode": "NEW"}))],
    ids=["no answer", "no position", "no account", "another mode"],
)
def test_settings_that_are_not_told_are_a_failure(replies: tuple[Reply | NoReply, ...]) -> None:
    assert isinstance(settings(*replies), Failure)


def test_settings_are_asked_for_once_a_minute() -> None:
    at, transport = venue(LINEAR, positions({}), ACCOUNT)
    assert at.positions is not None

    assert at.positions.ask_settings("BTCUSD", KEY) == at.positions.ask_settings("BTCUSD", KEY)
    assert len(transport.sent) == 2


def test_present_settings_are_asked_for_each_time_and_replace_those_that_are_kept() -> None:
    at, _ = venue(LINEAR, positions({"leverage": "5"}), ACCOUNT, positions({"leverage": "7"}), ACCOUNT)
    assert at.positions is not None

    told = [
        at.positions.ask_settings("BTCUSD", KEY),
        at.positions.ask_present_settings("BTCUSD", KEY),
        at.positions.ask_settings("BTCUSD", KEY),
    ]

    assert [each.leverage for each in told if isinstance(each, PositionSettings)] == [5, 7, 7]


PERMITTED: dict[str, Any] = recorded("api_key_information")["result"]
BOUND = {"readOnly": 0, "ips": ["18.181.170.164"], "expiredAt": "1970-01-01T00:00:00Z"}


def permissions(product: BybitProduct, **key: Any) -> KeyFacts:
    told = BybitKeys(venue(product, success(PERMITTED | BOUND | key))[0]).ask_permissions(KEY)
    assert isinstance(told, KeyFacts)
    return told


def test_a_key_that_may_trade_and_is_bound_to_an_address() -> None:
    for product in (SPOT, LINEAR, INVERSE):
        assert permissions(product) == KeyFacts(
            hindrance=None, may_withdraw=False, bound_to_addresses=True, trading_ends=None, may_transfer=True
        )


def test_a_key_without_an_address_expires() -> None:
    facts = permissions(SPOT, ips=["*"], expiredAt="2026-12-01T00:00:00Z")

    assert (facts.bound_to_addresses, facts.trading_ends) == (False, 1_796_083_200_000)
    assert not permissions(SPOT, ips=[]).bound_to_addresses
    assert not permissions(SPOT, ips=None).bound_to_addresses


@pytest.mark.parametrize("text", [None, "soon", 5, "2026-12-01", "0001-01-01T00:00:00Z"])
def test_an_expiry_that_cannot_be_read_is_none(text: object) -> None:
    assert permissions(SPOT, ips=["*"], expiredAt=text).trading_ends is None


def test_without_a_date_the_days_that_are_left_tell() -> None:
    at, _ = venue(SPOT, success(PERMITTED | BOUND | {"expiredAt": None, "deadlineDay": 3}))
    facts = BybitKeys(at).ask_permissions(KEY)

    assert isinstance(facts, KeyFacts)
    assert facts.trading_ends == at.now() + 3 * 86_400_000
    assert permissions(SPOT, expiredAt=None, deadlineDay=True).trading_ends is None


def test_a_key_that_is_bound_ends_as_well_if_the_exchange_says_so() -> None:
    """ "Only for those api key with no IP bound or the password has been changed" ("Get API Key Information")."""
    assert permissions(SPOT, expiredAt="2026-12-01T00:00:00Z").trading_ends == 1_796_083_200_000


def test_what_a_key_may_do_depends_on_the_product() -> None:
    spot_only = {"permissions": {"Spot": ["SpotTrade"], "Wallet": ["Withdraw"]}}

    assert (permissions(SPOT, **spot_only).may_trade, permissions(LINEAR, **spot_only).may_trade) == (True, False)
    assert permissions(SPOT, **spot_only).may_withdraw
    assert not permissions(SPOT, **spot_only).may_transfer
    assert not permissions(LINEAR, readOnly=1).may_trade
    assert not permissions(LINEAR, permissions=None).may_trade


def test_what_a_person_asks_of_an_account() -> None:
    told = BybitKeys(venue(LINEAR, ACCOUNT)[0]).ask_account(KEY)

    assert not isinstance(told, Failure)
    assert (told.kind, told.may_trade, told.settings) == ("unified (1.0 pro)", True, {"margin mode": "regular margin"})
    assert isinstance(BybitKeys(venue(LINEAR, error(10003))[0]).ask_account(KEY), Failure)
    assert isinstance(BybitKeys(venue(LINEAR, LOST)[0]).ask_permissions(KEY), Failure)


def test_no_order_is_tried_out() -> None:
    at, transport = venue(LINEAR)

    assert failed(BybitKeys(at).try_order("BTCUSDT", KEY)).meaning is Meaning.UNKNOWN
    assert transport.sent == []


def test_a_request_is_described_as_it_is_sent() -> None:
    placed = LINEAR_ORDERS.describe_call(order(quantity=Decimal(1)))
    one = SPOT_ORDERS.describe_call(Cancel(symbol="BTCUSDT", client_order_id="a", cancel_id="b"))
    every = SPOT_ORDERS.describe_call(CancelAll(symbol="BTCUSDT", client_order_id="a", until=0))

    assert placed.parameters["category"] == "linear"
    spot = {"category": "spot", "symbol": "BTCUSDT", "orderFilter": "Order"}  # the first of the services is asked first
    assert one.parameters == spot | {"orderLinkId": "a"}
    assert (every.path, every.parameters) == ("/v5/order/cancel-all", spot)
