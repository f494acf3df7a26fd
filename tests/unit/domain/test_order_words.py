"""The words of orders are the texts that they always were, and one that nobody knows ends nothing."""

import json

import pytest

from orderexec.domain.order_words import ListKind, OrderStatus, Side, TimeInForce
from tests.unit.examples import report

PAIRED, ENTERED, PAYING = {"OCO", "OTOCO", "OPOCO"}, {"OTO", "OTOCO", "OPO", "OPOCO"}, {"OPO", "OPOCO"}


@pytest.mark.parametrize("word", [*Side, *TimeInForce, *OrderStatus, *ListKind])
def test_a_word_is_written_as_the_text_that_it_is(word: str) -> None:
    text = word.encode().decode()

    assert (f"{word}", str(word), json.dumps(word)) == (text, text, f'"{text}"')
    assert {word: 1}[text] == 1


def test_what_a_side_undoes() -> None:
    assert (Side("BUY").opposite, Side("SELL").opposite) == ("SELL", "BUY")


@pytest.mark.parametrize("kind", ListKind)
def test_what_a_list_is_made_of(kind: ListKind) -> None:
    assert kind.has_pair == (kind in PAIRED)
    assert kind.has_entry == (kind in ENTERED)
    assert kind.pays_with_filled == (kind in PAYING)


@pytest.mark.parametrize("status", ["FILLED", "CANCELED", "REJECTED", "EXPIRED", "EXPIRED_IN_MATCH"])
def test_an_order_that_can_trade_no_more_is_closed(status: str) -> None:
    assert not report(status=status).open


@pytest.mark.parametrize("status", ["NEW", "PARTIALLY_FILLED", "PENDING_NEW", "PENDING_CANCEL", "filled", "A NEW WORD"])
def test_any_other_status_is_kept_as_it_is_and_leaves_the_order_open(status: str) -> None:
    assert report(status=status).open
    assert report(status=status).status == status
