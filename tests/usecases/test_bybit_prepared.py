"""A signal for Bybit on its way to a request: exits that are part of the order, what can be amended and cancelled."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.instruments import Range
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.requests import Amend, Cancel
from orderexec.domain.signals import Signal
from orderexec.usecases.prepared import Ready
from tests.unit.domain.requested import symbol
from tests.unit.examples import parse
from tests.usecases.prepared_account import Account, row

RULES = symbol(base_asset="BTC", quote_asset="USDT")
RULES = replace(RULES, order_types=frozenset(map(str, BybitType)), market_lot=Range(RULES.lot.step))
MAKER = {"type": "LIMIT_MAKER", "price": "59000"}


def signal(product: str = "linear", **fields: Any) -> Signal:
    given = {"venue": "bybit", "product": product, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.4"} | fields
    parsed = parse({name: value for name, value in given.items() if value is not None})
    assert isinstance(parsed, Signal), parsed
    return parsed


def account(product: str) -> Account:
    return Account(RULES, positions=None) if product == "spot" else Account(RULES)


def change(product: str, action: str, **fields: Any) -> Signal:
    return signal(product, action=action, target="t", **{"side": None, "quantity": None} | fields)


@pytest.mark.parametrize("product", ["spot", "linear"])
def test_an_entry_and_its_exits_are_one_request(product: str) -> None:
    order = account(product).order(signal(product, type="LIMIT", price="59000", stop_loss="57000", take_profit="66000"))

    assert order.stop_loss is not None
    assert order.take_profit is not None
    assert (order.stop_loss.stop_price, order.take_profit.stop_price) == (Decimal(57_000), Decimal(66_000))
    assert len({order.client_order_id, order.stop_loss.client_order_id, order.take_profit.client_order_id}) == 3


def test_the_limits_of_an_account_hold_for_an_entry_with_exits() -> None:
    limited = account("linear")
    limited.limit(max_order_notional={"USDT": Decimal(23_000)})

    refused = limited.refuse(signal(type="LIMIT", price="59000", stop_loss="57000"))

    assert refused.reason is Reason.LIMITS
    assert "worth 23600 USDT, and max_order_notional allows 23000" in refused.detail


@pytest.mark.parametrize("product", ["spot", "linear"])
def test_a_post_only_order_can_be_amended(product: str) -> None:
    at = account(product)
    placed = signal(product, id="t", **MAKER)
    ready = at.prepare(
        change(product, "amend", quantity="0.5", price="58000"), target=row(placed, at.order(placed), State.ACCEPTED)
    )

    assert isinstance(ready, Ready)
    assert isinstance(ready.request, Amend)
    assert (ready.request.quantity, ready.request.price) == (Decimal("0.5"), Decimal(58_000))


def test_what_waits_cannot_be_amended() -> None:
    at = account("linear")
    stop = signal(id="t", type="STOP_LOSS", side="SELL", stop_price="57000")

    refused = at.refuse(
        change("linear", "amend", quantity="0.5", price="58000"), row(stop, at.order(stop), State.ACCEPTED)
    )

    assert "the order is of type STOP_LOSS, and only LIMIT and LIMIT_MAKER can be amended" in refused.detail


@pytest.mark.parametrize("product", ["spot", "linear"])
def test_a_cancellation_ends_the_entry_by_its_id(product: str) -> None:
    at = account(product)
    placed = signal(product, id="t", **MAKER, stop_loss="57000")
    order = at.order(placed)
    ready = at.prepare(change(product, "cancel"), target=row(placed, order, State.ACCEPTED))

    assert isinstance(ready, Ready)
    assert isinstance(ready.request, Cancel)
    assert (ready.request.client_order_id, ready.request.protection) == (order.client_order_id, ())


def test_a_position_is_closed_by_what_it_is_now() -> None:
    held = Account(RULES, held="0.8")

    order = held.order(signal(side="SELL", quantity=None, close_position=True))

    assert (order.quantity, order.reduce_only, order.close_position) == (Decimal("0.8"), True, False)


def test_a_share_of_spot_is_of_what_is_free() -> None:
    at = account("spot")
    at.exchange.balances = {"USDT": Decimal(1_000)}

    assert at.order(signal("spot", quantity=None, quote_percent=50)).quote_quantity == 500


@pytest.mark.parametrize("action", ["cancel", "amend"])
def test_a_change_names_the_product_of_its_target(action: str) -> None:
    at = account("spot")
    placed = signal("spot", id="t", **MAKER)
    target = row(placed, at.order(placed), State.ACCEPTED)
    fields = {"quantity": "0.5", "price": "58000"} if action == "amend" else {}

    refused = account("linear").refuse(change("linear", action, **fields), target)

    assert refused.reason is Reason.RULES
    assert "signal 't' is about product spot, not linear; publish a corrected signal" in refused.detail
