"""What people read about an error: the detail of a failure, the facts added to it, and the page made of the table."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local import errors_page
from local.error_guides import GUIDES
from orderexec.domain.advice import Remedy
from orderexec.domain.outcomes import NOT_EXECUTED, Failure, Meaning
from orderexec.domain.products import name_venues
from orderexec.venues import registry
from orderexec.venues.advice import NOTHING
from orderexec.venues.binance.error_codes import CODES
from orderexec.venues.binance.error_texts import TEXT_CARRIERS, TEXTS
from orderexec.venues.binance.errors import INSECURE, SPOT_ANSWERS, STATUSES, TRANSPORT
from orderexec.venues.classifier import UNLISTED, Known, Table
from orderexec.venues.http import NoReply
from tests.unit.venues.binance.test_errors import GUIDE, answer, bare

TABLES = {venue: guide.load_table() for venue, guide in GUIDES.items()}


def list_entries(table: Table) -> list[Known]:
    by_text = [*table.texts.values(), *table.status_texts.values(), *table.fragments.values()]
    by_status = [*table.statuses.values(), *table.status_parts.values(), *table.codeless_statuses.values()]
    return [*table.codes.values(), *by_text, *by_status, *table.transport.values(), table.insecure]


ENTRIES = list(dict.fromkeys([UNLISTED, *(known for table in TABLES.values() for known in list_entries(table))]))
PAGES = {path: path.read_text(encoding="utf-8") for path in errors_page.pages()}


def read_rows(page: str) -> list[list[str]]:
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


ROWS = {path.stem: read_rows(page) for path, page in PAGES.items()}
SPOT_ROWS = ROWS["binance-spot"]
# Refused because there is nothing to do: what the request wants is so already.
CHANGES_NOTHING = {"The requested action would change no state; rejecting", "SAME_ORDER"} | {
    f"NO_NEED_TO_CHANGE_{what}" for what in ("MARGIN_TYPE", "AUTO_ADD_MARGIN", "POSITION_SIDE", "JOINT_MARGIN")
}
IS_SO_ALREADY = "what the request would set is so already"
DATE = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DATE_MS = int(DATE.timestamp() * 1000)


def banned(until_ms: object, **headers: str) -> Failure:
    text = f"Way too much request weight used; IP banned until {until_ms}. Please use WebSocket Streams"
    return answer(-1003, text, 418, **headers)


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.name)
def test_every_entry_says_what_it_is_and_what_to_do_in_one_plain_sentence_each(known: Known) -> None:
    for words in (known.name, known.what, known.do.words):
        assert words == words.strip() != ""
        assert words.isprintable()
    for sentence in (known.what, known.do.words):
        assert not sentence.endswith((".", ";", ","))
    assert len(known.what) + len(known.do.words) < 400


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.name)
def test_what_ends_a_signal_comes_with_advice(known: Known) -> None:
    if known.meaning in NOT_EXECUTED - {Meaning.CLOCK}:
        assert known.do != NOTHING or known.name in CHANGES_NOTHING or known.what == IS_SO_ALREADY


@pytest.mark.parametrize("known", ENTRIES, ids=lambda known: known.name)
def test_the_words_of_an_advice_ask_for_what_its_remedy_says(known: Known) -> None:
    words, remedy = known.do.words, known.do.remedy

    assert ("redrive it" in words) == (remedy is Remedy.REDRIVE)
    assert (words == "nothing") == (remedy is Remedy.NOTHING)
    if remedy is Remedy.NEW_SIGNAL:
        assert words.startswith("publish a corrected signal under a new id")


@pytest.mark.parametrize("known", [known for known in ENTRIES if known.meaning is Meaning.CREDENTIALS])
def test_no_new_signal_is_asked_for_where_the_key_is_at_fault(known: Known) -> None:
    assert known.do.remedy is Remedy.REDRIVE


@pytest.mark.parametrize("text", [text for text in TEXTS if TEXTS[text].meaning is Meaning.STALE_RULES])
def test_an_order_that_breaks_a_filter_of_its_symbol_is_not_redriven(text: str) -> None:
    assert TEXTS[text].do.remedy is Remedy.NEW_SIGNAL


@pytest.mark.parametrize(
    ("known", "remedy"),
    [
        (CODES[-1121], Remedy.NEW_SIGNAL),  # no such symbol
        (CODES[-1116], Remedy.NEW_SIGNAL),
        (TEXTS["Order would trigger immediately."], Remedy.NEW_SIGNAL),
        (TEXTS["Account has insufficient balance for requested action."], Remedy.REDRIVE),
        (TEXTS["Market is closed."], Remedy.REDRIVE),
        (TEXTS["Filter failure: MAX_NUM_ORDERS"], Remedy.REDRIVE),
        (STATUSES[451], Remedy.REDRIVE),
        (INSECURE, Remedy.REDRIVE),
        (TRANSPORT[False], Remedy.REDRIVE),
        (TRANSPORT[True], Remedy.NOTHING),
        (STATUSES[500], Remedy.NOTHING),
        (TEXTS["The requested action would change no state; rejecting"], Remedy.NOTHING),
        (STATUSES[403], Remedy.LOOK),
        (CODES[-1013], Remedy.LOOK),
        (CODES[-1101], Remedy.LOOK),
        (CODES[-2022], Remedy.LOOK),
    ],
)
def test_what_helps_depends_on_whether_the_signal_is_wrong(known: Known, remedy: Remedy) -> None:
    assert known.do.remedy is remedy


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_told_as_the_table_says(code: int) -> None:
    known = CODES[code]

    detail = answer(code, "the exchange's words").detail

    assert detail.startswith(f"the exchange's words (HTTP 400): {known.what}")
    assert detail.endswith(known.what if known.do == NOTHING else f"; {known.do.words}")


@pytest.mark.parametrize("carrier", sorted(TEXT_CARRIERS))
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_decides_explains_too(text: str, carrier: int) -> None:
    assert answer(carrier, text).detail.startswith(f"{text} (HTTP 400): {TEXTS[text].what}")


def test_a_dead_letter_reads_like_this() -> None:
    assert answer(-2010, "Account has insufficient balance for requested action.").detail == (
        "Account has insufficient balance for requested action. (HTTP 400): the account has too little free money for "
        "this order; deposit more, or cancel orders that lock some, then redrive it; or publish a corrected signal "
        "under a new id, for a smaller order"
    )
    assert bare(502).detail == (
        "HTTP 502 without a readable error: the exchange failed while it worked, so the order may exist"
    )
    assert SPOT_ANSWERS.classify(NoReply(False, "NewConnectionError"), None).detail.startswith(
        "the exchange could not be reached (NewConnectionError): no connection came about, so nothing was sent; "
        "put the function's network right"
    )


@pytest.mark.parametrize(
    ("status", "code", "explained_by"),
    [
        (429, -1015, CODES[-1015]),  # the code says the same, and more precisely
        (409, -2021, CODES[-2021]),
        (504, -1007, CODES[-1007]),
        (503, -2010, STATUSES[503]),  # the code says something else, which must not be told
        (403, -1121, STATUSES[403]),
        (400, -9999, UNLISTED),
    ],
)
def test_the_explanation_never_contradicts_the_class(status: int, code: int, explained_by: Known) -> None:
    read = answer(code, status=status)

    assert read.meaning is explained_by.meaning
    assert explained_by.what in read.detail


@given(st.text(), st.sampled_from([*CODES, -9999]), st.sampled_from([400, 403, 409, 418, 429, 500]))
def test_a_detail_is_bounded_and_opens_with_the_exchanges_own_text(text: str, code: int, status: int) -> None:
    detail = answer(code, text * 50, status).detail

    assert detail.startswith((text * 50)[:500] or f"HTTP {status}")
    assert len(detail) < 1_000


@pytest.mark.parametrize(
    ("code", "text", "broken"),
    [
        (-1013, "Filter failure: LOT_SIZE", "LOT_SIZE"),
        (-2010, "Filter failure: MAX_NUM_ORDERS", "MAX_NUM_ORDERS"),
        (-1111, "Parameter 'quantity' has too much precision.", None),
        (-2010, "Account has insufficient balance for requested action.", None),
    ],
)
def test_a_failure_names_the_filter_that_was_broken(code: int, text: str, broken: str | None) -> None:
    assert answer(code, text).filter == broken


def test_a_ban_without_a_wait_lasts_until_the_time_in_its_text_by_the_exchanges_clock() -> None:
    read = banned(DATE_MS + 125_500, Date=format_datetime(DATE, usegmt=True))

    assert read.retry_after == 125.5
    assert banned(DATE_MS + 125_500, Date=format_datetime(DATE, usegmt=True), **{"Retry-After": "7"}).retry_after == 7


@pytest.mark.parametrize(
    ("until", "date"),
    [
        (DATE_MS + 60_000, None),
        (DATE_MS + 60_000, "yesterday"),
        (DATE_MS + 60_000, "Tue, 99 Nov 2026 10:00:00 GMT"),
        (DATE_MS + 60_000, "Tue, 24 Nov 99999999999999999999 10:00:00 GMT"),
        (DATE_MS - 1, "Tue, 24 Nov 2026 10:00:00 GMT"),
        (9_999_999_999_999, "Tue, 24 Nov 2026 10:00:00 GMT"),
        ("tomorrow", "Tue, 24 Nov 2026 10:00:00 GMT"),
        ("٣" * 13, "Tue, 24 Nov 2026 10:00:00 GMT"),
    ],
)
def test_a_ban_whose_rest_cannot_be_told_lasts_as_long_as_the_shortest(until: object, date: str | None) -> None:
    assert banned(until, **({"Date": date} if date else {})).retry_after == 120


@given(st.text())
def test_no_date_of_the_exchange_breaks_the_reading(date: str) -> None:
    wait = banned(DATE_MS + 60_000, Date=date).retry_after

    assert wait is not None
    assert 0 <= wait < 1_000_000


def test_a_ban_in_the_text_of_another_class_is_not_listened_to() -> None:
    text = f"IP banned until {DATE_MS + 60_000}."

    assert answer(-2010, text, Date=format_datetime(DATE, usegmt=True)).retry_after is None


def test_the_pages_are_what_the_tables_make() -> None:
    assert errors_page.pages() == PAGES, "run `make pages`"
    assert set(errors_page.PAGES.iterdir()) == set(PAGES) - {errors_page.INDEX}


def test_the_index_leads_to_the_page_of_every_venue() -> None:
    index = PAGES[errors_page.INDEX]

    assert [name for name in GUIDES if f"(errors/{name}.md)" not in index] == []
    assert set(name_venues(registry.ENTRIES)) == set(GUIDES)


@pytest.mark.parametrize("market", registry.ENTRIES)
def test_the_table_on_a_page_is_the_one_that_classifies(market: str) -> None:
    inspection, [venue] = registry.inspect_venue(market), name_venues([market])

    assert inspection is not None
    assert inspection.load_table() is GUIDES[venue].load_table()


@pytest.mark.parametrize("venue", GUIDES)
def test_a_page_names_every_code_text_and_status_of_its_table_once(venue: str) -> None:
    table = TABLES[venue]
    rows = [row for row in ROWS[venue] if row[3:]]
    texts = [*table.texts, *(text for _, text in (*table.status_texts, *table.status_parts)), *table.fragments]
    statuses = {str(status) for status in (*table.statuses, *table.codeless_statuses) if status < 500} | {"500 to 599"}
    # Only the name of a code is in quotes: 429 is a status, and a code of Bybit as well.
    numbers = [(row[0], row[1].startswith("`")) for row in rows if re.fullmatch("-?[0-9]+|500 to 599", row[0])]

    assert sorted(number for number, is_code in numbers if is_code) == sorted(table.codes)
    assert sorted(row[0].strip("` ") for row in rows if row[0].startswith("``")) == sorted(texts)
    assert sorted(number for number, is_code in numbers if not is_code) == sorted(statuses)


def test_the_index_names_every_class() -> None:
    assert {row[0] for row in ROWS["errors"]} >= {f"`{meaning}`" for meaning in Meaning}
    assert set(errors_page.SYSTEM) == set(Meaning)


def test_every_code_of_the_guide_is_marked_and_where_it_is_wrong_the_page_says_so() -> None:
    marked = {int(row[0]): row[5] for row in SPOT_ROWS if row[5:] and row[0].startswith("-") and row[5]}
    remarks = {row[0] for row in SPOT_ROWS if len(row) == 3 and row[0].startswith("-")}

    assert set(marked) == set(GUIDE)
    assert {str(code) for code, mark in marked.items() if "wrong" in mark} == remarks
    assert {"-1013", "-1021", "-2018", "-2019", "-2021"} <= remarks


@pytest.mark.parametrize("row", [row for rows in ROWS.values() for row in rows], ids=lambda row: row[0])
def test_no_cell_breaks_its_table(row: list[str]) -> None:
    assert len(row) in (2, 3, 4, 5, 6)
    assert all(cell.count("`") % 2 == 0 for cell in row)
