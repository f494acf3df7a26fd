"""When an older price will do: where no price within the factor would decide otherwise, and nowhere else."""

from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.instruments import Instrument, NotionalRule
from orderexec.domain.limits import Limits
from orderexec.domain.signals import Signal
from orderexec.ports import Snapshot
from orderexec.usecases.market_facts import (
    AVERAGE_LIFETIME_MS,
    OLDER_AVERAGE_LIFETIME_MS,
    OLDER_AVERAGE_SPREAD,
)
from orderexec.usecases.prepare_order import prepare_order
from orderexec.usecases.prepared import Prepared, Ready, Refused, Task
from tests.doubles.venue import FakeVenue
from tests.unit.domain.requested import symbol
from tests.unit.examples import signal
from tests.unit.venues.binance.scripted_venue import KEY
from tests.usecases.test_fresh_rules import BAND, task

PRICE = Decimal(60_000)
LEAST, MOST = Decimal(6), Decimal(60_000)
BOTH_ENDS = NotionalRule("NOTIONAL", LEAST, MOST, minimum_for_market=True, maximum_for_market=True)
SMALLEST_FAR_ENOUGH = "0.0004"  # worth 24, four times the least
LARGEST_FAR_ENOUGH = "0.25"  # worth 15,000, a quarter of the most


def known_since(
    requested: Signal, age_ms: int, rules: Instrument | None = None, *, limits: Limits | None = None
) -> Task:
    """The task of a container that fetched the average price, 60,000, so long ago."""
    given = task(requested, rules or symbol(notional=(BOTH_ENDS,)))
    given.venue.rules.get_market_price("BTCUSDT", not_before=0)
    given.venue.exchange.time.advance(age_ms)  # type: ignore[attr-defined]
    if limits:
        given.ports.limits.by_account["main"] = limits  # type: ignore[attr-defined]
    return given


def prepare(given: Task, price_now: Decimal = PRICE, **arguments: Any) -> tuple[Prepared, bool]:
    """What becomes of the signal, now that the price is another one, and whether a price was fetched for it."""
    assert isinstance(given.venue, FakeVenue)
    given.venue.exchange.prices["BTCUSDT"] = price_now
    before = given.venue.rules.get_market_price("BTCUSDT", not_before=0)
    prepared = prepare_order(given, KEY, arguments.get("rules_since"))
    return prepared, given.venue.rules.get_market_price("BTCUSDT", not_before=0) != before


@pytest.mark.parametrize("quantity", [SMALLEST_FAR_ENOUGH, "0.01", LARGEST_FAR_ENOUGH])
@pytest.mark.parametrize("age_ms", [AVERAGE_LIFETIME_MS + 1, OLDER_AVERAGE_LIFETIME_MS])
def test_an_order_far_from_both_limits_is_placed_on_an_older_price(quantity: str, age_ms: int) -> None:
    prepared, fetched = prepare(known_since(signal(quantity=quantity), age_ms))

    assert isinstance(prepared, Ready), prepared
    assert not fetched


@pytest.mark.parametrize("quantity", ["0.00039999", "0.25000001"])
def test_an_order_nearer_to_a_limit_is_placed_on_a_fresh_price_only(quantity: str) -> None:
    prepared, fetched = prepare(known_since(signal(quantity=quantity), AVERAGE_LIFETIME_MS + 1))

    assert isinstance(prepared, Ready), prepared
    assert fetched


@pytest.mark.parametrize(
    ("quantity", "price_now", "words"),
    [("0.00039999", PRICE / 4, "below NOTIONAL's minimum 6"), ("0.25000001", PRICE * 4, "above NOTIONAL's maximum")],
)
def test_an_order_that_the_price_of_now_forbids_is_refused(quantity: str, price_now: Decimal, words: str) -> None:
    prepared, _ = prepare(known_since(signal(quantity=quantity), AVERAGE_LIFETIME_MS + 1), price_now)

    assert isinstance(prepared, Refused), prepared
    assert words in prepared.detail


@pytest.mark.parametrize(("quantity", "factor"), [(SMALLEST_FAR_ENOUGH, "0.25"), (LARGEST_FAR_ENOUGH, "4")])
def test_an_order_that_an_older_price_allows_is_allowed_at_the_ends_of_the_factor(quantity: str, factor: str) -> None:
    """So it would have been placed on the price of now as well, as long as that has moved by no more."""
    prepared, fetched = prepare(known_since(signal(quantity=quantity), 0), PRICE * Decimal(factor))
    fresh, _ = prepare(task(signal(quantity=quantity), symbol(notional=(BOTH_ENDS,))), PRICE * Decimal(factor))

    assert isinstance(prepared, Ready)
    assert not fetched
    assert isinstance(fresh, Ready)
    assert prepared.request == fresh.request
    assert OLDER_AVERAGE_SPREAD == 4


def test_a_price_of_more_than_a_day_ago_is_fetched_anew() -> None:
    _, fetched = prepare(known_since(signal(quantity="0.01"), OLDER_AVERAGE_LIFETIME_MS + 1))

    assert fetched


def test_after_a_refusal_of_the_exchange_nothing_older_will_do() -> None:
    given = known_since(signal(quantity="0.01"), AVERAGE_LIFETIME_MS + 1)

    _, fetched = prepare(given, rules_since=given.ports.clock.now())

    assert fetched


BRACKET = {"type": "LIMIT", "price": "60000", "take_profit": "61000", "stop_loss": "59000"}
OCO = {"type": "OCO", "side": "SELL", "take_profit": "61000", "stop_loss": "59000"}


@pytest.mark.parametrize("fields", [{"type": "LIMIT", "price": "60000"}, BRACKET, OCO], ids=["limit", "bracket", "oco"])
def test_a_price_band_is_measured_at_a_fresh_price(fields: dict[str, Any]) -> None:
    requested = signal(quantity="0.01", **fields)

    _, fetched = prepare(known_since(requested, AVERAGE_LIFETIME_MS + 1, symbol(bands=(BAND,))))

    assert fetched


def test_a_market_order_that_becomes_a_limit_order_meets_the_band_at_a_fresh_price() -> None:
    rules = symbol(bands=(BAND,), notional=(BOTH_ENDS,))
    given = known_since(
        signal(quantity="0.01"), AVERAGE_LIFETIME_MS + 1, rules, limits=Limits(max_slippage_percent=Decimal(1))
    )

    _, fetched = prepare(given)

    assert fetched


def test_a_limit_of_ones_own_is_measured_at_a_fresh_price() -> None:
    rules = symbol(notional=(BOTH_ENDS,), quote_asset="USDT")
    limits = Limits(max_order_notional={"USDT": Decimal(601)})
    given = known_since(signal(quantity="0.01"), AVERAGE_LIFETIME_MS + 1, rules, limits=limits)

    prepared, _ = prepare(given, PRICE + 200)

    assert isinstance(prepared, Refused), prepared
    assert "602" in prepared.detail


def test_an_older_price_serves_while_a_newer_one_cannot_be_had_as_it_always_did() -> None:
    given = known_since(signal(quantity="0.0002"), AVERAGE_LIFETIME_MS + 1)  # worth 12: near the least, yet above
    assert isinstance(given.venue, FakeVenue)
    assert isinstance(given.venue.rules.get_instrument("BTCUSDT", not_before=0), Snapshot)
    given.venue.exchange.rules_reachable = False

    prepared, fetched = prepare(given)

    assert isinstance(prepared, Ready), prepared
    assert not fetched
