"""Which fields of a signal for a futures venue go together, and the words with which the others are refused."""

from typing import Any

import pytest

from orderexec.domain.signals import Exit
from tests.unit.domain.derivatives import COINM, refusal, signal

LIMIT = {"type": "LIMIT", "price": "59000"}
STOP = {"type": "STOP_MARKET", "stop_price": "57000", "side": "SELL"}
TRAILING = {"type": "TRAILING_STOP_MARKET", "trailing_delta": 100, "side": "SELL"}
EXITS = {"stop_loss": "57000", "take_profit": "66000"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (STOP | {"stop_price": None}, "stop_price is missing, type STOP_MARKET needs it"),
        (TRAILING | {"trailing_delta": None}, "trailing_delta is missing, type TRAILING_STOP_MARKET needs it"),
        (LIMIT | {"price": None}, "price is missing, type LIMIT needs it"),
        (LIMIT | {"stop_price": "1"}, "stop_price does not go with type LIMIT"),
        (LIMIT | {"working_type": "MARK"}, "working_type does not go with type LIMIT"),
        (LIMIT | {"close_position": True, "quantity": None}, "close_position does not go with type LIMIT"),
        (STOP | {"trailing_delta": 5}, "trailing_delta does not go with type STOP_MARKET"),
        (TRAILING | {"price_protect": True}, "price_protect does not go with type TRAILING_STOP_MARKET"),
        ({"time_in_force": "GTX"}, "time_in_force does not go with type MARKET"),
        ({"iceberg_quantity": "1"}, "iceberg_quantity does not go with venue binance-usdm"),
        ({"contracts": 3, "quantity": None}, "contracts does not go with venue binance-usdm"),
        ({"reduce_to_position": True}, "reduce_to_position does not go with venue binance-usdm"),
        ({"side_effect": "borrow"}, "side_effect does not go with venue binance-usdm"),
        ({"type": "LIMIT_MAKER"}, "type must be MARKET or LIMIT or STOP or STOP_MARKET"),
        ({"working_type": "INDEX"} | STOP, "working_type must be LAST or MARK, not 'INDEX'"),
        ({"quote_quantity": "5"}, "needs exactly one of quantity, quote_quantity, quantity_percent, close_position"),
        ({"venue": COINM, "contracts": 3}, "needs exactly one of quantity, quote_quantity, contracts"),
        ({"venue": COINM, "contracts": "1.5", "quantity": None}, "contracts must be a whole number from 1"),
        ({"venue": COINM, "dry_run": True}, "dry_run does not go with venue binance-coinm"),
        (STOP | {"dry_run": True}, "dry_run does not go with type STOP_MARKET"),
        ({"leverage": 0}, "leverage must be a whole number from 1 to 150, not 0"),
        ({"margin_mode": "hedged"}, "margin_mode must be cross or isolated, not 'hedged'"),
        ({"reduce_only": True, "position_side": "LONG"}, "reduce_only does not go with position_side"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(fields: dict[str, Any], words: str) -> None:
    assert words in refusal(**fields)


@pytest.mark.parametrize("name", ["quantity_percent", "close_position"])
@pytest.mark.parametrize(("position", "opens", "reduces"), [("LONG", "BUY", "SELL"), ("SHORT", "SELL", "BUY")])
def test_what_the_open_position_sizes_must_reduce_it(name: str, position: str, opens: str, reduces: str) -> None:
    fields = {"quantity": None, name: 50 if name == "quantity_percent" else True, "position_side": position}

    told = refusal(**fields, side=opens)
    assert f"{name} of a {position} position needs side {reduces}, which reduces it" in told
    assert signal(**fields, side=reduces).only_reduces


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reduce_only": True}, "reduce_only does not go with take_profit and stop_loss, which protect an entry"),
        ({"dry_run": True}, "dry_run does not go with take_profit and stop_loss"),
        ({"quantity": None, "quantity_percent": 5}, "quantity_percent does not go with take_profit and stop_loss"),
        ({"quantity": None, "close_position": True}, "close_position does not go with take_profit and stop_loss"),
        (
            {"side": "SELL", "position_side": "LONG"},
            "protect an entry that opens a position, and side SELL reduces the position_side LONG",
        ),
        (
            {"side": "BUY", "position_side": "SHORT"},
            "protect an entry that opens a position, and side BUY reduces the position_side SHORT",
        ),
        ({"stop_loss": None}, "take_profit needs a stop_loss beside it"),
        (LIMIT, "take_profit does not go with an entry that rests"),
        (LIMIT | {"time_in_force": "GTX"}, "take_profit does not go with an entry that rests"),
        (
            LIMIT | {"take_profit": None, "stop_loss": {"stop_price": "57000", "working_type": "MARK"}},
            "stop_loss of an entry that rests needs a stop_price and working_type LAST",
        ),
        (
            LIMIT | {"take_profit": None, "stop_loss": {"trailing_delta": 100}},
            "stop_loss of an entry that rests needs a stop_price and working_type LAST",
        ),
        (
            {"stop_loss": {"trailing_delta": 100, "stop_price": "66000"}},
            "stop_loss takes a stop_price or a trailing_delta, not both",
        ),
        (
            {"take_profit": {"trailing_delta": 100, "price": "66000"}},
            "take_profit is wrong (price does not go with trailing_delta, which trades at the market)",
        ),
        (
            {"take_profit": {"price": "66000", "working_type": "MARK"}},
            "take_profit is wrong (working_type goes only with a stop_price or trailing_delta, which it is about)",
        ),
        (
            {"take_profit": {"price": "66000", "working_type": "MARK", "time_in_force": "FOK"}},
            "time_in_force goes only with a price that a stop_price or trailing_delta triggers",
        ),
        (STOP, "type STOP_MARKET cannot be the entry of take_profit and stop_loss: give type MARKET or LIMIT"),
    ],
)
def test_exits_that_would_protect_nothing_are_refused(fields: dict[str, Any], words: str) -> None:
    assert words in refusal(**(EXITS | fields))


@pytest.mark.parametrize(
    "fields",
    [
        EXITS,
        EXITS | LIMIT | {"time_in_force": "IOC"},
        EXITS | LIMIT | {"time_in_force": "FOK", "stop_loss": {"trailing_delta": 100, "working_type": "MARK"}},
        LIMIT | {"stop_loss": {"stop_price": "57000", "price": "56900", "working_type": "LAST"}},
        LIMIT | {"stop_loss": "57000", "time_in_force": "GTX"},
        EXITS | {"position_side": "LONG"},
        {"stop_loss": "63000", "side": "SELL", "position_side": "SHORT"},
        EXITS | {"take_profit": {"trailing_delta": 100, "stop_price": "66000"}},
    ],
)
def test_an_entry_may_be_protected(fields: dict[str, Any]) -> None:
    assert isinstance(signal(**fields).stop_loss, Exit)


@pytest.mark.parametrize("action", ["cancel", "amend"])
def test_a_change_names_nothing_that_is_checked_at_an_order(action: str) -> None:
    told = refusal(action=action, side=None, target="x", quantity=None, leverage=5, reduce_only=True)

    assert f"leverage does not go with action {action}" in told
    assert f"reduce_only does not go with action {action}" in told


def test_there_is_no_replacement() -> None:
    assert refusal(action="replace", target="x") == (
        "action replace cannot be had at binance-usdm, only amend, cancel, close, place"
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"price": "5"}, None),
        ({}, "price is missing, action amend needs it"),
        ({"quantity": None, "price": "5"}, "quantity is missing, action amend needs it"),
        ({"venue": COINM, "price": "5", "contracts": 3, "quantity": None}, None),
        ({"venue": COINM, "price": "5", "contracts": 3}, "action amend needs exactly one of quantity, contracts"),
    ],
)
def test_an_amendment_needs_a_price_and_a_size(fields: dict[str, Any], words: str | None) -> None:
    change = {"action": "amend", "side": None, "target": "x"} | fields
    if words is None:
        assert signal(**change).price is not None
    else:
        assert words in refusal(**change)
