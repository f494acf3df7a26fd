"""One number, several meanings: the codes that Binance's products use for different things, side by side."""

import subprocess
import sys

import pytest

from orderexec.domain.advice import Remedy
from orderexec.domain.outcomes import Cause, Failure, Meaning
from orderexec.venues.binance.errors import load_table
from orderexec.venues.binance.futures_errors import is_error, load_coinm_table, load_usdm_table
from orderexec.venues.binance.margin_errors import load_margin_table
from orderexec.venues.classifier import Known, classify
from orderexec.venues.http import Reply

PRODUCTS = {"spot": load_table(), "margin": load_margin_table(), "usdm": load_usdm_table(), "coinm": load_coinm_table()}
U, R, C, N, K = Meaning.UNKNOWN, Meaning.REJECT, Meaning.CREDENTIALS, Meaning.NOT_FOUND, Meaning.CLOCK
S = Meaning.STALE_RULES


def find(product: str, code: int) -> Known | None:
    return PRODUCTS[product].codes.get(str(code))


def answer(product: str, code: int, text: str = "no documented text", status: int = 400) -> Failure:
    return classify(Reply(status, {}, b""), {"code": code, "msg": text}, PRODUCTS[product])


@pytest.mark.parametrize(
    ("code", "spot", "margin", "usdm", "coinm"),
    [
        (-1001, (U, "DISCONNECTED"), (U, "DISCONNECTED"), (U, "DISCONNECTED"), (U, "DISCONNECTED")),
        (-1004, (U, "SERVER_BUSY"), (U, "SERVER_BUSY"), (R, "DUPLICATE_IP"), (R, "DUPLICATE_IP")),
        (-1008, (U, "SERVER_BUSY"), (U, "SERVER_BUSY"), (U, "Request Throttled"), (U, "Request Throttled")),
        (-1108, (R, "PARAM_OVERFLOW"), None, (R, "BAD_ASSET"), (R, "BAD_ASSET")),
        (-1145, (R, "INVALID_CANCEL_RESTRICTIONS"), (R, "INVALID_CANCEL_RESTRICTIONS"), None, None),
        (
            -2021,
            (U, "CANCEL_REPLACE_PARTIAL"),
            None,
            (R, "ORDER_WOULD_IMMEDIATELY_TRIGGER"),
            (R, "ORDER_WOULD_IMMEDIATELY_TRIGGER"),
        ),
        (-2022, (R, "CANCEL_REPLACE_FAILED"), None, (R, "REDUCE_ONLY_REJECT"), (R, "REDUCE_ONLY_REJECT")),
        (
            -2026,
            (N, "ORDER_ARCHIVED"),
            (N, "ORDER_ARCHIVED"),
            (R, "REDUCE_ONLY_ORDER_TYPE_NOT_SUPPORTED"),
            (R, "REDUCE_ONLY_ORDER_TYPE_NOT_SUPPORTED"),
        ),
        (-3045, None, (R, "SYSTEM"), None, None),
        (-4087, None, None, (C, "REDUCE_ONLY_ORDER_PERMISSION"), (R, "INVALID_PAIR")),
        (-4088, None, None, (C, "NO_PLACE_ORDER_PERMISSION"), (R, "INVALID_TIME_INTERVAL")),
        (-4089, None, None, None, (C, "REDUCE_ONLY_ORDER_PERMISSION")),
        (-4111, None, None, None, (R, "DUPLICATED_CLIENT_TRAN_ID")),
        (-4117, None, None, (U, "STOP_ORDER_TRIGGERING"), None),
        (-4164, None, None, (S, "MIN_NOTIONAL"), None),
        (-4178, None, None, None, (S, "MIN_NOTIONAL")),
        (-4188, None, None, None, (K, "ME_INVALID_TIMESTAMP")),
        (
            -4202,
            None,
            None,
            (R, "ADJUST_LEVERAGE_KYC_FAILED"),
            (R, "ADJUST_LEVERAGE_ACCOUNT_SYMBOL_FAILED"),
        ),
        (-5021, None, None, (R, "FOK_ORDER_REJECT"), None),  # on the margin page: of parent and sub accounts
        (-5028, None, None, (K, "ME_RECVWINDOW_REJECT"), (K, "ME_RECVWINDOW_REJECT")),
    ],
)
def test_a_number_means_what_the_product_says(
    code: int,
    spot: tuple[Meaning, str] | None,
    margin: tuple[Meaning, str] | None,
    usdm: tuple[Meaning, str] | None,
    coinm: tuple[Meaning, str] | None,
) -> None:
    listed = {product: find(product, code) for product in PRODUCTS}

    assert {product: known and (known.meaning, known.name) for product, known in listed.items()} == {
        "spot": spot,
        "margin": margin,
        "usdm": usdm,
        "coinm": coinm,
    }
    assert {product: answer(product, code).meaning for product in PRODUCTS} == {
        product: known.meaning if known else U for product, known in listed.items()
    }


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (-1001, "Internal error; unable to process your request. Please try again."),
        (
            -1008,
            "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. "
            "Please try again.",
        ),
    ],
)
def test_the_same_words_promise_something_on_futures_only(code: int, text: str) -> None:
    told = {product: answer(product, code, text, 503).meaning for product in PRODUCTS}

    assert told == {"spot": U, "margin": U, "usdm": Meaning.RETRY, "coinm": Meaning.RETRY}


@pytest.mark.parametrize(
    ("product", "code", "about"),
    [
        ("usdm", -2015, Cause.ACCOUNT),
        ("usdm", -2017, Cause.ACCOUNT),
        ("usdm", -2023, Cause.ACCOUNT),
        ("usdm", -4088, Cause.ACCOUNT),
        ("usdm", -4109, Cause.ACCOUNT),
        ("usdm", -4192, Cause.ACCOUNT),
        ("coinm", -2023, Cause.ACCOUNT),
        ("coinm", -4090, Cause.ACCOUNT),
        ("margin", -3004, Cause.ACCOUNT),
        ("margin", -3014, Cause.ACCOUNT),
        ("margin", -3022, Cause.ACCOUNT),
        # Orders that close a position are still taken: a halt of the whole account would hold them up.
        ("usdm", -4087, Cause.ORDER),
        ("usdm", -4189, Cause.ORDER),
        ("usdm", -4400, Cause.ORDER),
        ("coinm", -4089, Cause.ORDER),
        ("usdm", -4105, Cause.ACCOUNT_AND_SYMBOL),
        ("usdm", -4140, Cause.ACCOUNT_AND_SYMBOL),
        ("usdm", -4401, Cause.ACCOUNT_AND_SYMBOL),
        ("usdm", -2019, Cause.ACCOUNT_AND_SYMBOL),
        ("coinm", -2027, Cause.ACCOUNT_AND_SYMBOL),
        ("margin", -3003, Cause.ACCOUNT_AND_SYMBOL),
        ("margin", -3006, Cause.ACCOUNT_AND_SYMBOL),
        ("margin", -3012, Cause.ACCOUNT_AND_SYMBOL),  # who does not borrow still trades the symbol
        ("margin", -3045, Cause.ACCOUNT_AND_SYMBOL),
        ("margin", -3021, Cause.SYMBOL),
        ("usdm", -4141, Cause.SYMBOL),
        ("usdm", -5022, Cause.ORDER),
        ("usdm", -2021, Cause.ORDER),
    ],
)
def test_a_refusal_says_whom_it_is_about(product: str, code: int, about: Cause) -> None:
    assert answer(product, code).about is about


@pytest.mark.parametrize("product", ["margin", "usdm", "coinm"])
def test_no_new_signal_is_asked_for_where_the_key_or_the_account_is_at_fault(product: str) -> None:
    refused = [known for known in PRODUCTS[product].codes.values() if known.meaning is Meaning.CREDENTIALS]

    assert {known.do.remedy for known in refused} == {Remedy.REDRIVE}


@pytest.mark.parametrize(
    ("product", "code", "detail"),
    [
        (
            "margin",
            -3045,
            "The system doesn't have enough asset now. (HTTP 400): the exchange has too little of the asset to lend at "
            "present; wait until it has more, then redrive it; or publish a corrected signal under a new id, without "
            "side_effect, with what the account has",
        ),
        (
            "usdm",
            -4087,
            "User can only place reduce only order (HTTP 400): the account may place orders that reduce a position, "
            "and no others; ask the exchange's support what the account may do, and have it permitted, then redrive it",
        ),
        (
            "coinm",
            -4197,
            "No need to modify the order. (HTTP 400): the order is already as the request would make it",
        ),
    ],
)
def test_a_dead_letter_reads_like_this(product: str, code: int, detail: str) -> None:
    assert answer(product, code, detail.partition(" (HTTP")[0]).detail == detail


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"code": -2011, "msg": "Unknown order sent."}, True),
        ({"code": None}, True),
        ({"239999": "System maintenance."}, True),
        ({"code": 200, "msg": "The operation of cancel all open order is done."}, False),
        ({"code": "200", "msg": "success", "algoId": 1}, False),
        ({"orderId": 1}, False),
        ({"dualSidePosition": True}, False),
        ([{"code": -2011}], False),
        ({}, False),
        (None, False),
    ],
)
def test_what_of_an_answer_of_futures_is_an_error(document: object, error: bool) -> None:
    assert is_error(document) is error


def test_no_table_is_imported_before_the_first_failure() -> None:
    names = "usdm_error_codes coinm_error_codes margin_error_codes futures_error_codes error_codes error_texts"
    code = (
        "import sys\n"
        "from orderexec.venues.binance import errors, futures_errors, margin_errors\n"
        f"loaded = [name for name in {names.split()!r} if f'orderexec.venues.binance.{{name}}' in sys.modules]\n"
        "futures_errors.load_coinm_table()\n"
        "print(loaded, 'orderexec.venues.binance.usdm_error_codes' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[] False"
