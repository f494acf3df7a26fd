"""What is looked at before an order is sent: the prices that its rules need, and what it was when it is amended."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orderexec.domain.instruments import Instrument, NotionalRule, PriceBand, Range
from orderexec.domain.lifecycle import State
from orderexec.domain.orders import Order
from orderexec.domain.requests import Amend
from orderexec.domain.row import Row
from orderexec.domain.signals import Signal
from orderexec.ports import Ports
from orderexec.usecases.prepare_amend import prepare_amend
from orderexec.usecases.prepare_order import prepare_order
from orderexec.usecases.prepared import Prepared, Ready, Refused, Task
from tests.doubles.board import MemoryBoard
from tests.doubles.dead_letters import MemoryDeadLetters
from tests.doubles.exchange import FakeExchange
from tests.doubles.ledger import MemoryLedger
from tests.doubles.metered import own_traffic
from tests.doubles.risk import MemoryLimits
from tests.doubles.secrets import MemorySecrets
from tests.doubles.venue import FakeRules, FakeVenue
from tests.doubles.virtual_time import VirtualTime
from tests.unit.domain.requested import symbol
from tests.unit.examples import NOW, order, signal
from tests.unit.venues.binance.scripted_venue import KEY

TIGHT = (Decimal("0.9"), Decimal("1.1"))
BAND = PriceBand("PERCENT_PRICE", TIGHT, TIGHT)
MINIMUM = NotionalRule("NOTIONAL", Decimal(5), minimum_for_market=True)


def task(requested: Signal, rules: Instrument) -> Task:
    time = VirtualTime()
    exchange = FakeExchange(time)
    exchange.instruments["BTCUSDT"], exchange.prices["BTCUSDT"] = rules, Decimal(60000)
    venue = FakeVenue(exchange, FakeRules(exchange), own_traffic("binance-spot", time.clock()))
    row = _row(requested, State.WAITING)
    ports = Ports(
        ledger=MemoryLedger(),
        venues={"binance-spot": venue},
        secrets=MemorySecrets(),
        board=MemoryBoard(time.clock()),
        limits=MemoryLimits(),
        dead_letters=MemoryDeadLetters(),
        clock=time.clock(),
        randomness=time.randomness(),
    )
    return Task(requested, row, venue, ports)


def _row(requested: Signal, state: State, request: Order | None = None) -> Row:
    return Row(
        identity=requested.identity,
        content="c",
        state=state,
        token="t",
        issued_at=NOW,
        expires_at=NOW,
        updated_at=NOW,
        request=request,
    )


BRACKET: dict[str, Any] = {"type": "LIMIT", "price": "60000", "stop_loss": "54000"}
TRAILING: dict[str, Any] = {"type": "LIMIT", "price": "60000", "take_profit": {"trailing_delta": 10}}


@pytest.mark.parametrize(
    ("requested", "words"),
    [
        (signal(type="LIMIT", price="70000"), "outside PERCENT_PRICE's band"),
        (signal(quantity="0.00001"), "the order is worth 0.6, below"),
        (signal(**BRACKET, take_profit="70000"), "take_profit: price 70000 lies outside"),
        (signal(**TRAILING, quantity="0.0000835"), "take_profit: the order is worth"),
        (
            signal(type="OCO", side="SELL", take_profit="59000", stop_loss="54000"),
            "must lie above 60000, the price expected",
        ),
    ],
)
def test_a_price_of_the_market_is_known_where_a_rule_needs_it(requested: Signal, words: str) -> None:
    rules = symbol(notional=(MINIMUM,)) if "worth" in words else symbol(bands=(BAND,))

    refusal = prepare_order(task(requested, rules), KEY, None)

    assert isinstance(refusal, Refused), refusal
    assert words in refusal.detail


def amended(old: Order, quantity: str) -> Prepared:
    target = _row(signal(id="the-old-one"), State.ACCEPTED, old)
    requested = signal(action="amend", target="the-old-one", quantity=quantity, side=None)
    return prepare_amend(replace(task(requested, symbol(lot=Range(Decimal("0.1")))), target=target), KEY, None)


@pytest.mark.parametrize(("quantity", "reduced"), [("0.85", "0.8"), ("0.25", "0.2")])
def test_an_iceberg_order_can_be_reduced_below_what_it_shows(quantity: str, reduced: str) -> None:
    iceberg = order(type="LIMIT", price=Decimal(60000), quantity=Decimal(1), iceberg_quantity=Decimal("0.5"))

    ready = amended(iceberg, quantity)

    assert isinstance(ready, Ready), ready
    assert ready.request == Amend(symbol="BTCUSDT", client_order_id=iceberg.client_order_id, quantity=Decimal(reduced))
