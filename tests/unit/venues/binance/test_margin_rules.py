"""What margin trades, and within which limits: Spot's rules with what margin lacks, and weight for each account."""

import json
from dataclasses import replace
from typing import Any

import pytest

from orderexec.domain.apply_rules import Market, RuleViolation
from orderexec.domain.instruments import Feature, Instrument
from orderexec.domain.order_lists import apply_rules_to_list
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.requests import OrderList
from orderexec.ports import Snapshot
from orderexec.venues.binance.margin import assemble_margin
from orderexec.venues.binance.venue import assemble_spot
from orderexec.venues.http import Reply
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import START_MS, VirtualTime
from tests.unit.examples import signal
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_margin import margin, margin_order
from tests.unit.venues.binance.scripted_venue import KEY, ScriptedTransport, reply

INFO = recorded("exchange_info")
SYMBOL = INFO["symbols"][0]
MAIN = replace(KEY, account="main")
NAMES = reply([{"symbol": SYMBOL["symbol"]}])


def info(**changes: Any) -> Reply:
    return reply(INFO | {"symbols": [SYMBOL | changes]})


def rules(**changes: Any) -> Instrument | Failure:
    venue, transport = margin(NAMES, info(**changes))

    snapshot = venue.rules.get_instrument(SYMBOL["symbol"], not_before=0)

    assert isinstance(snapshot, Snapshot), snapshot
    assert [sent["request"] for sent in transport.sent] == ["GET /api/v3/ticker/price", "GET /api/v3/exchangeInfo"]
    return snapshot.value


def test_rules_are_spots_without_what_margin_lacks() -> None:
    instrument = rules(isMarginTradingAllowed=True, opoAllowed=True)

    assert isinstance(instrument, Instrument)
    assert instrument.symbol == SYMBOL["symbol"]
    assert {Feature.OPO, Feature.PEGGED, Feature.TRAILING_PAIR, Feature.TRIGGERED_PROFIT} <= instrument.lacks
    assert Feature.OTO not in instrument.lacks


def test_what_spot_has_asked_serves_margin_as_well() -> None:
    time = VirtualTime()
    given, transport = surroundings(time.clock()), ScriptedTransport(time, NAMES, info(isMarginTradingAllowed=False))
    spot = assemble_spot(transport, "https://scripted", given)
    on_margin = assemble_margin(transport, "https://scripted", given)

    answers = [venue.rules.get_instrument(SYMBOL["symbol"], not_before=0) for venue in (spot, on_margin)]

    kinds = [type(answer.value) for answer in answers if isinstance(answer, Snapshot)]
    assert kinds == [Instrument, Failure]
    assert len(transport.sent) == 2


def test_margin_has_not_all_modes_of_self_trade_prevention() -> None:
    instrument = rules(isMarginTradingAllowed=True, allowedSelfTradePreventionModes=["NONE", "DECREMENT"])

    assert isinstance(instrument, Instrument)
    assert instrument.self_trade_prevention_modes == {"NONE"}


def test_a_symbol_that_margin_does_not_trade_is_refused_in_words_before_any_order() -> None:
    refused = rules(isMarginTradingAllowed=False)

    assert isinstance(refused, Failure)
    assert (refused.meaning, refused.code) == (Meaning.REJECT, "-3028")
    assert refused.detail.startswith(f"the exchange trades {SYMBOL['symbol']} on Spot only: margin has no such pair; ")


def test_without_the_flag_the_refusal_is_left_to_the_exchange() -> None:
    without = {name: value for name, value in SYMBOL.items() if name != "isMarginTradingAllowed"}
    venue, _ = margin(NAMES, reply(INFO | {"symbols": [without]}))

    snapshot = venue.rules.get_instrument(SYMBOL["symbol"], not_before=0)

    assert isinstance(snapshot, Snapshot)
    assert isinstance(snapshot.value, Instrument)


PAIR = {"type": "OCO"}
ENTRY = {"type": "LIMIT", "price": "60000", "side": "BUY"}


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        (
            {"type": "OCO", "take_profit": {"stop_price": "66000"}, "stop_loss": "54000"},
            "take_profit with a stop_price",
        ),
        (ENTRY | {"take_profit": {"stop_price": "66000"}, "stop_loss": "54000"}, "take_profit with a stop_price"),
        (PAIR | {"take_profit": "66000", "stop_loss": {"trailing_delta": 100}}, "trailing stop in a pair"),
        (ENTRY | {"take_profit": "66000", "stop_loss": {"trailing_delta": 100}}, "trailing exit without a price"),
        (ENTRY | {"stop_loss": {"trailing_delta": 100}}, "trailing exit without a price"),
        (ENTRY | {"stop_loss": "54000", "side_effect": "repay"}, "side_effect repay"),
    ],
)
def test_a_list_that_margin_does_not_offer_breaks_a_rule(fields: dict[str, Any], word: str) -> None:
    listed = _apply(fields)

    assert isinstance(listed, RuleViolation)
    assert listed.detail.startswith(f"BTCUSDT takes no {word}")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (PAIR | {"take_profit": "66000", "stop_loss": "54000", "side_effect": "repay"}, "OCO"),
        (ENTRY | {"take_profit": "66000", "stop_loss": {"stop_price": "54000", "price": "53000"}}, "OTOCO"),
        (ENTRY | {"take_profit": "66000", "stop_loss": {"trailing_delta": 100, "price": "53000"}}, "OTOCO"),
        (ENTRY | {"take_profit": {"stop_price": "66000"}, "side_effect": "borrow"}, "OTO"),
    ],
)
def test_a_list_that_margin_offers_is_made(fields: dict[str, Any], kind: str) -> None:
    listed = _apply(fields)

    assert isinstance(listed, OrderList), listed
    assert listed.kind == kind


def _apply(fields: dict[str, Any]) -> OrderList | RuleViolation:
    requested = signal(**({"venue": "binance-margin", "side": "SELL", "quantity": "0.5"} | fields))
    return apply_rules_to_list(requested, _btcusdt(), Market())  # type: ignore[arg-type]


def _btcusdt() -> Instrument | Failure:
    """A symbol that takes everything, as far as margin has it."""
    flags = {name: True for name, value in SYMBOL.items() if isinstance(value, bool)}
    filters = [{"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"}]
    symbol = SYMBOL | flags | {"symbol": "BTCUSDT", "filters": filters}
    venue, _ = margin(reply([{"symbol": "BTCUSDT"}]), reply(INFO | {"symbols": [symbol]}))
    snapshot = venue.rules.get_instrument("BTCUSDT", not_before=0)
    assert isinstance(snapshot, Snapshot)
    return snapshot.value


def limited(**headers: str) -> Reply:
    names = {f"X-SAPI-USED-{name}-WEIGHT-1M": value for name, value in headers.items()}
    return Reply(200, names, json.dumps(recorded("order_result", "binance_margin")).encode())


def test_what_an_account_has_used_pauses_its_own_orders_only() -> None:
    venue, _ = margin(limited(UID="180000"))

    venue.send(margin_order(), START_MS, MAIN)

    assert venue.traffic.find_closed_gate("main", places=True) is not None
    assert venue.traffic.find_closed_gate("another", places=True) is None
    assert venue.traffic.load().weight_percent == 100


def test_what_an_address_has_used_pauses_all_orders() -> None:
    venue, _ = margin(limited(IP="12000"))

    venue.send(margin_order(), START_MS, MAIN)

    assert venue.traffic.find_closed_gate("another", places=True) is not None


def test_weights_below_the_limits_pause_nobody() -> None:
    venue, _ = margin(limited(IP="11999", UID="90000"))

    venue.send(margin_order(), START_MS, MAIN)

    assert venue.traffic.find_closed_gate("main", places=True) is None


def test_weight_of_spots_market_data_is_not_counted_for_orders() -> None:
    listed = Reply(200, {"X-MBX-USED-WEIGHT-1M": "5999"}, json.dumps([{"symbol": SYMBOL["symbol"]}]).encode())
    venue, _ = margin(listed, info(isMarginTradingAllowed=True))

    venue.rules.get_instrument(SYMBOL["symbol"], not_before=0)

    assert venue.traffic.load().weight_percent == 0


def test_a_count_of_orders_is_kept_if_it_comes() -> None:
    counted = Reply(
        200, {"X-MBX-ORDER-COUNT-10S": "7"}, json.dumps(recorded("order_result", "binance_margin")).encode()
    )
    orders = {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100}
    venue, _ = margin(NAMES, reply(INFO | {"rateLimits": [orders], "symbols": [SYMBOL]}), counted)
    venue.rules.get_instrument(SYMBOL["symbol"], not_before=0)

    venue.send(margin_order(), START_MS, KEY)

    assert venue.traffic.load().orders_percent == 7
