"""What a futures account has open, and how it is set up, on the way of a signal: asked for, checked, never set."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.order_words import MarginMode, PositionSide, Side
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.protected import Protected
from orderexec.domain.requests import Amend, Plan
from orderexec.domain.row import Row
from orderexec.domain.signals import Signal
from orderexec.ports import PositionSettings
from orderexec.usecases.prepared import NotReady, Ready
from tests.doubles.secrets import ROTATED_KEY
from tests.doubles.venue import NO_PERMISSION, FakePositions
from tests.unit.domain.derivatives import INVERSE, apply, coin, signal
from tests.usecases.prepared_account import Account, row

CLOSE: dict[str, Any] = {"quantity": None, "close_position": True, "side": "SELL"}
BUSY = Failure(Meaning.RETRY, "-1008", "Server is currently overloaded with other requests.")


@pytest.mark.parametrize(
    ("held", "fields", "size"),
    [
        ("0.8", CLOSE, "0.8"),
        ("-0.8", CLOSE | {"side": "BUY"}, "0.8"),
        ("0.8", {"quantity": None, "quantity_percent": 25, "side": "SELL"}, "0.2"),
    ],
)
def test_a_share_of_the_position_is_an_order_that_only_reduces(held: str, fields: dict[str, Any], size: str) -> None:
    order = Account(held=held).order(signal(**fields))

    assert (order.quantity, order.reduce_only, order.close_position) == (Decimal(size), True, False)


def test_in_hedge_mode_the_named_position_is_closed() -> None:
    account = Account(held="0.8")
    account.known.held["BTCUSDT", PositionSide.SHORT] = Decimal("-0.3")

    order = account.order(signal(**CLOSE | {"side": "BUY", "position_side": "SHORT"}))

    assert (order.quantity, order.position_side, order.reduce_only) == (Decimal("0.3"), "SHORT", False)


def test_where_nothing_is_open_nothing_is_sent() -> None:
    refused = Account().refuse(signal(**CLOSE))

    assert refused.reason is Reason.RULES
    assert refused.detail.startswith("there is no open position in BTCUSDT to reduce; look at the position")


def test_a_retry_closes_what_was_meant_first_and_asks_no_more() -> None:
    account = Account(held="0.8")
    asked = signal(**CLOSE)
    first = account.order(asked)
    account.known.held["BTCUSDT", None] = Decimal(5)
    account.known.asked.clear()

    assert account.order(asked, sent=first) == first
    assert account.known.asked == []


def test_a_stop_that_closes_all_asks_for_no_position() -> None:
    account = Account()
    order = account.order(signal(**CLOSE | {"type": "STOP_MARKET", "stop_price": "57000"}))

    assert (order.close_position, order.size, account.known.asked) == (True, None, [])


def test_a_position_that_cannot_be_asked_for_waits() -> None:
    account = Account(held="0.8")
    account.known.failures.append(BUSY)

    assert account.prepare(signal(**CLOSE)) == NotReady(BUSY)


@pytest.mark.parametrize(("code", "reason"), [("-4061", Reason.REJECTED), (None, Reason.RULES)])
@pytest.mark.parametrize("asked", [signal(**CLOSE), signal(leverage=20)])
def test_a_question_that_is_refused_for_good_ends_the_signal(asked: Signal, code: str | None, reason: Reason) -> None:
    account = Account(held="0.8")
    account.known.failures.append(Failure(Meaning.REJECT, code, "the account is in hedge mode; give position_side"))
    refused = account.refuse(asked)

    assert (refused.reason, refused.code) == (reason, code)
    assert refused.detail == "the account is in hedge mode; give position_side"


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (signal(**CLOSE), "what the account has"),
        (signal(leverage=20), "how BTCUSDT is set up"),
    ],
)
def test_what_is_asked_for_is_asked_for_with_the_key_as_it_is_now(asked: Signal, what: str) -> None:
    account = Account(held="0.8")
    account.secrets.get_credentials("main")  # a container that holds the old key
    account.known.keys = {ROTATED_KEY}
    refused = account.refuse(asked)
    assert (refused.reason, refused.code) == (Reason.CREDENTIALS, NO_PERMISSION.code)
    assert refused.detail.startswith(f"{what} cannot be asked for: ")

    account.secrets.replace("main", ROTATED_KEY)
    assert isinstance(account.prepare(asked), Ready)


@pytest.mark.parametrize(
    ("fields", "settings", "words"),
    [
        ({"leverage": 5}, (20, MarginMode.CROSS), "leverage of BTCUSDT is 20 at the exchange, and the signal says 5"),
        (
            {"margin_mode": "isolated"},
            (20, MarginMode.CROSS),
            "margin_mode of BTCUSDT is cross at the exchange, and the signal says isolated",
        ),
        (
            {"margin_mode": "cross", "leverage": 5},
            (20, MarginMode.ISOLATED),
            "says 5; margin_mode of BTCUSDT is isolated at the exchange, and the signal says cross; set it at the "
            "exchange, then redrive it; or publish a corrected signal under a new id, with what the account has",
        ),
    ],
)
def test_settings_that_are_not_as_the_signal_says_are_refused(
    fields: dict[str, Any], settings: tuple[int, MarginMode], words: str
) -> None:
    account = Account(positions=FakePositions(settings=PositionSettings(*settings)))
    refused = account.refuse(signal(**fields))

    assert refused.reason is Reason.RULES
    assert words in refused.detail


@pytest.mark.parametrize(
    ("position_side", "leverage", "fits"), [("LONG", 5, True), ("SHORT", 5, False), ("SHORT", 9, True)]
)
def test_each_side_of_hedge_mode_has_its_own_leverage(position_side: str, leverage: int, fits: bool) -> None:
    settings = PositionSettings(5, MarginMode.ISOLATED, short_leverage=9)
    account = Account(positions=FakePositions(settings=settings))
    asked = signal(position_side=position_side, leverage=leverage, side="BUY" if position_side == "LONG" else "SELL")

    if fits:
        account.order(asked)
    else:
        assert "leverage of BTCUSDT is 9 at the exchange, and the signal says 5" in account.refuse(asked).detail


def test_settings_are_asked_for_only_where_the_signal_names_them() -> None:
    account = Account()

    account.order(signal())
    assert account.known.asked == []
    account.order(signal(leverage=20, margin_mode="cross"))
    assert account.known.asked == ["settings"]


def test_settings_that_cannot_be_asked_for_are_waited_for() -> None:
    account = Account()
    account.known.failures.append(BUSY)

    assert account.prepare(signal(leverage=20)) == NotReady(BUSY)


@pytest.mark.parametrize(
    ("fields", "contracts"),
    [
        ({"quantity": "0.01"}, 6),
        ({"quote_quantity": "399"}, 3),
        ({"quantity": "0.01", "type": "LIMIT", "price": "50000"}, 5),
    ],
)
@pytest.mark.parametrize("bounded", [False, True])
def test_coin_m_is_sent_contracts_and_a_retry_the_same(fields: dict[str, Any], contracts: int, bounded: bool) -> None:
    account = Account(INVERSE)
    if bounded:
        account.limit(max_slippage_percent=Decimal(2))
    asked = coin(**{"contracts": None} | fields)
    first = account.order(asked)
    account.exchange.prices["BTCUSD_PERP"] = Decimal(90_000)

    assert (first.contracts, first.quantity, first.quote_quantity) == (Decimal(contracts), None, None)
    account.time.advance(5_000)
    assert account.order(asked, sent=first).contracts == contracts


def test_quote_units_are_computed_at_the_last_price() -> None:
    assert Account().order(signal(quantity=None, quote_quantity="600")).quantity == Decimal("0.01")


def test_a_market_entry_with_exits_is_bounded_and_trades_whole_or_not_at_all() -> None:
    account = Account()
    account.limit(max_slippage_percent=Decimal(1))
    ready = account.prepare(signal(stop_loss="57000", take_profit="66000"))

    assert isinstance(ready, Ready)
    assert isinstance(ready.request, Protected)
    entry = ready.request.entry
    assert (entry.type, entry.time_in_force, entry.price) == ("LIMIT", "FOK", Decimal(60_600))


def test_what_reduces_is_not_bounded_and_not_counted() -> None:
    account = Account(held="0.8")
    account.limit(max_slippage_percent=Decimal(1), max_daily_orders=0, symbols=frozenset(), sides=frozenset({Side.BUY}))
    ready = account.prepare(signal(**CLOSE))

    assert isinstance(ready, Ready)
    assert isinstance(ready.request, Order)
    assert (ready.request.type, ready.countable) == ("MARKET", None)
    assert account.refuse(signal()).reason is Reason.LIMITS


RESTING = apply(signal(type="LIMIT", price="59000"))


def amend(**fields: Any) -> Signal:
    given = {"action": "amend", "target": "t", "side": None, "quantity": "0.4", "price": "58000"} | fields
    return (coin if "contracts" in fields else signal)(**given)


def placed(order: Plan) -> Row:
    return row(signal(id="t"), order, State.ACCEPTED)


@pytest.mark.parametrize("quantity", ["0.4", "0.5", "0.9"])
def test_an_amendment_names_quantity_price_and_side(quantity: str) -> None:
    ready = Account().prepare(amend(quantity=quantity), target=placed(RESTING))

    assert isinstance(ready, Ready)
    assert ready.request == Amend(
        symbol="BTCUSDT",
        client_order_id=RESTING.client_order_id,
        quantity=Decimal(quantity),
        price=Decimal(58_000),
        side=Side.BUY,
    )


@pytest.mark.parametrize(
    ("fields", "contracts"), [({"contracts": 5}, 5), ({"contracts": None, "quantity": "0.02"}, 11)]
)
def test_an_amendment_at_coin_m_counts_contracts(fields: dict[str, Any], contracts: int) -> None:
    resting = apply(coin(type="LIMIT", price="59000"), INVERSE)
    ready = Account(INVERSE).prepare(amend(**{"quantity": None} | fields), target=placed(resting))

    assert isinstance(ready, Ready)
    assert isinstance(ready.request, Amend)
    assert ready.request.quantity == contracts


@pytest.mark.parametrize(
    ("fields", "target", "words"),
    [
        ({"price": "70000"}, RESTING, "price 70000 lies outside PERCENT_PRICE"),
        ({"quantity": "0.001"}, RESTING, "the order is worth 58, below MIN_NOTIONAL"),
        ({}, apply(signal()), "the order is of type MARKET, and only LIMIT can be amended"),
        (
            {},
            apply(signal(type="STOP", price="62000", stop_price="61000")),
            "the order is of type STOP, and only LIMIT can be amended",
        ),
    ],
)
def test_what_cannot_be_amended_so_is_refused(fields: dict[str, Any], target: Order, words: str) -> None:
    refused = Account().refuse(amend(**fields), placed(target))

    assert refused.reason is Reason.RULES
    assert words in refused.detail


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"symbols": frozenset({"ETHUSDT"})}, "symbol BTCUSDT is not among the allowed symbols"),
        ({"sides": frozenset({Side.SELL})}, "side BUY is not among the allowed sides SELL"),
        ({"max_order_notional": {"USDT": Decimal(23_199)}}, "worth 23200 USDT, and max_order_notional allows 23199"),
        ({"max_price_distance_percent": Decimal(3)}, "lies 3.33 % from 60000"),
    ],
)
def test_an_amendment_keeps_the_limits_like_a_new_order(limits: dict[str, Any], words: str) -> None:
    account = Account()
    account.limit(**limits)
    refused = account.refuse(amend(), placed(RESTING))

    assert refused.reason is Reason.LIMITS
    assert words in refused.detail


def test_an_amendment_is_counted_and_what_only_reduces_is_not() -> None:
    account = Account()
    account.limit(max_daily_orders=1, max_daily_notional={"USDT": Decimal(10**6)})
    counted = account.prepare(amend(), target=placed(RESTING))
    reducing = account.prepare(amend(), target=placed(replace(RESTING, reduce_only=True)))

    assert isinstance(counted, Ready)
    assert isinstance(reducing, Ready)
    assert counted.countable is not None
    assert counted.countable.notional == 23_200
    assert reducing.countable is None


def test_the_entry_of_a_plan_can_only_be_cancelled() -> None:
    account = Account()
    made = account.prepare(signal(type="LIMIT", price="59000", stop_loss="57000"))
    assert isinstance(made, Ready)

    assert "which can only be canceled" in account.refuse(amend(), placed(made.request)).detail
