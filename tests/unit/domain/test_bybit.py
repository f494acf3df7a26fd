"""What a signal for Bybit may say, and what order it becomes: three products, and exits that are part of the order."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.apply_rules import Market, RuleViolation, make_requested_order
from orderexec.domain.attach import apply_rules_to_attached
from orderexec.domain.bybit_products import BybitType
from orderexec.domain.instruments import Contract, Instrument, Range
from orderexec.domain.order_words import MarginMode, Side, WorkingType
from orderexec.domain.orders import Order
from orderexec.domain.products import list_markets, name_venues
from orderexec.domain.signals import InvalidSignal, Signal
from tests.unit.examples import parse

BUY = {"venue": "bybit", "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.1"}
LIMIT = {"type": "LIMIT", "price": "60000"}


def refusal(product: str | None, **fields: Any) -> str:
    named = {} if product is None else {"product": product}
    parsed = parse(BUY | named | fields)
    assert isinstance(parsed, InvalidSignal), parsed
    return parsed.detail


def understood(product: str, **fields: Any) -> Signal:
    parsed = parse({name: value for name, value in (BUY | {"product": product} | fields).items() if value is not None})
    assert isinstance(parsed, Signal), parsed
    return parsed


def test_a_product_must_be_named_and_is_part_of_the_market() -> None:
    assert "product is missing, venue bybit needs it: spot or linear or inverse" in refusal(None)
    assert understood("linear").market == "bybit/linear"
    assert understood("SPOT").market == "bybit/spot"


def test_the_venue_is_named_once_wherever_its_markets_are() -> None:
    assert list_markets("bybit") == ["bybit/spot", "bybit/linear", "bybit/inverse"]
    assert list_markets("binance-spot") == ["binance-spot"]
    assert list_markets("kraken") == []
    assert name_venues(["bybit/linear", "binance-spot", "bybit/spot"]) == ["bybit", "binance-spot"]


def test_spot_may_borrow_and_never_isolated() -> None:
    assert make_requested_order(understood("spot")).margin_mode is None
    assert make_requested_order(understood("spot", margin_mode="cross")).margin_mode is MarginMode.CROSS
    assert "margin_mode must be cross, not 'isolated'" in refusal("spot", margin_mode="isolated")


def test_the_margin_mode_of_a_position_belongs_to_no_order() -> None:
    signal = understood("linear", margin_mode="isolated")

    assert signal.margin_mode is MarginMode.ISOLATED
    assert make_requested_order(signal).margin_mode is None


@pytest.mark.parametrize(
    ("field", "value"), [("dry_run", True), ("iceberg_quantity", "1"), ("trailing_delta", 50), ("price_protect", True)]
)
def test_what_bybit_does_not_have_is_refused(field: str, value: object) -> None:
    for product in ("spot", "linear", "inverse"):
        assert f"{field} does not go with venue bybit" in refusal(product, **{field: value})


def test_exits_of_spot_go_with_limit_orders_only() -> None:
    assert understood("spot", **LIMIT, stop_loss="50000").has_exits
    assert "type MARKET cannot be the entry" in refusal("spot", stop_loss="50000")
    assert understood("linear", stop_loss="50000").has_exits


@pytest.mark.parametrize("name", ["take_profit", "stop_loss"])
@pytest.mark.parametrize("extra", [{"time_in_force": "IOC"}, {"trailing_delta": 50}])
def test_an_exit_says_at_which_price_and_nothing_of_how_long(name: str, extra: dict[str, Any]) -> None:
    exit_ = {"stop_price": "50000", "price": "49000"} | extra

    assert f"{name} is wrong (unknown field" in refusal("linear", **{name: exit_})


def test_only_linear_and_inverse_watch_another_price() -> None:
    exit_ = {"stop_price": "50000", "working_type": "MARK"}

    assert understood("linear", stop_loss=exit_).stop_loss is not None
    assert "working_type" in refusal("spot", **LIMIT, stop_loss=exit_)


def test_only_inverse_counts_contracts() -> None:
    assert understood("inverse", symbol="BTCUSD", quantity=None, contracts=300).contracts == 300
    assert "contracts" in refusal("linear", contracts=300)


def instrument(**fields: Any) -> Instrument:
    return Instrument(
        symbol="BTCUSDT",
        status="Trading",
        tradable=True,
        order_types=frozenset(map(str, BybitType)),
        price=Range(Decimal("0.1")),
        lot=Range(Decimal("0.001")),
        market_lot=Range(Decimal("0.001")),
        **fields,
    )


def attach(signal: Signal, last: str = "60000", **fields: Any) -> Order | RuleViolation:
    return apply_rules_to_attached(signal, instrument(**fields), Market(last=Decimal(last)))


def test_exits_become_part_of_their_entry() -> None:
    take_profit = {"stop_price": "66000.05", "price": "65990", "working_type": "MARK"}

    made = attach(understood("linear", take_profit=take_profit, stop_loss="57000"))

    assert isinstance(made, Order)
    assert made.take_profit is not None
    assert made.stop_loss is not None
    assert (made.type, made.quantity) == (BybitType.MARKET, Decimal("0.1"))
    profit, loss = made.take_profit, made.stop_loss
    assert (profit.type, profit.side, profit.quantity) == (BybitType.TAKE_PROFIT_LIMIT, Side.SELL, Decimal("0.1"))
    assert (profit.stop_price, profit.price, profit.working_type) == (
        Decimal("66000.1"),
        Decimal(65_990),
        WorkingType.MARK,
    )
    assert (loss.type, loss.stop_price, loss.price) == (BybitType.STOP_LOSS, Decimal(57_000), None)


def test_an_exit_at_a_price_is_triggered_there() -> None:
    made = attach(understood("linear", take_profit="66000"))

    assert isinstance(made, Order)
    assert made.take_profit is not None
    assert (made.take_profit.stop_price, made.take_profit.price) == (Decimal(66_000), Decimal(66_000))
    assert made.stop_loss is None


def test_an_exit_on_the_wrong_side_of_the_market_keeps_the_entry_back() -> None:
    made = attach(understood("linear", stop_loss="61000"))

    assert isinstance(made, RuleViolation)
    assert "stop_loss 61000 must lie below 60000" in made.detail


def test_an_exit_that_breaks_a_rule_keeps_the_entry_back() -> None:
    low = replace(instrument(), price=Range(Decimal("0.1"), maximum=Decimal(65_000)))

    made = apply_rules_to_attached(understood("linear", take_profit="66000"), low, Market(last=Decimal(60_000)))

    assert isinstance(made, RuleViolation)
    assert made.detail.startswith("take_profit: price 66000 is above the maximum 65000")


def test_inverse_exits_count_contracts_as_their_entry() -> None:
    signal = understood("inverse", symbol="BTCUSD", quantity=None, contracts=300, stop_loss="57000")
    made = attach(signal, contract=Contract(Decimal(1)))

    assert isinstance(made, Order)
    assert made.stop_loss is not None
    assert (made.contracts, made.stop_loss.contracts) == (Decimal(300), Decimal(300))
    assert made.stop_loss.quantity is None
