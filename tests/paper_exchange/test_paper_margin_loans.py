"""What orders of margin accounts borrow and repay: side effects, limits, what a cancellation gives back."""

from decimal import Decimal

import pytest
import requests

from tests.paper_exchange.paper_client import PaperClient, error
from tests.paper_exchange.paper_margin import (
    BORROW,
    BOTH,
    ISOLATED,
    MARGIN,
    balance,
    cancel,
    find,
    get,
    limit,
    market,
    only,
)

INSUFFICIENT = (400, -2010, "Account has insufficient balance for requested action.")


@pytest.mark.parametrize("effect", [{}, {"sideEffectType": "NO_SIDE_EFFECT"}, {"sideEffectType": "AUTO_REPAY"}])
def test_an_order_that_does_not_borrow_is_refused_without_the_money(paper: PaperClient, effect: dict[str, str]) -> None:
    only(paper, USDT="1000")

    assert error(limit(paper, "mine", **effect)) == INSUFFICIENT
    assert balance(paper, "USDT", {}) == (1_000, 0, 0)


@pytest.mark.parametrize("flags", BOTH)
@pytest.mark.parametrize("effect", ["MARGIN_BUY", "AUTO_BORROW_REPAY"])
def test_what_is_missing_is_borrowed_when_the_order_is_placed(
    paper: PaperClient, flags: dict[str, str], effect: str
) -> None:
    only(paper, USDT="1000")

    placed = limit(paper, "mine", sideEffectType=effect, **flags).json()

    assert (placed["marginBuyBorrowAmount"], placed["marginBuyBorrowAsset"]) == (5_000, "USDT")
    assert balance(paper, "USDT", flags) == (0, 6_000, 5_000)
    other_flags = {} if flags else ISOLATED
    assert balance(paper, "USDT", other_flags) == (1_000, 0, 0)


def test_nothing_is_borrowed_that_is_there(paper: PaperClient) -> None:
    placed = limit(paper, "mine", **BORROW).json()

    assert "marginBuyBorrowAmount" not in placed
    assert balance(paper, "USDT", {}) == (94_000, 6_000, 0)


def test_a_short_sale_borrows_what_it_sells(paper: PaperClient) -> None:
    only(paper, USDT="1000")

    sold = market(paper, "SELL", "0.5", **BORROW).json()

    assert (sold["marginBuyBorrowAmount"], sold["marginBuyBorrowAsset"]) == (0.5, "BTC")
    assert balance(paper, "BTC", {}) == (0, 0, Decimal("0.5"))
    proceeds = Decimal("64999.99") / 2
    assert balance(paper, "USDT", {})[0] == 1_000 + proceeds * Decimal("0.999")


def test_a_debt_stands_until_an_order_repays_it(paper: PaperClient) -> None:
    only(paper, USDT="1000")
    market(paper, "SELL", "0.5", **BORROW)

    market(paper, "BUY", "0.2")
    assert balance(paper, "BTC", {}) == (Decimal("0.1998"), 0, Decimal("0.5"))

    market(paper, "BUY", "0.2", sideEffectType="AUTO_REPAY")
    assert balance(paper, "BTC", {}) == (Decimal("0.1998"), 0, Decimal("0.3002"))

    market(paper, "SELL", "0.0001")  # what it earns is USDT, of which nothing is owed
    market(paper, "BUY", "0.31", sideEffectType="AUTO_BORROW_REPAY")
    free, _, owed = balance(paper, "BTC", {})
    assert (free, owed) == (Decimal("0.1997") + Decimal("0.31") * Decimal("0.999") - Decimal("0.3002"), 0)


def test_an_order_repays_when_it_has_ended_and_not_before(paper: PaperClient) -> None:
    only(paper, BTC="1")
    market(paper, "BUY", "0.05", **BORROW)
    owed = balance(paper, "USDT", {})[2]

    limit(paper, "repaying", "SELL", "0.05", sideEffectType="AUTO_REPAY")
    assert balance(paper, "USDT", {})[2] == owed
    paper.control("prices", {"BTCUSDT": "70001"})

    assert balance(paper, "USDT", {}) == (Decimal(3_500) * Decimal("0.999") - owed, 0, 0)


@pytest.mark.parametrize("flags", BOTH)
@pytest.mark.parametrize(
    ("repays", "owed"), [({}, 0), ({"autoRepayAtCancel": "true"}, 0), ({"autoRepayAtCancel": "FALSE"}, 5_000)]
)
def test_cancelling_repays_what_the_order_borrowed_unless_it_says_not_to(
    paper: PaperClient, flags: dict[str, str], repays: dict[str, str], owed: int
) -> None:
    only(paper, USDT="1000")
    limit(paper, "mine", **BORROW, **flags, **repays)

    cancel(paper, "mine", **flags)

    assert balance(paper, "USDT", flags) == (1_000 + owed, 0, owed)


def test_cancelling_repays_no_other_orders_debt(paper: PaperClient) -> None:
    only(paper, USDT="0")
    limit(paper, "first", **BORROW)
    paper.control("margin", {"cross": {"USDT": "1000"}})
    limit(paper, "second", **BORROW)

    cancel(paper, "second")

    assert balance(paper, "USDT", {}) == (1_000, 6_000, 6_000)


def test_cancelling_repays_only_what_was_not_spent(paper: PaperClient) -> None:
    only(paper, USDT="0")
    limit(paper, "mine", **BORROW)
    paper.control("books", {"BTCUSDT": {"bids": [], "asks": [["60000", "0.04"]]}})
    paper.control("margin", {"cross": {"USDT": "1000"}})

    cancel(paper, "mine")

    assert balance(paper, "USDT", {}) == (1_000, 0, 2_400)
    assert balance(paper, "BTC", {})[0] == Decimal("0.04") * Decimal("0.999")


def test_an_order_that_ends_by_itself_leaves_its_debt(paper: PaperClient) -> None:
    only(paper, USDT="0")

    assert limit(paper, "mine", timeInForce="IOC", **BORROW).json()["status"] == "EXPIRED"

    assert balance(paper, "USDT", {}) == (6_000, 0, 6_000)


@pytest.mark.parametrize("flags", BOTH)
@pytest.mark.parametrize(
    ("lending", "code", "text"),
    [
        ({"limits": {"USDT": "4999"}}, -3006, "Your borrow amount has exceed maximum borrow amount."),
        ({"limits": {"USDT": None}}, -3012, "Borrow is banned for this asset."),
        ({"pool": {"USDT": "4999"}}, -3045, "The system does not have enough asset now."),
    ],
)
def test_what_is_not_lent_is_refused_and_changes_nothing(
    paper: PaperClient, flags: dict[str, str], lending: dict[str, dict[str, str]], code: int, text: str
) -> None:
    only(paper, USDT="1000")
    paper.control("lending", lending)

    assert error(limit(paper, "mine", **BORROW, **flags)) == (400, code, text)

    assert balance(paper, "USDT", flags) == (1_000, 0, 0)
    assert get(paper, "openOrders", symbol="BTCUSDT", **flags) == []


def test_a_limit_is_for_each_account_and_the_pool_for_all(paper: PaperClient) -> None:
    only(paper, USDT="0")
    paper.control("lending", {"limits": {"USDT": "6000"}, "pool": {"USDT": "13000"}})
    limit(paper, "mine", **BORROW)

    assert error(limit(paper, "more", quantity="0.01", **BORROW))[1] == -3006
    assert get(paper, "maxBorrowable", asset="USDT") == {"amount": "0.00000000", "borrowLimit": "6000.00000000"}
    isolated = {"asset": "USDT", "isolatedSymbol": "BTCUSDT"}
    assert get(paper, "maxBorrowable", **isolated)["amount"] == "6000.00000000"
    limit(paper, "mine", **BORROW, **ISOLATED)
    isolated["isolatedSymbol"] = "ETHUSDT"
    assert get(paper, "maxBorrowable", **isolated)["amount"] == "1000.00000000"
    cancel(paper, "mine")
    assert get(paper, "maxBorrowable", **isolated)["amount"] == "6000.00000000"


def test_a_stop_borrows_when_it_is_placed(paper: PaperClient) -> None:
    only(paper, USDT="0")
    stop = {"type": "STOP_LOSS", "stopPrice": "66000", **BORROW}
    order = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.1", "newClientOrderId": "stop"}

    paper.signed("POST", f"{MARGIN}/order", **order, **stop)
    assert balance(paper, "USDT", {}) == (0, 6_600, 6_600)
    paper.control("prices", {"BTCUSDT": "66001"})

    # What it cost beyond the stop price was borrowed as well when it was triggered.
    assert balance(paper, "USDT", {}) == (0, 0, Decimal("6600.101"))


def test_the_control_endpoint_tells_loans_and_orders_by_account(paper: PaperClient) -> None:
    only(paper, USDT="1000")
    limit(paper, "mine", **BORROW, **ISOLATED)

    told = paper.seen("margin")

    usdt = {"asset": "USDT", "free": "0.00000000", "locked": "6000.00000000", "borrowed": "5000.00000000"}
    assert usdt in told["BTCUSDT"]["balances"]
    assert [each["clientOrderId"] for each in told["BTCUSDT"]["orders"]] == ["mine"]
    assert (told["cross"]["orders"], told["ETHUSDT"]["lists"]) == ([], [])
    paper.control("reset", {})
    assert paper.seen("margin")["BTCUSDT"]["orders"] == []


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("margin", {"cross": {"USDT": "1"}, "NOPE": {"USDT": "1"}}),
        ("margin", {"cross": {"USDT": "1", "BTC": "-1"}}),
        ("lending", {"limits": {"USDT": "1"}, "pool": {"USDT": "-1"}}),
        ("lending", {"limits": "none"}),
    ],
)
def test_a_body_that_makes_no_sense_changes_nothing(paper: PaperClient, what: str, body: object) -> None:
    answer = requests.post(f"{paper.url}/control/{what}", json=body, timeout=10)

    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert balance(paper, "USDT", {})[0] == 100_000
    assert get(paper, "maxBorrowable", asset="USDT")["borrowLimit"] == "500000.00000000"


@pytest.mark.parametrize("flags", BOTH)
def test_loans_are_taken_and_repaid_by_hand(paper: PaperClient, flags: dict[str, str]) -> None:
    only(paper, USDT="1000")
    whose = {**flags, **({"symbol": "BTCUSDT"} if flags else {})}

    def transact(what: str, amount: str) -> requests.Response:
        return paper.signed("POST", f"{MARGIN}/borrow-repay", type=what, asset="USDT", amount=amount, **whose)

    assert transact("BORROW", "500").json()["tranId"] > 0
    assert balance(paper, "USDT", flags) == (1_500, 0, 500)
    assert transact("REPAY", "200").status_code == 200
    assert balance(paper, "USDT", flags) == (1_300, 0, 300)
    assert error(transact("REPAY", "301")) == (400, -3015, "Repay amount exceeds borrow amount.")
    assert error(transact("BORROW", "500000"))[1] == -3006
    assert error(transact("LEND", "1"))[1] == -1130
    only(paper, USDT="100")
    assert error(transact("REPAY", "300")) == (400, -3041, "Balance is not enough.")
    assert balance(paper, "USDT", flags) == (100, 0, 300)


def test_a_debt_and_an_order_may_come_apart(paper: PaperClient) -> None:
    """Borrowing and placing are two steps: after a failure between them the loan stands alone."""
    only(paper, USDT="0")
    paper.signed("POST", f"{MARGIN}/borrow-repay", type="BORROW", asset="USDT", amount="6000")
    paper.arm("answer_instead", status=500, code=-1000, msg="An unknown error occurred while processing the request.")

    assert limit(paper, "mine", **BORROW).status_code == 500

    assert error(find(paper, "mine"))[1] == -2013
    assert balance(paper, "USDT", {}) == (6_000, 0, 6_000)
