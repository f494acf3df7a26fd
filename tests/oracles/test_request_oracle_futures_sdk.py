"""The exchange's own SDKs send the same requests to futures, parameter by parameter.

It rightly differs in what the SDK does not know: COIN-M's has no conditional orders (ccxt has, test_request_oracle_
futures_ccxt.py), and neither has a word for what the exchange names in a response only.
"""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend, Cancel, CancelAll
from tests.oracles.futures_grid import CLOSING, PLAIN, WAITING, get_time_in_force
from tests.oracles.futures_requests import COINM, SYMBOLS, USDM, ours, theirs, want
from tests.oracles.order_grid import Fields, shown
from tests.oracles.sent_requests import Library

AS_THEY_ARE = ("position_side", "self_trade_prevention_mode")
WATCHED = {"MARK": "MARK_PRICE", "LAST": "CONTRACT_PRICE"}


def name_common(fields: Fields, order: Order) -> dict[str, Any]:
    """A signal's fields in the SDK's words, where all orders have them."""
    return {
        "symbol": order.symbol,
        "side": fields["side"],
        "type": fields["type"],
        "time_in_force": get_time_in_force(fields),
        "quantity": None if order.size is None else float(order.size),
        "price": float(str(fields["price"])) if "price" in fields else None,
        "reduce_only": "true" if "reduce_only" in fields else None,
        **{name: fields[name] for name in AS_THEY_ARE if name in fields},
    }


def name_waiting(fields: Fields, order: Order) -> dict[str, Any]:
    """What only orders that wait for a price have."""
    stop = float(str(fields["stop_price"])) if "stop_price" in fields else None
    trailing = "trailing_delta" in fields
    return {
        "algo_type": "CONDITIONAL",
        **name_common(fields, order),
        "trigger_price": None if trailing else stop,
        "activate_price": stop if trailing else None,
        "callback_rate": int(str(fields["trailing_delta"])) / 100 if trailing else None,
        "working_type": WATCHED[str(fields.get("working_type", "LAST"))],
        "close_position": "true" if "close_position" in fields else None,
        "price_protect": "true" if "price_protect" in fields else None,
        "client_algo_id": order.client_order_id,
    }


@pytest.mark.parametrize("fields", PLAIN, ids=shown)
@pytest.mark.parametrize("venue", [USDM, COINM])
def test_a_plain_order(futures_sdks: dict[str, Library], venue: str, fields: Fields) -> None:
    order = want(venue, **fields)
    named = {"new_client_order_id": order.client_order_id, "new_order_resp_type": "RESULT"}

    call = futures_sdks[venue](lambda api: api.new_order(**name_common(fields, order), **named))

    assert ours(venue, order) == theirs(call)


@pytest.mark.parametrize("fields", [each for each in PLAIN if each["side"] == "BUY"], ids=shown)
def test_a_dry_run(futures_sdks: dict[str, Library], fields: Fields) -> None:
    order = want(USDM, dry_run=True, **fields)
    named = {"new_client_order_id": order.client_order_id, "new_order_resp_type": "RESULT"}

    call = futures_sdks[USDM](lambda api: api.test_order(**name_common(fields, order), **named))

    assert ours(USDM, order) == theirs(call)


@pytest.mark.parametrize("fields", [*WAITING, *CLOSING], ids=shown)
def test_an_order_that_waits_for_a_price(futures_sdks: dict[str, Library], fields: Fields) -> None:
    order = want(USDM, **fields)

    call = futures_sdks[USDM](lambda api: api.new_algo_order(**name_waiting(fields, order)))

    assert ours(USDM, order) == theirs(call)


@pytest.mark.parametrize("venue", [USDM, COINM])
def test_a_cancellation(futures_sdks: dict[str, Library], venue: str) -> None:
    sdk, symbol = futures_sdks[venue], SYMBOLS[venue]["symbol"]
    one = Cancel(symbol=symbol, client_order_id="the-order", cancel_id="the-cancel")

    assert ours(venue, one) == sdk(lambda api: api.cancel_order(symbol=symbol, orig_client_order_id="the-order"))
    assert ours(venue, CancelAll(symbol=symbol, client_order_id="x", until=0)) == sdk(
        lambda api: api.cancel_all_open_orders(symbol=symbol)
    )


def test_a_cancellation_of_an_order_that_waits(futures_sdks: dict[str, Library]) -> None:
    one = Cancel(symbol="BTCUSDT", client_order_id="the-stop", cancel_id="the-cancel", conditional=True)

    assert ours(USDM, one) == futures_sdks[USDM](lambda api: api.cancel_algo_order(client_algo_id="the-stop"))


@pytest.mark.parametrize("venue", [USDM, COINM])
def test_an_amendment(futures_sdks: dict[str, Library], venue: str) -> None:
    symbol = SYMBOLS[venue]["symbol"]
    amend = Amend(
        symbol=symbol, client_order_id="the-order", side=Side.SELL, quantity=Decimal(3), price=Decimal("60000.5")
    )

    call = futures_sdks[venue](
        lambda api: api.modify_order(
            symbol=symbol, side="SELL", orig_client_order_id="the-order", quantity=3.0, price=60000.5
        )
    )

    assert ours(venue, amend) == call
