"""`explain`: every answer that a table of errors holds is explained by its code, its status, or its words."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from orderctl.commands.explain import find
from orderexec.domain.products import VENUES, list_markets
from orderexec.venues.classifier import Table
from orderexec.venues.registry import inspect_venue
from tests.orderctl.conftest import Ctl, parse_answer

DATA = Path(__file__).resolve().parents[1] / "data"


def load_table(venue: str) -> Table:
    inspection = inspect_venue(list_markets(venue)[0])
    assert inspection is not None
    return inspection.load_table()


@pytest.mark.parametrize("venue", VENUES)
def test_every_code_and_status_of_every_venue_is_found(venue: str) -> None:
    table = load_table(venue)

    for code, known in table.codes.items():
        assert next(find(code, table)) == (f"code {code}", known)
        assert next(find(f" {code} ", table)).known is known
    for statuses in (table.statuses, table.codeless_statuses):
        for status, known in statuses.items():
            assert known in [each.known for each in find(f"HTTP {status}", table)]
    for texts in (table.status_parts, table.status_texts):
        for (status, text), known in texts.items():
            assert known in [each.known for each in find(str(status), table)]
            assert known in [each.known for each in find(text.upper(), table)]
    for text, known in table.texts.items():
        assert known in [each.known for each in find(text, table)]


def test_every_code_of_bybits_page_is_found_also_those_that_come_with_http_200() -> None:
    with (DATA / "bybit_errors.csv").open(newline="") as file:
        codes = {row[0] for row in csv.reader(file) if row and row[0].lstrip("-").isdigit()}

    assert len(codes) >= 349
    assert [code for code in codes if next(find(code, load_table("bybit"))).by != f"code {code}"] == []


def explain(ctl: Ctl, *arguments: str) -> list[dict[str, Any]]:
    result = ctl("explain", *arguments, "--json")
    found: list[dict[str, Any]] = parse_answer(result)["entries"]
    assert (result.exit_code == 0) is bool(found)
    return found


@pytest.mark.parametrize("venue", ["bybit", "bybit/linear"])
def test_a_code_is_explained_as_in_a_letter(ctl: Ctl, venue: str) -> None:
    [told] = explain(ctl, venue, "110007")

    assert told == {
        "found_by": "code 110007",
        "name": "Available balance is insufficient",
        "class": "REJECT",
        "meaning": "the account has too little free money for this order",
        "to_do": "deposit more, or cancel orders that lock some, then redrive it; or publish a corrected signal under "
        "a new id, for a smaller order",
        "remedy": "REDRIVE",
    }


@pytest.mark.parametrize("code", ["-2010", "2010"])
def test_a_code_below_zero_is_no_option_and_needs_no_sign(ctl: Ctl, code: str) -> None:
    assert [each["found_by"] for each in explain(ctl, "binance-spot", code)] == ["code -2010"]


def test_what_a_status_leaves_open_is_told_with_the_words_that_tell_it_apart(ctl: Ctl) -> None:
    words = " ".join(ctl("explain", "bybit", "403").stdout.split())

    assert "HTTP 403: Forbidden request" in words
    assert "HTTP 403 with 'access too frequent'" in words
    assert "is locked out for 10 minutes" in words
    assert "HTTP 403 with 'block access from your country'" in words
    assert [each["class"] for each in explain(ctl, "bybit", "429")] == ["UNKNOWN", "UNKNOWN"]  # a code and a status


def test_words_of_the_exchange_find_it(ctl: Ctl) -> None:
    text = "account has INSUFFICIENT balance"

    assert [each["found_by"] for each in explain(ctl, "binance-spot", text)] == [
        "text 'Account has insufficient balance for requested action.'"
    ]
    assert "code 110072" in [each["found_by"] for each in explain(ctl, "bybit", "OrderLinkedID is duplicate")]


@pytest.mark.parametrize("answer", ["424242", "-424242", "abc", "²", "nothing like this", ""])
def test_what_is_not_listed_leaves_the_order_in_doubt(ctl: Ctl, answer: str) -> None:
    assert explain(ctl, "bybit", answer) == []
    assert "so the order may exist" in " ".join(ctl("explain", "bybit", answer).stdout.split())


def test_an_unknown_venue_is_named_with_those_that_there_are(ctl: Ctl) -> None:
    refused = ctl("explain", "kraken", "1", "--json")

    assert refused.exit_code == 3
    assert "there is no venue kraken" in json.loads(refused.stdout)["error"]["message"]


def test_it_asks_no_stack(ctl: Ctl) -> None:
    assert ctl("explain", "bybit", "10003", stack="there-is-none").exit_code == 0
