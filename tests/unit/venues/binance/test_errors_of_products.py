"""The tables of USD-M, COIN-M and margin, walked from outside: every row of the facts as a reply, and what it means."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues.binance.futures_errors import load_coinm_table, load_usdm_table
from orderexec.venues.binance.margin_errors import load_margin_table
from orderexec.venues.classifier import Table, classify
from orderexec.venues.http import NoReply, Reply

DATA = Path(__file__).parents[3] / "data"
TABLES = {"usdm": load_usdm_table(), "coinm": load_coinm_table(), "margin": load_margin_table()}
FUTURES = ("usdm", "coinm")
THROTTLED = (
    "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again."
)
FAILED = "Internal error; unable to process your request. Please try again."
# HTTP 503 with one of these is a documented failure of futures.
NOT_EXECUTED_TEXTS = {"Service Unavailable.", FAILED, THROTTLED}

# Where a table departs from the facts, and why.
_PROMISED_BY_TEXT = "only the documented text with status 503 promises that nothing was executed; see the tests below"
_OF_THE_ACCOUNT = "the limit on orders is the account's, not the address's: a class of its own, as on Spot"
_ASK_FIRST = "the note itself says to query before any resend: in doubt, with a long pause, as on Spot"
_NOBODY_PROMISES = "a library knows it, the documentation does not: nothing promises that the order was not executed"
_AFTER_THE_ORDER = "an order may repay once it is filled: a refused repayment says nothing of the order before it"
DEPARTURES = {
    ("usdm", "-1001"): (Meaning.UNKNOWN, _PROMISED_BY_TEXT),
    ("usdm", "-1008"): (Meaning.UNKNOWN, _PROMISED_BY_TEXT),
    ("coinm", "-1001"): (Meaning.UNKNOWN, _PROMISED_BY_TEXT),
    ("coinm", "-1008"): (Meaning.UNKNOWN, _PROMISED_BY_TEXT),
    ("usdm", "-1015"): (Meaning.ORDER_LIMIT, _OF_THE_ACCOUNT),
    ("coinm", "-1015"): (Meaning.ORDER_LIMIT, _OF_THE_ACCOUNT),
    ("margin", "-1015"): (Meaning.ORDER_LIMIT, _OF_THE_ACCOUNT),
    ("usdm", "HTTP 403"): (Meaning.BLOCKED, _ASK_FIRST),
    ("coinm", "HTTP 403"): (Meaning.BLOCKED, _ASK_FIRST),
    ("margin", "HTTP 403"): (Meaning.BLOCKED, _ASK_FIRST),
    ("usdm", "-4136"): (Meaning.UNKNOWN, _NOBODY_PROMISES),
    ("usdm", "-4531"): (Meaning.UNKNOWN, _NOBODY_PROMISES),
    ("coinm", "-4531"): (Meaning.UNKNOWN, _NOBODY_PROMISES),
    ("coinm", "239999"): (Meaning.UNKNOWN, "the notice names it for a maintenance and promises nothing of orders"),
    ("margin", "-3010"): (Meaning.UNKNOWN, _AFTER_THE_ORDER),
    ("margin", "-3015"): (Meaning.UNKNOWN, _AFTER_THE_ORDER),
    ("margin", "-3016"): (Meaning.UNKNOWN, _AFTER_THE_ORDER),
    ("margin", "-3024"): (Meaning.UNKNOWN, _AFTER_THE_ORDER),
    ("margin", "-3036"): (Meaning.UNKNOWN, _AFTER_THE_ORDER),
    ("margin", "51xxx"): (Meaning.UNKNOWN, "a family without one documented code: what is not listed is in doubt"),
}
# Listed, and not in the facts: the margin page has them as Spot's has, -1010 is of the same engine as -1013.
BEYOND = {
    "usdm": set(),
    "coinm": set(),
    "margin": {"-1010", "-1120", "-1125", "-1127", "-1134", "-1145", "-1151", "-2016", "-2026", "-11008"}
    | {"-3064", "-3067", "-20204"},  # of the page of the new order alone
}


class Fact(NamedTuple):
    product: str
    code: str
    name: str
    meaning: Meaning

    @property
    def expected(self) -> Meaning:
        return DEPARTURES.get((self.product, self.code), (self.meaning, ""))[0]

    @property
    def is_text(self) -> bool:
        return self.name.startswith("msg:")


def read_facts() -> Iterator[Fact]:
    for product in TABLES:
        for row in csv.DictReader((DATA / f"binance_{product}_errors.csv").read_text().splitlines()):
            yield Fact(product, row["code"], row["name"], Meaning(row["class"]))


FACTS = list(read_facts())
CODE_FACTS = [fact for fact in FACTS if fact.code.lstrip("-").isdecimal() and not fact.is_text]
TEXT_FACTS = [fact for fact in FACTS if fact.is_text]
STATUS_FACTS = [fact for fact in FACTS if fact.code.startswith("HTTP ")]
OTHER_FACTS = [fact for fact in FACTS if fact.code in ("TRANSPORT", "51xxx")]


def answer(product: str, code: object, text: str = "no documented text", status: int = 400) -> Failure:
    body = {code: text} if code == "239999" else {"code": code, "msg": text}
    return classify(Reply(status, {}, b""), body, TABLES[product])


def name_fact(fact: Fact) -> str:
    return f"{fact.product} {fact.code} {fact.name}"


@pytest.mark.parametrize("fact", CODE_FACTS, ids=name_fact)
def test_every_code_means_what_the_facts_say(fact: Fact) -> None:
    code = fact.code if fact.code == "239999" else int(fact.code)

    read = answer(fact.product, code)

    assert (read.meaning, read.code) == (fact.expected, fact.code)


@pytest.mark.parametrize("fact", TEXT_FACTS, ids=name_fact)
def test_every_text_means_what_the_facts_say(fact: Fact) -> None:
    for carrier in (int(fact.code), -2010, -1013):
        assert answer(fact.product, carrier, fact.name.removeprefix("msg:")).meaning is fact.expected


@pytest.mark.parametrize("fact", STATUS_FACTS, ids=name_fact)
def test_every_status_means_what_the_facts_say(fact: Fact) -> None:
    status = fact.code.removeprefix("HTTP ").split()[0]
    for each in range(500, 600) if status == "5XX" else [int(status)]:
        assert answer(fact.product, -9999, fact.name, each).meaning is fact.expected


@pytest.mark.parametrize("fact", OTHER_FACTS, ids=name_fact)
def test_what_is_no_code_and_no_status_means_what_the_facts_say(fact: Fact) -> None:
    if fact.code == "TRANSPORT":
        read = classify(NoReply(True, "timeout"), None, TABLES[fact.product])
        assert read.meaning is fact.expected
    else:
        assert {answer(fact.product, code).meaning for code in range(51_000, 52_000)} == {fact.expected}


def test_no_fact_is_left_out_and_no_departure_is_idle() -> None:
    known = {(fact.product, fact.code): fact.meaning for fact in FACTS if not fact.is_text}

    assert len(CODE_FACTS) + len(TEXT_FACTS) + len(STATUS_FACTS) + len(OTHER_FACTS) == len(FACTS)
    assert [where for where, (meaning, _) in DEPARTURES.items() if known[where] is meaning] == []
    assert all(why for _, why in DEPARTURES.values())


@pytest.mark.parametrize("product", TABLES)
def test_a_table_holds_nothing_that_the_facts_do_not(product: str) -> None:
    of_facts = {fact.code for fact in CODE_FACTS if fact.product == product}

    assert set(TABLES[product].codes) == of_facts | BEYOND[product]
    assert not of_facts & BEYOND[product]


@pytest.mark.parametrize("fact", [fact for fact in CODE_FACTS if not fact.name.startswith("(")], ids=name_fact)
def test_every_code_has_the_exchanges_own_name(fact: Fact) -> None:
    assert fact.name.startswith(TABLES[fact.product].codes[fact.code].name)


@pytest.mark.parametrize("product", TABLES)
@given(
    code=st.integers(-6_000, 0) | st.none() | st.just("-2010"),
    text=st.text() | st.sampled_from([*NOT_EXECUTED_TEXTS, "Unknown error", "service unavailable."]),
    status=st.integers(500, 599),
)
def test_a_5xx_without_a_documented_text_is_unknown(product: str, code: object, text: str, status: int) -> None:
    documented = product in FUTURES and status == 503 and text in NOT_EXECUTED_TEXTS

    assert answer(product, code, text, status).meaning is (Meaning.RETRY if documented else Meaning.UNKNOWN)


@pytest.mark.parametrize("product", TABLES)
@given(
    code=st.integers() | st.none() | st.text() | st.floats(allow_nan=False) | st.booleans(),
    text=st.text(),
    status=st.integers(200, 599).filter(lambda status: status not in (403, 418, 429)),
)
def test_a_code_that_is_not_listed_leaves_the_order_in_doubt(
    product: str, code: object, text: str, status: int
) -> None:
    if str(code) not in TABLES[product].codes and text not in NOT_EXECUTED_TEXTS:
        assert not answer(product, code, text, status).certainly_not_executed


@pytest.mark.parametrize("product", FUTURES)
@pytest.mark.parametrize("status", [status for status in range(400, 600) if status not in (403, 418, 429, 503)])
@pytest.mark.parametrize("text", sorted(NOT_EXECUTED_TEXTS))
def test_the_texts_of_a_503_promise_nothing_with_another_status(product: str, status: int, text: str) -> None:
    for code in (-1001, -1008, None):
        assert answer(product, code, text, status).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("product", FUTURES)
@pytest.mark.parametrize(
    "text",
    [
        "Unknown error, please check your request or try again later.",
        "Service Unavailable",
        "service unavailable.",
        "Service Unavailable. ",
        "Server is currently overloaded with other requests. Please try again in a few minutes.",
        "Request occur unknown error.",
        "",
    ],
)
def test_any_other_text_of_a_503_leaves_the_order_in_doubt(product: str, text: str) -> None:
    for code in (-1001, -1008, -2010, 0, None):
        assert answer(product, code, text, 503).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("product", FUTURES)
def test_a_503_without_a_readable_body_leaves_the_order_in_doubt(product: str) -> None:
    for document in (None, "Service Unavailable.", ["Service Unavailable."], {"message": "Service Unavailable."}):
        assert classify(Reply(503, {}, b""), document, TABLES[product]).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("product", FUTURES)
@pytest.mark.parametrize("code", [-2010, -4111, -4116, -9999, -1102])
@pytest.mark.parametrize("text", ["Duplicate order sent.", "clientOrderId is duplicated", "DUPLICATE"])
def test_a_text_that_speaks_of_a_duplicate_makes_the_order_be_looked_up(product: str, code: int, text: str) -> None:
    assert answer(product, code, text).meaning is Meaning.DUPLICATE
    assert answer(product, code, text, 503).meaning is Meaning.UNKNOWN


@pytest.mark.parametrize("product", TABLES)
def test_a_parameter_sent_twice_is_no_order_sent_twice(product: str) -> None:
    assert answer(product, -1101, "Duplicate values for a parameter detected.").meaning is Meaning.REJECT


@pytest.mark.parametrize("product", FUTURES)
@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_body_whose_key_is_the_code_is_read(product: str, status: int) -> None:
    read = classify(Reply(status, {}, b""), {"239999": "System maintenance."}, TABLES[product])

    assert (read.code, read.meaning) == ("239999", Meaning.UNKNOWN)
    assert read.detail.startswith(f"System maintenance. (HTTP {status})")


def test_each_table_names_the_parameter_of_its_own_address() -> None:
    def tell(table: Table) -> str:
        return classify(NoReply(False, "refused"), None, table).detail

    assert [tell(table).split("gateway, ")[1].split(")")[0] for table in TABLES.values()] == [
        "BinanceUsdmUrl",
        "BinanceCoinmUrl",
        "BinanceSpotUrl",
    ]


@pytest.mark.parametrize(
    ("product", "code", "status", "text", "seconds"),
    [
        ("usdm", -1003, 429, "Too many requests; current limit is 2400 requests per minute.", 60),
        ("coinm", -1003, 418, "Way too many requests; IP banned until soon.", 120),
        ("usdm", -1015, 429, "Too many new orders; current limit is 300 orders per 10 SECOND.", 10),
        ("coinm", -1015, 429, "Too many new orders; current limit is 1200 orders per 1 MINUTE.", 60),
        ("margin", -1015, 429, "Too many new orders.", 10),
        ("margin", -1003, 429, "Too much request weight used; current limit is 180000 per 1 MINUTE.", 60),
    ],
)
def test_a_limit_without_a_header_is_waited_for(
    product: str, code: int, status: int, text: str, seconds: float
) -> None:
    assert answer(product, code, text, status).retry_after == seconds
