"""What a malformed request is told: codes and texts of errors.md."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error, now_ms, sign

MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
LIMIT = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "60000",
}


def missing(name: str) -> str:
    return f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."


NOT_REQUIRED = "Parameter '{}' sent when not required."
DECIMAL = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"


@pytest.mark.parametrize(
    ("order", "change", "code", "text"),
    [
        (MARKET, {"symbol": None}, -1102, missing("symbol")),
        (MARKET, {"side": None}, -1102, missing("side")),
        (MARKET, {"type": None}, -1102, missing("type")),
        (MARKET, {"symbol": ""}, -1102, missing("symbol")),
        (LIMIT, {"timeInForce": None}, -1102, missing("timeInForce")),
        (LIMIT, {"quantity": None}, -1102, missing("quantity")),
        (LIMIT, {"price": None}, -1102, missing("price")),
        (
            MARKET,
            {"quantity": None},
            -1102,
            "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
        ),
        (MARKET, {"quantity": ""}, -1105, "Parameter 'quantity' was empty."),
        (MARKET, {"newClientOrderId": ""}, -1105, "Parameter 'newClientOrderId' was empty."),
        (
            MARKET,
            {"newClientOrderId": "a b"},
            -1100,
            "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
        ),
        (
            MARKET,
            {"newClientOrderId": "x" * 37},
            -1100,
            "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
        ),
        (
            MARKET,
            {"symbol": "btcusdt"},
            -1100,
            r"Illegal characters found in parameter 'symbol'; legal range is '^[\w\-._&&[^a-z]]{1,50}$'.",
        ),
        (
            MARKET,
            {"quantity": "1e-5"},
            -1100,
            f"Illegal characters found in parameter 'quantity'; legal range is '{DECIMAL}'.",
        ),
        (
            MARKET,
            {"quantity": "-1"},
            -1100,
            f"Illegal characters found in parameter 'quantity'; legal range is '{DECIMAL}'.",
        ),
        (
            LIMIT,
            {"price": "60,000"},
            -1100,
            f"Illegal characters found in parameter 'price'; legal range is '{DECIMAL}'.",
        ),
        (MARKET, {"price": "60000"}, -1106, NOT_REQUIRED.format("price")),
        (MARKET, {"timeInForce": "GTC"}, -1106, NOT_REQUIRED.format("timeInForce")),
        (MARKET, {"quoteOrderQty": "100"}, -1106, NOT_REQUIRED.format("quoteOrderQty")),
        (LIMIT, {"quoteOrderQty": "100"}, -1106, NOT_REQUIRED.format("quoteOrderQty")),
        (LIMIT, {"stopPrice": "100"}, -1106, NOT_REQUIRED.format("stopPrice")),
        (MARKET, {"quantity": "0.123456789"}, -1111, "Parameter 'quantity' has too much precision."),
        (LIMIT, {"price": "60000.000000001"}, -1111, "Parameter 'price' has too much precision."),
        (LIMIT, {"timeInForce": "NOW"}, -1115, "Invalid timeInForce."),
        (MARKET, {"type": "MAYBE"}, -1116, "Invalid orderType."),
        (MARKET, {"side": "HOLD"}, -1117, "Invalid side."),
        (MARKET, {"symbol": "NOSUCHPAIR"}, -1121, "Invalid symbol."),
        (MARKET, {"newOrderRespType": "LONG"}, -1130, "Data sent for parameter 'newOrderRespType' is not valid."),
        (
            LIMIT,
            {"symbol": "DOGEUSDT", "icebergQty": "0.001"},
            -2010,
            "Iceberg orders are not supported for this symbol.",
        ),
        (
            MARKET,
            {"foo": "1", "bar": "2"},
            -1104,
            "Not all sent parameters were read; read '6' parameter(s) but was sent '8'.",
        ),
    ],
)
def test_a_malformed_order_is_refused(
    paper: PaperClient, order: dict[str, str], change: dict[str, str | None], code: int, text: str
) -> None:
    parameters = {name: value for name, value in (order | change).items() if value is not None}

    assert error(paper.signed("POST", "/api/v3/order", **parameters)) == (400, code, text)
    assert paper.seen("orders") == []


def test_an_endpoint_without_parameters_takes_none(paper: PaperClient) -> None:
    answer = paper.public("/api/v3/ping", x=1)

    assert error(answer) == (400, -1101, "Too many parameters; expected '0' and received '1'.")


def test_a_parameter_sent_twice_is_refused(paper: PaperClient) -> None:
    query = f"symbol=BTCUSDT&symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&timestamp={now_ms()}"

    answer = paper.raw("POST", f"/api/v3/order?{query}&signature={sign(query)}")

    assert error(answer) == (400, -1101, "Duplicate values for a parameter detected.")


def test_parameters_may_come_in_the_body(paper: PaperClient) -> None:
    body = f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01&timestamp={now_ms()}"

    answer = paper.raw("POST", "/api/v3/order", data=f"{body}&signature={sign(body)}")

    assert answer.json()["status"] == "FILLED"


def test_of_query_and_body_the_query_wins(paper: PaperClient) -> None:
    query, body = "symbol=BTCUSDT&side=BUY&quantity=0.01", f"type=MARKET&quantity=0.5&timestamp={now_ms()}"

    answer = paper.raw("POST", f"/api/v3/order?{query}", data=f"{body}&signature={sign(query + body)}")

    assert answer.json()["origQty"] == "0.01000000"


def test_what_is_no_endpoint_is_not_found(paper: PaperClient) -> None:
    assert paper.public("/api/v3/nothing").status_code == 404
