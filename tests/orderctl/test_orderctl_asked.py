"""`show`, `list` and `dead` tell what a signal asked for, also of a signal for which no request was made."""

from dataclasses import replace

import pytest
from hypothesis import given

from orderctl.asked import describe_asked
from orderexec.domain.lifecycle import Reason
from orderexec.domain.orders import Order
from orderexec.domain.outcomes import Accepted
from orderexec.domain.requests import CancelAll, Replace, Request
from orderexec.domain.row import Row
from tests.contract.rows import rows
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, make_sent, make_waiting, parse_answer

LIMIT_SELL = {"side": "SELL", "type": "LIMIT", "quantity": "0.0123456", "price": "66000.50"}
LIMIT_WORDS = "SELL 0.0123456 BTCUSDT LIMIT price 66000.5"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "BUY 0.01 BTCUSDT MARKET"),
        (LIMIT_SELL, LIMIT_WORDS),
        (LIMIT_SELL | {"time_in_force": "IOC"}, f"{LIMIT_WORDS} time_in_force IOC"),
        (LIMIT_SELL | {"time_in_force": "GTC"}, LIMIT_WORDS),
        (LIMIT_SELL | {"dry_run": True}, f"{LIMIT_WORDS}, dry run"),
        ({"side": "SELL", "reduce_to_position": True}, "SELL 0.01 BTCUSDT MARKET reduce_to_position"),
        (
            {"type": "LIMIT", "price": "60000", "take_profit": "66000", "stop_loss": {"stop_price": 57000, "price": 1}},
            "BUY 0.01 BTCUSDT LIMIT price 60000 take_profit (price 66000) stop_loss (price 1, stop_price 57000)",
        ),
        (
            {"side": "SELL", "type": "STOP_LOSS", "trailing_delta": 150},
            "SELL 0.01 BTCUSDT STOP_LOSS trailing_delta 150",
        ),
        (LIMIT_SELL | {"cancel_after_seconds": 60}, f"{LIMIT_WORDS} cancel_after_seconds 60"),
        (
            {"venue": "bybit", "product": "linear", "side": "SELL", "position_side": "LONG", "leverage": 5},
            "linear: SELL 0.01 BTCUSDT MARKET position_side LONG leverage 5",
        ),
        (
            {"venue": "bybit", "product": "linear", "reduce_only": True, "type": "LIMIT_MAKER", "price": 60000},
            "linear: BUY 0.01 BTCUSDT LIMIT_MAKER price 60000 reduce_only",
        ),
        (
            {"venue": "bybit", "product": "linear", "stop_loss": {"stop_price": 57000, "working_type": "MARK"}},
            "linear: BUY 0.01 BTCUSDT MARKET stop_loss (stop_price 57000, working_type MARK)",
        ),
        (
            {"action": "replace", "target": "old", "type": "LIMIT", "price": "5"},
            "replace signal 'old' by BUY 0.01 BTCUSDT LIMIT price 5",
        ),
    ],
)
def test_what_was_asked_is_told_in_the_words_of_the_signal(fields: dict[str, object], words: str) -> None:
    assert describe_asked(make_waiting("x", **fields)) == words


def test_a_close_is_told_without_a_side_or_a_size() -> None:
    body = '{"id": "x", "action": "close", "symbol": "BTCUSDT", "cancel_orders": true}'

    assert describe_asked(replace(make_waiting("x"), body=body)) == "close BTCUSDT cancel_orders"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"symbol": "BTCUSDT", "side": "SELL", "quantity_percent": "100"}',
            "SELL quantity_percent 100 BTCUSDT MARKET",
        ),
        ('{"symbol": "BTCUSDT", "side": "BUY", "quote_quantity": 250}', "BUY quote_quantity 250 BTCUSDT MARKET"),
        ('{"symbol": "BTCUSDT", "action": "cancel", "target": "b1"}', "cancel BTCUSDT of signal 'b1'"),
        ('{"symbol": "BTCUSDT", "action": "cancel", "all_orders": true}', "cancel all orders of BTCUSDT"),
        (
            '{"symbol": "BTCUSDT", "action": "amend", "target": "b1", "quantity": 1}',
            "amend BTCUSDT of signal 'b1' to 1",
        ),
        (
            '{"venue": "binance-coinm", "symbol": "BTCUSD_PERP", "side": "BUY", "contracts": 3}',
            "BUY 3 contracts BTCUSD_PERP MARKET",
        ),
        (
            '{"venue": "bybit", "product": "inverse", "symbol": "BTCUSD", "side": "SELL", "contracts": 300}',
            "inverse: SELL 300 contracts BTCUSD MARKET",
        ),
        (
            '{"venue": "bybit", "product": "linear", "symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", '
            '"stop_price": "57000", "close_position": true}',
            "linear: SELL the whole position BTCUSDT STOP_LOSS stop_price 57000",
        ),
        ('{"symbol":\n  "BTCUSDT", "sides": "BUY"}', 'no signal: {"symbol": "BTCUSDT", "sides": "BUY"}'),
        ("x" * 500, f"no signal: {'x' * 400}..."),
    ],
)
def test_what_was_asked_is_read_from_the_body_that_the_row_keeps(body: str, words: str) -> None:
    assert describe_asked(replace(make_dead("x"), body=body)) == words


def test_without_a_body_the_request_says_what_was_asked() -> None:
    accepted = make_sent("x").accept(Accepted(None), token="t2", now=NOW)
    order = accepted.request
    assert isinstance(order, Order)

    def describe(request: Request | None) -> str | None:
        return describe_asked(replace(accepted, request=request))

    assert accepted.body == ""
    assert describe(order) == "BUY BTCUSDT MARKET"
    assert describe(Replace(order=order, replaced="o")) == "replace an order by BUY BTCUSDT MARKET"
    assert describe(CancelAll(symbol="BTCUSDT", client_order_id="c", until=1)) == "cancel all orders of BTCUSDT"
    assert describe(replace(order, dry_run=True)) == "BUY BTCUSDT MARKET, dry run"
    assert describe(None) is None


@given(rows())
def test_every_row_with_a_request_or_a_body_tells_what_was_asked(row: Row) -> None:
    assert bool(describe_asked(row)) == (row.request is not None or bool(row.body))


def test_a_dead_signal_without_a_request_tells_what_was_asked_of_it(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_dead("small", Reason.RULES, **LIMIT_SELL))
    body = {"id": "small", "symbol": "BTCUSDT"} | LIMIT_SELL
    deployed.send_letter(body, reason="RULES", signal_id="small")

    for command in (("show", "small", "--offline"), ("list", "--state", "dead"), ("dead",)):
        assert LIMIT_WORDS in ctl(*command).stdout, command

    assert parse_answer(ctl("show", "small", "--offline", "--json"))["asked"] == LIMIT_WORDS
    assert parse_answer(ctl("list", "--json"))["signals"][0]["asked"] == LIMIT_WORDS
    assert parse_answer(ctl("dead", "--json"))["groups"][0]["letters"][0]["asked"] == LIMIT_WORDS


def test_a_letter_that_is_no_signal_tells_what_its_message_says(deployed: Deployed, ctl: Ctl) -> None:
    deployed.send_letter('{"symbol": "BTCUSDT", "prize": 5}', reason="INVALID_SIGNAL")

    assert 'asked    no signal: {"symbol": "BTCUSDT", "prize": 5}' in ctl("dead").stdout
