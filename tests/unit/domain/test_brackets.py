"""Entries with their exits: which list they become, where each exit must lie, and what is refused before the entry."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.instruments import Feature, NotionalRule, PriceBand, Range
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.signals import Signal
from tests.unit.domain.requested import LOT, TICK, TYPES, apply_to_list, bracket, oco, refused_list, symbol


def terms(leg: Order | None) -> tuple[Any, ...]:
    assert leg is not None
    return leg.type, leg.side, leg.quantity, leg.price, leg.stop_price, leg.time_in_force


def test_an_entry_with_both_exits_becomes_an_opoco_that_sells_what_was_bought() -> None:
    orders = apply_to_list(bracket(), symbol())

    assert orders.kind == "OPOCO"
    assert orders.working is not None
    assert terms(orders.working) == ("LIMIT", "BUY", Decimal("0.5"), 60000, None, "GTC")
    assert terms(orders.above) == ("LIMIT_MAKER", "SELL", None, 66000, None, None)
    assert terms(orders.below) == ("STOP_LOSS", "SELL", None, None, 54000, None)
    assert orders.pending is None


@pytest.mark.parametrize(
    ("fields", "lacks", "kind", "quantity"),
    [
        ({}, set(), "OPOCO", None),
        ({"exit_quantity": "filled"}, set(), "OPOCO", None),
        ({"exit_quantity": "ordered"}, set(), "OTOCO", Decimal("0.5")),
        ({}, {Feature.OPO}, "OTOCO", Decimal("0.5")),
        ({"stop_loss": None}, set(), "OPO", None),
        ({"take_profit": None}, {Feature.OPO}, "OTO", Decimal("0.5")),
    ],
)
def test_a_bought_quantity_is_sold_as_filled_where_the_symbol_offers_that(
    fields: dict[str, object], lacks: set[Feature], kind: str, quantity: Decimal | None
) -> None:
    orders = apply_to_list(bracket(**fields), symbol(lacks=frozenset(lacks)))

    assert orders.kind == kind
    assert {leg.quantity for leg in orders.legs[1:]} == {quantity}


def test_a_sold_entry_is_bought_back_with_the_exits_the_other_way_round() -> None:
    orders = apply_to_list(bracket(side="SELL", take_profit="54000", stop_loss="66000"), symbol())

    assert orders.kind == "OTOCO"
    assert terms(orders.above) == ("STOP_LOSS", "BUY", Decimal("0.5"), None, 66000, None)
    assert terms(orders.below) == ("LIMIT_MAKER", "BUY", Decimal("0.5"), 54000, None, None)


@pytest.mark.parametrize(
    ("take_profit", "kind", "time_in_force"),
    [
        ({"price": "66000"}, "LIMIT_MAKER", None),
        ({"stop_price": "66000"}, "TAKE_PROFIT", None),
        ({"trailing_delta": 100}, "TAKE_PROFIT", None),
        ({"stop_price": "66000", "price": "65900"}, "TAKE_PROFIT_LIMIT", "GTC"),
        ({"trailing_delta": 100, "price": "65900", "time_in_force": "FOK"}, "TAKE_PROFIT_LIMIT", "FOK"),
    ],
)
def test_an_exit_has_the_type_that_its_fields_make(
    take_profit: dict[str, object], kind: str, time_in_force: str | None
) -> None:
    above = apply_to_list(bracket(take_profit=take_profit), symbol()).above

    assert above is not None
    assert (above.type, above.time_in_force) == (kind, time_in_force)


def test_only_the_entry_is_an_iceberg_or_pegged_and_all_share_the_strategy() -> None:
    requested = bracket(
        iceberg_quantity="0.1", peg_price_type="PRIMARY_PEG", strategy_id=7, self_trade_prevention_mode="NONE"
    )

    working, *exits = apply_to_list(requested, symbol()).legs

    assert (working.iceberg_quantity, working.peg_price_type) == (Decimal("0.1"), "PRIMARY_PEG")
    assert {(each.iceberg_quantity, each.peg_price_type) for each in exits} == {(None, None)}
    assert {(each.strategy_id, each.self_trade_prevention_mode) for each in (working, *exits)} == {(7, "NONE")}


@pytest.mark.parametrize(
    "requested", [bracket(id="b"), oco(id="b"), oco("BUY", id="b"), bracket(id="b", stop_loss=None)]
)
def test_a_list_is_found_by_its_first_order_which_has_the_signals_own_id(requested: Signal) -> None:
    orders = apply_to_list(requested, symbol())

    ids = [leg.client_order_id for leg in orders.legs]
    assert orders.client_order_id == ids[0] == make_client_order_id("main", "binance-spot", "b")
    assert len({*ids, orders.list_client_order_id}) == len(ids) + 1


def test_an_oco_has_no_entry() -> None:
    orders = apply_to_list(oco(), symbol())

    assert (orders.kind, orders.working, orders.above is orders.legs[0]) == ("OCO", None, True)


@pytest.mark.parametrize(("requested", "first_exit"), [(oco(quantity="0.559"), 0), (bracket(quantity="0.559"), 1)])
def test_both_exits_have_one_quantity_that_every_lot_allows(requested: Signal, first_exit: int) -> None:
    rules = symbol(lot=LOT, market_lot=LOT.narrow(Range(Decimal("0.1"))), lacks=frozenset({Feature.OPO}))

    exits = apply_to_list(requested, rules).legs[first_exit:]

    assert [leg.quantity for leg in exits] == [Decimal("0.5")] * 2


@pytest.mark.parametrize(
    ("requested", "lacks", "words"),
    [
        (oco(), Feature.OCO, "BTCUSDT takes no OCO lists"),
        (bracket(), Feature.OTO, "BTCUSDT takes no OTO lists"),
        (bracket(), Feature.OCO, "BTCUSDT takes no OCO lists"),
        (bracket(exit_quantity="filled"), Feature.OPO, "BTCUSDT takes no OPO lists; give exit_quantity ordered"),
    ],
)
def test_a_list_that_the_symbol_does_not_take_is_refused(requested: Signal, lacks: Feature, words: str) -> None:
    assert refused_list(requested, symbol(lacks=frozenset({lacks}))).startswith(words)


TIGHT = (Decimal("0.9"), Decimal("1.05"))


@pytest.mark.parametrize(
    ("requested", "rules", "words"),
    [
        (bracket(price="2000000"), {"price": TICK}, "price 2000000 is above the maximum"),
        (bracket(take_profit="2000000"), {"price": TICK}, "take_profit: price 2000000 is above the maximum"),
        (bracket(), {"bands": (PriceBand("PERCENT_PRICE", TIGHT, TIGHT),)}, "take_profit: price 66000 lies outside"),
        (bracket(), {"order_types": TYPES - {"STOP_LOSS"}}, "stop_loss: BTCUSDT takes no STOP_LOSS orders, only"),
        (bracket(stop_loss={"trailing_delta": 9}), {"lacks": frozenset({Feature.TRAILING_STOP})}, "stop_loss: BTCUSDT"),
        (bracket(), {"notional": (NotionalRule("NOTIONAL", maximum=Decimal(32999)),)}, "take_profit: the order is"),
        (
            bracket(exit_quantity="ordered"),
            {"notional": (NotionalRule("NOTIONAL", Decimal(27001), minimum_for_market=True),)},
            "stop_loss: the order is worth 27000,",
        ),
        (
            bracket(exit_quantity="ordered"),
            {"market_lot": Range(maximum=Decimal("0.4"))},
            "stop_loss: quantity 0.5 is above the maximum 0.4",
        ),
    ],
)
def test_an_exit_that_the_exchange_would_refuse_is_refused_before_the_entry(
    requested: Signal, rules: dict[str, Any], words: str
) -> None:
    assert refused_list(requested, symbol(**rules)).startswith(words)


def test_what_commission_leaves_of_an_entry_can_still_be_sold() -> None:
    smallest = symbol(lot=LOT, market_lot=LOT)
    worth_five = symbol(notional=(NotionalRule("NOTIONAL", Decimal(5), minimum_for_market=True),))

    assert refused_list(bracket(quantity="0.001"), smallest).startswith("take_profit: quantity 0.00099 is too small")
    assert apply_to_list(bracket(quantity="0.002"), smallest)
    assert apply_to_list(bracket(quantity="0.001", exit_quantity="ordered"), smallest)
    assert "stop_loss: the order is worth 4.95" in refused_list(
        bracket(price="50001", quantity="0.0001", take_profit="60000", stop_loss="50000"), worth_five
    )
