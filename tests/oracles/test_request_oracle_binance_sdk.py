"""The exchange's own SDK sends the same request for the same requested order, parameter by parameter.

It writes its parameters into the URL; ours travel in the body, where no log of addresses holds them.
"""

from typing import Any

import pytest

from orderexec.domain.decimals import parse_amount
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend, Cancel, CancelAll, Replace
from tests.oracles.order_grid import ORDERS, PEGGED_WITHOUT_PRICE, REPLACEMENTS, Fields, shown, time_in_force
from tests.oracles.sent_requests import Library, ours, wanted

# The SDK's name for each field of a signal that is an amount.
AMOUNTS = {
    "quantity": "quantity",
    "quote_quantity": "quote_order_qty",
    "price": "price",
    "stop_price": "stop_price",
    "iceberg_quantity": "iceberg_qty",
}
AS_THEY_ARE = (
    "trailing_delta",
    "strategy_id",
    "strategy_type",
    "self_trade_prevention_mode",
    "peg_price_type",
    "peg_offset_value",
    "peg_offset_type",
)


def arguments(fields: Fields, order: Order) -> dict[str, Any]:
    """A signal's fields in the SDK's words."""
    amounts = {name: float(str(fields[field])) for field, name in AMOUNTS.items() if fields.get(field) is not None}
    return {
        "symbol": "BTCUSDT",
        "side": fields["side"],
        "type": fields["type"],
        "time_in_force": time_in_force(fields),
        "new_client_order_id": order.client_order_id,
        "new_order_resp_type": "RESULT",
        **amounts,
        **{name: fields[name] for name in AS_THEY_ARE if name in fields},
    }


def method(fields: Fields) -> str:
    if "smart_order_routing" in fields:
        return "sor_order_test" if "dry_run" in fields else "sor_order"
    return "order_test" if "dry_run" in fields else "new_order"


@pytest.mark.parametrize("fields", [*ORDERS, *PEGGED_WITHOUT_PRICE], ids=shown)
def test_an_order(sdk: Library, fields: Fields) -> None:
    request = wanted(**fields)
    assert isinstance(request, Order)

    theirs = sdk(lambda api: getattr(api, method(fields))(**arguments(fields, request)))

    assert ours(request) == theirs


@pytest.mark.parametrize("fields", REPLACEMENTS, ids=shown)
def test_a_replacement(sdk: Library, fields: Fields) -> None:
    order = wanted(**fields)
    assert isinstance(order, Order)
    named = {"cancel_replace_mode": "STOP_ON_FAILURE", "cancel_orig_client_order_id": "the-old-one"}
    named |= {"cancel_restrictions": "ONLY_NEW"}

    theirs = sdk(lambda api: api.order_cancel_replace(**arguments(fields, order), **named))

    assert ours(Replace(order=order, replaced="the-old-one")) == theirs


def test_a_cancellation(sdk: Library) -> None:
    one = Cancel(symbol="BTCUSDT", client_order_id="the-order", cancel_id="the-cancel")
    all_of_list = Cancel(symbol="BTCUSDT", client_order_id="x", cancel_id="y", list_client_order_id="the-list")
    all_of_symbol = CancelAll(symbol="BTCUSDT", client_order_id="x", until=0)

    assert ours(one) == sdk(
        lambda api: api.delete_order(
            symbol="BTCUSDT", orig_client_order_id="the-order", new_client_order_id="the-cancel"
        )
    )
    assert ours(all_of_list) == sdk(
        lambda api: api.delete_order_list(symbol="BTCUSDT", list_client_order_id="the-list")
    )
    assert ours(all_of_symbol) == sdk(lambda api: api.delete_open_orders(symbol="BTCUSDT"))


@pytest.mark.parametrize("quantity", ["0.1", "0.00001", "1000"])
def test_an_amendment(sdk: Library, quantity: str) -> None:
    amount = parse_amount(quantity)
    assert amount is not None
    amend = Amend(symbol="BTCUSDT", client_order_id="the-order", quantity=amount)

    theirs = sdk(
        lambda api: api.order_amend_keep_priority(
            symbol="BTCUSDT", orig_client_order_id="the-order", new_client_order_id="the-order", new_qty=float(quantity)
        )
    )

    assert ours(amend) == theirs
