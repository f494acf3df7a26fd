"""Requests on the wire: each parameter by the name and in the place that Binance's documentation gives it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.futures_products import FuturesType
from orderexec.venues.binance.futures_parameters import build_order_call as build_futures_call
from orderexec.venues.binance.futures_products import COINM, USDM, FuturesProduct
from orderexec.venues.binance.parameters import build_order_call
from tests.unit.examples import order


def test_a_market_order_names_its_quantity_and_nothing_that_does_not_go_with_it() -> None:
    assert build_order_call(order(quantity=Decimal("1E-7"))).parameters == {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "quantity": "0.0000001",
        "newClientOrderId": order().client_order_id,
        "newOrderRespType": "RESULT",
    }


def test_a_quote_sized_order_names_its_quote_quantity_instead() -> None:
    parameters = build_order_call(order(quantity=None, quote_quantity=Decimal("25.10"))).parameters

    assert parameters["quoteOrderQty"] == "25.1"
    assert "quantity" not in parameters


def test_a_limit_order_names_price_and_time_in_force() -> None:
    parameters = build_order_call(order(type="LIMIT", price=Decimal("6.5E+4"), time_in_force="IOC")).parameters

    assert (parameters["price"], parameters["timeInForce"], parameters["quantity"]) == ("65000", "IOC", "0.5")


@pytest.mark.parametrize("product", [USDM, COINM])
def test_a_dry_run_that_a_product_of_futures_lacks_is_never_sent_for_real(product: FuturesProduct) -> None:
    stop = replace(order(stop_price=Decimal(60_000), dry_run=True), type=FuturesType.STOP_MARKET)
    lacking = [stop] if product.tries_out else [stop, order(dry_run=True)]

    for each in lacking:
        with pytest.raises(ValueError, match="no dry run"):
            build_futures_call(each, product)
