"""Whatever a success of Bybit holds, nothing raises: what does not read as documented is no answer."""

from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from orderexec.domain.bybit_products import BybitType
from orderexec.domain.order_words import TimeInForce
from orderexec.domain.outcomes import Accepted, Failure
from orderexec.domain.requests import Amend, Cancel, CancelAll
from orderexec.ports import PositionSettings, Snapshot
from orderexec.venues.bybit.inspection import BybitKeys
from orderexec.venues.bybit.products import INVERSE, LINEAR, SPOT, BybitProduct
from orderexec.venues.bybit.venue import Bybit
from orderexec.venues.http import Reply
from tests.doubles.virtual_time import START_MS
from tests.unit.venues.binance.recorded import GARBLED, VALUES
from tests.unit.venues.bybit.scripted_bybit import KEY, OURS, entry, order, recorded, success, venue

ASKED = order(type=BybitType.LIMIT, quantity=Decimal(1), price=Decimal(1), time_in_force=TimeInForce.IOC)
AMEND = Amend(symbol="ETHUSDT", client_order_id=OURS, quantity=Decimal(1), price=Decimal(1))
CANCEL = Cancel(symbol="ETHUSDT", client_order_id=OURS, cancel_id="c")
EVERY = CancelAll(symbol="ETHUSDT", client_order_id="c", until=START_MS)
REQUESTS = st.sampled_from([ASKED, AMEND, CANCEL, EVERY])
PRODUCTS = st.sampled_from([SPOT, LINEAR, INVERSE])
EXAMPLES: list[dict[str, Any]] = [
    entry(),
    recorded("position_info")["result"]["list"][0],
    recorded("instruments_linear")["result"]["list"][0],
    recorded("instruments_spot")["result"]["list"][0],
    recorded("wallet_balance")["result"]["list"][0],
]
LARGE: list[object] = ["1e999999", "-1e999999", "9" * 6_000, 10**30, float("inf"), float("nan")]


@st.composite
def garbled(draw: st.DrawFn) -> dict[str, Any]:
    """An example in which one field is something else."""
    whole: dict[str, Any] = draw(st.sampled_from(EXAMPLES))
    name = draw(st.sampled_from(sorted(whole)))
    return whole | {name: draw(VALUES | st.sampled_from(GARBLED + LARGE))}


RESULTS = VALUES | st.fixed_dictionaries(
    {"list": VALUES | st.lists(garbled(), max_size=2)},
    optional={"nextPageCursor": VALUES, "orderId": VALUES, "orderLinkId": VALUES | st.just(OURS), "timeNano": VALUES},
)


def tell(product: BybitProduct, result: object) -> Bybit:
    answers: list[Reply] = [success(result, time=START_MS)] * 60
    return venue(product, *answers)[0]


@given(REQUESTS, PRODUCTS, RESULTS)
@example(ASKED, LINEAR, {"list": [entry(cumExecQty="1", avgPrice="1e999999")]})
@example(CANCEL, SPOT, {"list": [entry(createdTime="9" * 6_000)]})
def test_requests_and_lookups(request: Any, product: BybitProduct, result: object) -> None:
    assert isinstance(tell(product, result).send(request, START_MS, KEY), Accepted | Failure)
    assert isinstance(tell(product, result).prove_absence(request, 0, KEY), Accepted | Failure)
    assert isinstance(tell(product, result).list_orders(request, 0, KEY), list | Failure)


@given(PRODUCTS, RESULTS)
@example(LINEAR, {"timeNano": float("inf")})
def test_questions(product: BybitProduct, result: object) -> None:
    at = tell(product, result)
    positions = at.positions

    assert isinstance(at.ask_server_time(), int | Failure)
    assert isinstance(at.ask_free_balance("BTC", KEY), Decimal | Failure)
    assert isinstance(at.accounts.find_id(KEY), str | Failure | None)
    assert BybitKeys(at).ask_permissions(KEY) is not None
    assert BybitKeys(at).ask_account(KEY) is not None
    if positions is not None:
        assert isinstance(positions.ask_position("BTCUSD", None, KEY), Decimal | Failure)
        assert isinstance(positions.ask_settings("BTCUSD", KEY), PositionSettings | Failure)


@given(PRODUCTS, RESULTS)
def test_market_data(product: BybitProduct, result: object) -> None:
    at = tell(product, result)

    assert isinstance(at.rules.get_instrument("BTCUSDT", not_before=0), Snapshot | Failure)
    assert isinstance(at.rules.get_last_price("BTCUSDT", not_before=0), Snapshot | Failure)
