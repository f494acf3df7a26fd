"""What each type of order demands and what it cannot do."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_orders import ORDER, order


@pytest.mark.parametrize(
    ("kind", "change", "code", "text"),
    [
        ("STOP_LOSS", {}, -1102, "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!"),
        ("STOP_LOSS", {"stopPrice": "60000", "price": "1"}, -1106, "Parameter 'price' sent when not required."),
        (
            "TAKE_PROFIT",
            {"stopPrice": "60000", "timeInForce": "GTC"},
            -1106,
            "Parameter 'timeInForce' sent when not required.",
        ),
        (
            "STOP_LOSS_LIMIT",
            {"stopPrice": "70000", "timeInForce": None},
            -1102,
            "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
        ),
        (
            "LIMIT_MAKER",
            {"price": None},
            -1102,
            "Mandatory parameter 'price' was not sent, was empty/null, or malformed.",
        ),
        (
            "LIMIT_MAKER",
            {"price": "60000", "timeInForce": "GTC"},
            -1106,
            "Parameter 'timeInForce' sent when not required.",
        ),
        ("MARKET", {"icebergQty": "0.1"}, -1106, "Parameter 'icebergQty' sent when not required."),
        (
            "STOP_LOSS_LIMIT",
            {"stopPrice": "70000", "timeInForce": "IOC", "icebergQty": "0.1"},
            -1014,
            "Unsupported order combination.",
        ),
        ("MARKET", {"strategyType": "999999"}, -1134, "strategyType was less than 1000000."),
        (
            "MARKET",
            {"selfTradePreventionMode": "MAYBE"},
            -1130,
            "Data sent for parameter 'selfTradePreventionMode' is not valid.",
        ),
        ("LIMIT_MAKER", {"price": "60000", "icebergQty": "1"}, -2010, "IcebergQty exceeds QTY."),
        ("LIMIT_MAKER", {"price": "60000", "icebergQty": "0.009"}, -1013, "Filter failure: ICEBERG_PARTS"),
        ("LIMIT_MAKER", {"price": "60000", "icebergQty": "0.100001"}, -1013, "Filter failure: LOT_SIZE"),
        ("STOP_LOSS", {"trailingDelta": "9"}, -1013, "Filter failure: TRAILING_DELTA"),
        ("STOP_LOSS", {"trailingDelta": "2001"}, -1013, "Filter failure: TRAILING_DELTA"),
        ("STOP_LOSS", {"stopPrice": "70000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        (
            "TAKE_PROFIT",
            {"symbol": "DOGEUSDT", "trailingDelta": "100"},
            -2010,
            "Trailing stop orders are not supported for this symbol.",
        ),
        (
            "MARKET",
            {"symbol": "DOGEUSDT", "selfTradePreventionMode": "DECREMENT"},
            -1013,
            "This symbol does not allow the specified self-trade prevention mode.",
        ),
    ],
)
def test_what_a_type_cannot_do_is_refused(
    paper: PaperClient, kind: str, change: dict[str, str | None], code: int, text: str
) -> None:
    asked = order("BUY", kind) | change

    answer = paper.signed("POST", ORDER, **{name: value for name, value in asked.items() if value is not None})

    assert error(answer) == (400, code, text)
    assert paper.seen("orders") == []
