"""Signals that other signals make: names that nobody else has, bodies that the parser takes, and when an order ends."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.domain.messages import Mark, Message
from orderexec.domain.outcomes import Accepted
from orderexec.domain.parts import get_end, make_cancel_before, make_end, must_end, name_part
from orderexec.domain.products import PRODUCTS
from orderexec.domain.row import Row, make_row
from orderexec.domain.signals import Identity, Signal
from tests.unit.examples import NOW, order, parse, report

IDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=128)
MESSAGE = Message(id="message-1", body="", sent_at=NOW)


def close(market: str = "binance-spot", **fields: object) -> Signal:
    venue, _, product = market.partition("/")
    named = {"venue": venue} | ({"product": product} if product else {})
    read = parse({"id": "c", "action": "close", "symbol": "BTCUSDT", "cancel_orders": True} | named | fields)
    assert isinstance(read, Signal), read
    return read


def resting(**changes: Any) -> Row:
    """An order that was accepted at NOW and may rest for a minute."""
    sent = make_row(parse({"symbol": "BTCUSDT", "side": "BUY", "quantity": 1}), NOW).claim(
        order(quantity=Decimal(1)), signed_at=NOW, fence=NOW, token="a", now=NOW
    )
    accepted = sent.accept(Accepted(report(status="NEW", created_at=NOW)), token="b", now=NOW)
    return replace(accepted, cancel_after=60_000, **changes)


@given(IDS, IDS, st.sampled_from(["orders", "ends"]))
def test_a_parts_id_is_short_enough_and_its_own(one: str, other: str, part: str) -> None:
    whole = Identity(id=one)
    name = name_part(whole, part)

    assert name == name_part(whole, part)
    assert len(name.id) <= 128
    assert name.id.isprintable() == one.isprintable()
    assert name != whole
    assert (name == name_part(Identity(id=other), part)) == (one == other)
    assert len({name, name_part(whole, part, "again"), name_part(whole, "else"), replace(name, account="b")}) == 4


def test_ids_that_begin_alike_have_parts_of_their_own() -> None:
    parts = {name_part(Identity(id="x" * 127 + end), "orders").id for end in "ab"}

    assert len(parts) == 2


def test_the_same_id_at_another_account_has_another_part() -> None:
    digests = {name_part(Identity(account=account, id="c"), "orders").id for account in ("main", "other")}

    assert len(digests) == 2


@pytest.mark.parametrize("market", PRODUCTS)
def test_before_a_close_all_orders_of_its_symbol_are_cancelled(market: str) -> None:
    whole = close(market, strategy="trend")
    part = make_cancel_before(whole, MESSAGE)

    assert (part.action, part.target, part.symbol, part.market) == ("cancel", None, "BTCUSDT", market)
    assert (part.part_of, part.strategy) == ("c", "trend")
    assert (part.issued_at, part.expires_at) == (whole.issued_at, whole.expires_at)
    read_again = parse(part.body)
    assert isinstance(read_again, Signal)
    assert (read_again.identity, read_again.content) == (part.identity, part.content)


def test_the_margin_account_of_the_close_is_the_cancellations() -> None:
    assert make_cancel_before(close("binance-margin", margin_mode="isolated"), MESSAGE).margin_mode == "isolated"


def test_a_redriven_close_cancels_anew_once_for_each_death() -> None:
    def redriven(death: str) -> str:
        mark = Mark(death=death, signal_id="c", issued_at=NOW)
        return make_cancel_before(close(), replace(MESSAGE, mark=mark)).identity.id

    assert redriven("a") == redriven("a")
    assert len({redriven("a"), redriven("b"), make_cancel_before(close(), MESSAGE).identity.id}) == 3


def test_an_order_ends_when_its_time_by_the_exchanges_clock_is_over() -> None:
    row = resting()

    assert get_end(row) == NOW + 60_000
    assert [must_end(row, NOW + 59_999), must_end(row, NOW + 60_000)] == [False, True]
    assert not must_end(replace(row, cancel_after=None), NOW + 10**9)
    assert not must_end(replace(row, lost=True), NOW + 10**9)


def test_what_has_ended_does_not_end_again() -> None:
    assert not must_end(resting(report=report(status="FILLED", created_at=NOW)), NOW + 10**9)


def test_the_cancellation_by_which_it_ends_is_as_a_producer_would_write_it() -> None:
    part = make_end(resting())

    assert (part.action, part.target, part.symbol) == ("cancel", resting().identity.id, "BTCUSDT")
    assert part.issued_at == NOW + 60_000
    assert part.expires_at == NOW + 60_000 + 86_400_000
    assert part.because == f"signal {resting().identity.id!r} said that its order ends 60 s after it came"


def test_a_row_of_a_part_has_no_letter_and_cannot_be_revived() -> None:
    row = make_row(make_cancel_before(close(), MESSAGE), NOW)
    dead = row.die("EXPIRED", "too old", code=None, message_id="m", token="t", now=NOW)  # type: ignore[arg-type]

    assert (dead.letter_sent, dead.mark, dead.due) == (True, None, None)
