"""Order lists that are refused: nothing of them is placed."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_lists import BUY_OCO, LIST, OCO, OPO, OPOCO, OTO, OTOCO

BAD_PRICES = "The relationship of the prices for the orders is not correct."


def changed(parameters: dict[str, str], change: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in (parameters | change).items() if value is not None}


@pytest.mark.parametrize(
    ("kind", "parameters", "change", "code", "text"),
    [
        ("oco", OCO, {"aboveType": "LIMIT", "aboveTimeInForce": "GTC"}, -1158, "Order type not supported in OCO."),
        (
            "oco",
            OCO,
            {"belowType": "LIMIT_MAKER", "belowStopPrice": None, "belowTimeInForce": None},
            -1168,
            "At least one OCO order must be contingent.",
        ),
        (
            "oco",
            BUY_OCO,
            {
                "aboveType": "LIMIT_MAKER",
                "aboveStopPrice": None,
                "abovePrice": "70000",
                "belowType": "STOP_LOSS",
                "belowPrice": None,
                "belowStopPrice": "60000",
            },
            -1165,
            "A limit order in a buy OCO must be below.",
        ),
        (
            "oco",
            OCO,
            {
                "aboveType": "STOP_LOSS",
                "abovePrice": None,
                "aboveStopPrice": "70000",
                "belowType": "LIMIT_MAKER",
                "belowStopPrice": None,
                "belowTimeInForce": None,
            },
            -1166,
            "A limit order in a sell OCO must be above.",
        ),
        (
            "oco",
            BUY_OCO,
            {"belowType": "STOP_LOSS", "belowPrice": None, "belowStopPrice": "60000"},
            -1196,
            "A stop loss order in a buy OCO must be above.",
        ),
        (
            "oco",
            OCO,
            {"aboveType": "STOP_LOSS", "abovePrice": None, "aboveStopPrice": "70000"},
            -1197,
            "A stop loss order in a sell OCO must be below.",
        ),
        ("oco", BUY_OCO, {"aboveType": "TAKE_PROFIT"}, -1198, "A take profit order in a buy OCO must be below."),
        (
            "oco",
            OCO,
            {"belowType": "TAKE_PROFIT_LIMIT"},
            -1199,
            "A take profit order in a sell OCO must be above.",
        ),
        ("oco", OCO, {"abovePrice": "65000"}, -2010, BAD_PRICES),
        ("oco", OCO, {"belowStopPrice": "65000"}, -2010, BAD_PRICES),
        ("oco", BUY_OCO, {"aboveStopPrice": "64000"}, -2010, BAD_PRICES),
        ("oco", BUY_OCO, {"belowPrice": "66000"}, -2010, BAD_PRICES),
        (
            "oco",
            OCO,
            {"belowIcebergQty": "0.5", "belowTimeInForce": "FOK"},
            -1160,
            "Parameter 'belowIcebergQty' is not supported if 'belowTimeInForce' is not GTC.",
        ),
        (
            "oco",
            OCO,
            {"belowStopPrice": None},
            -1102,
            "Param 'belowStopPrice' or 'belowTrailingDelta' must be sent, but both were empty/null!",
        ),
        (
            "oco",
            OCO,
            {"abovePrice": None},
            -1102,
            "Mandatory parameter 'abovePrice' was not sent, was empty/null, or malformed.",
        ),
        ("oco", OCO, {"belowPrice": "60000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        ("oco", OCO, {"belowStopPrice": "59999.999"}, -1013, "Filter failure: PRICE_FILTER"),
        (
            "oto",
            OTO,
            {"workingType": "MARKET", "workingPrice": None, "workingTimeInForce": None},
            -1130,
            "Data sent for parameter 'workingType' is not valid.",
        ),
        (
            "oto",
            OTO,
            {"workingTimeInForce": None},
            -1102,
            "Mandatory parameter 'workingTimeInForce' was not sent, was empty/null, or malformed.",
        ),
        (
            "oto",
            OTO,
            {"pendingQuantity": None},
            -1102,
            "Mandatory parameter 'pendingQuantity' was not sent, was empty/null, or malformed.",
        ),
        ("oto", OTO, {"pendingPrice": "500000"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (
            "oto",
            OTO,
            {"workingType": "LIMIT_MAKER", "workingTimeInForce": None, "workingPrice": "66000"},
            -2010,
            "Order would immediately match and take.",
        ),
        (
            "otoco",
            OTOCO,
            {
                "pendingAboveType": "TAKE_PROFIT",
                "pendingBelowType": "TAKE_PROFIT",
                "pendingAbovePrice": None,
                "pendingAboveStopPrice": "70000",
            },
            -1199,
            "A take profit order in a sell OCO must be above.",
        ),
        (
            "otoco",
            OTOCO,
            {"pendingSide": None},
            -1102,
            "Mandatory parameter 'pendingSide' was not sent, was empty/null, or malformed.",
        ),
        ("opo", OPO, {"workingSide": "SELL"}, -1222, "Working order in an OPO list must be a bid."),
        ("opo", OPO, {"pendingSide": "BUY"}, -1223, "Pending orders in an OPO list must be asks."),
        (
            "opo",
            OPO,
            {"pendingQuantity": "1"},
            -1225,
            "Pending orders should not include the 'pendingQuantity' tag.",
        ),
        (
            "opoco",
            OPOCO,
            {"pendingQuantity": "1"},
            -1225,
            "Pending orders should not include the 'pendingQuantity' tag.",
        ),
    ],
)
def test_a_list_that_makes_no_sense_is_refused_as_a_whole(
    paper: PaperClient, kind: str, parameters: dict[str, str], change: dict[str, str | None], code: int, text: str
) -> None:
    answer = paper.signed("POST", f"{LIST}/{kind}", **changed(parameters, change))

    assert error(answer) == (400, code, text)
    assert (paper.seen("orders"), paper.seen("lists")) == ([], [])
    assert (paper.balance("BTC")[1], paper.balance("USDT")[1]) == ("0.00000000", "0.00000000")


@pytest.mark.parametrize(
    ("feature", "kind", "parameters", "text"),
    [
        ("ocoAllowed", "oco", OCO, "OCO orders are not supported for this symbol"),
        ("otoAllowed", "oto", OTO, "OTO orders are not supported for this symbol"),
        ("ocoAllowed", "otoco", OTOCO, "OCO orders are not supported for this symbol"),
        ("opoAllowed", "opo", OPO, "OPO orders are not supported for this symbol."),
        ("opoAllowed", "opoco", OPOCO, "OPO orders are not supported for this symbol."),
    ],
)
def test_a_symbol_may_not_take_a_kind_of_list(
    paper: PaperClient, feature: str, kind: str, parameters: dict[str, str], text: str
) -> None:
    paper.control("symbols", {"symbol": "BTCUSDT", feature: False})

    assert error(paper.signed("POST", f"{LIST}/{kind}", **parameters)) == (400, -2010, text)


def test_a_list_that_cannot_be_found_does_not_exist(paper: PaperClient) -> None:
    does_not_exist = (400, -2018, "Order list does not exist.")

    assert error(paper.signed("GET", LIST, orderListId=0)) == does_not_exist
    assert error(paper.signed("GET", LIST, origClientOrderId="above")) == does_not_exist
    assert error(paper.signed("GET", LIST))[1] == -1128


def test_lists_are_found_by_number_by_name_and_among_the_open_ones(paper: PaperClient) -> None:
    paper.signed("POST", f"{LIST}/oco", **OCO)
    others = {"aboveClientOrderId": "a", "belowClientOrderId": "b", "listClientOrderId": "second"}
    paper.signed("POST", f"{LIST}/oco", **OCO | others)
    paper.cancel("above")

    first = paper.signed("GET", LIST, orderListId=0).json()
    assert [first["listClientOrderId"], first["listStatusType"], first["listOrderStatus"]] == [
        "list",
        "ALL_DONE",
        "ALL_DONE",
    ]
    assert paper.signed("GET", LIST, origClientOrderId="second").json()["orderListId"] == 1
    assert [each["orderListId"] for each in paper.signed("GET", "/api/v3/openOrderList").json()] == [1]
    everything = paper.signed("GET", "/api/v3/allOrderList").json()
    assert [each["orderListId"] for each in everything] == [0, 1]
    assert [each["orderListId"] for each in paper.signed("GET", "/api/v3/allOrderList", fromId=1).json()] == [1]
    assert error(paper.signed("GET", "/api/v3/allOrderList", fromId=1, startTime=0))[1] == -1128
    assert "orderReports" not in first
