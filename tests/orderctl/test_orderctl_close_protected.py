"""`close` of a protected entry: whoever ends it by hand is told of the stop-loss that may be left."""

from dataclasses import replace

import pytest

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order
from orderexec.domain.protected import Protected, Step
from tests.orderctl.conftest import Ctl, Deployed, make_sent


@pytest.fixture
def parameters() -> dict[str, str]:
    """A stack that trades at USD-M as well, which nobody answers for."""
    return {"Venues": "binance-spot,binance-usdm", "BinanceUsdmUrl": "http://127.0.0.1:9"}


def test_a_protected_entry_that_a_person_ends_says_that_its_stop_may_stand(deployed: Deployed, ctl: Ctl) -> None:
    entry = Order(symbol="BTCUSDT", side=Side.BUY, type=FuturesType.MARKET, client_order_id="entry")
    stop = replace(entry, side=Side.SELL, type=FuturesType.STOP_MARKET, client_order_id="the-stop", reduce_only=True)
    plan = Protected(entry=entry, stop_loss=stop, step=Step.ENTRY)
    identity = replace(make_sent("guarded").identity, venue="binance-usdm")
    deployed.put(replace(make_sent("guarded"), identity=identity, request=plan))

    result = ctl("close", "guarded", "--venue", "binance-usdm", "--as", "dead", "--why", "looked in the app", "--yes")

    assert result.exit_code == 0, result.output
    assert "Its stop-loss may be open at the exchange (client order id the-stop): cancel it there" in result.output
