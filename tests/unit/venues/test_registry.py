"""Which venues there are, and what is imported when: a venue at its first use, its error table at its first failure."""

import json
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from orderexec.venues import registry
from orderexec.venues.registry import ENTRIES, Venues
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import VirtualTime
from tests.unit.test_architecture import PACKAGE, SOURCES, imports

FOLDERS = sorted(path.parent.name for path in (PACKAGE / "venues").glob("*/__init__.py"))
ROOT = Path(__file__).parents[2]
URLS = {"binance-spot": "https://api.binance.com"}


def imported_by(program: str) -> set[str]:
    """The modules of the product that a fresh interpreter has imported after it ran the program."""
    ending = "import json, sys\nprint(json.dumps([name for name in sys.modules if name.startswith('orderexec')]))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", textwrap.dedent(program) + ending],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{PACKAGE.parent}", "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_starting_the_function_imports_no_venue() -> None:
    modules = imported_by("import orderexec.bootstrap\n")

    assert "orderexec.venues.registry" in modules
    assert {name for name in modules if name.startswith(tuple(f"orderexec.venues.{each}" for each in FOLDERS))} == set()


def test_a_successful_signal_imports_no_table_of_errors() -> None:
    program = """
        from decimal import Decimal
        from orderexec.domain.orders import Order
        from orderexec.domain.outcomes import Accepted
        from orderexec.ports import Snapshot
        from tests.unit.venues.binance.recorded import recorded
        from tests.unit.venues.binance.scripted_venue import KEY, reply, venue

        symbol = recorded("exchange_info")["symbols"][0]
        order = Order(symbol="BTCUSDT", side="BUY", type="MARKET", client_order_id="ours", quantity=Decimal("10"))
        placed = recorded("order_result") | {"clientOrderId": "ours"}
        found = recorded("query_order") | {"clientOrderId": "ours"}
        spot, _ = venue(
            reply([{"symbol": "ETHBTC", "price": "0.03"}]), reply({"symbols": [symbol]}), reply({"price": "0.03"}),
            reply(recorded("account")), reply(placed), reply(found), reply([found]),
        )
        assert isinstance(spot.rules.get_instrument("ETHBTC", not_before=0), Snapshot)
        assert isinstance(spot.rules.get_last_price("ETHBTC", not_before=0), Snapshot)
        assert isinstance(spot.ask_free_balance("BTC", KEY), Decimal)
        assert isinstance(spot.send(order, spot.now(), KEY), Accepted)
        assert isinstance(spot.find(order, KEY), Accepted)
        assert isinstance(spot.list_orders(order, spot.now() - 1_000, KEY), list)
    """
    tables = {"orderexec.venues.binance.error_codes", "orderexec.venues.binance.error_texts"}

    modules = imported_by(program)
    assert modules & tables == set()
    assert {name for name in modules if name.startswith("orderexec.venues.bybit")} == set()  # of Spot alone
    # ... and the first failure does, so that this test can fail.
    failing = """
        from tests.unit.venues.binance.scripted_venue import KEY, error, venue
        venue(error(-2013))[0].ask_free_balance('BTC', KEY)
    """
    assert imported_by(failing) >= tables


def test_a_stack_imports_nothing_of_what_it_does_not_trade() -> None:
    program = """
        from orderexec.venues.registry import build_venue
        from tests.doubles.metered import surroundings
        from tests.doubles.virtual_time import VirtualTime

        build_venue("{}", "https://exchange.test", surroundings(VirtualTime().clock()))
    """
    spot = imported_by(program.format("binance-spot"))
    others = {venue: imported_by(program.format(venue)) for venue in ("binance-usdm", "binance-margin")}

    assert {"orderexec.venues.binance.futures", "orderexec.venues.binance.positions"} <= others["binance-usdm"]
    assert "orderexec.venues.binance.margin" in others["binance-margin"]
    assert not {name for name in spot if name.startswith("orderexec.venues.binance.futures")}
    assert not {name for name in spot if name.startswith("orderexec.venues.binance.margin")}
    assert "orderexec.venues.binance.positions" not in spot
    assert not {name for name in spot.union(*others.values()) if name.startswith("orderexec.venues.bybit")}
    assert "orderexec.venues.bybit.venue" in imported_by(program.format("bybit/spot"))


def test_a_successful_signal_at_bybit_imports_no_table_of_errors() -> None:
    program = """
        from decimal import Decimal
        from orderexec.domain.outcomes import Accepted
        from tests.unit.venues.bybit import scripted_bybit as bybit

        found = bybit.listed(bybit.entry(orderStatus="Filled"))
        at, _ = bybit.venue(bybit.LINEAR, bybit.acknowledged(), found, found, bybit.NOTHING, bybit.NOTHING)
        asked = bybit.order(quantity=Decimal("0.1"))
        assert isinstance(at.send(asked, at.now(), bybit.KEY), Accepted)
        assert isinstance(at.find(asked, bybit.KEY), Accepted)
        assert at.list_orders(asked, at.now(), bybit.KEY) == []
    """
    failing = """
        from tests.unit.venues.bybit import scripted_bybit as bybit
        bybit.venue(bybit.LINEAR, bybit.error(10003))[0].accounts.find_id(bybit.KEY)
    """
    table = "orderexec.venues.bybit.error_codes"

    assert table not in imported_by(program)
    assert table in imported_by(failing)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_venue_imports_another_and_nothing_else_imports_one(folder: str) -> None:
    own = f"orderexec.venues.{folder}"
    importers = {module for module in SOURCES for name in imports(module) if f"{name}.".startswith(f"{own}.")}

    assert {module for module in importers if not f"{module}.".startswith(f"{own}.")} == set()


@pytest.mark.parametrize("name", ENTRIES)
def test_every_venue_of_the_registry_can_be_built(name: str) -> None:
    url = "https://exchange.test"
    venues = Venues({name: url}, surroundings(VirtualTime().clock()))

    assert venues[name] is venues[name]
    assert venues[name].accounts.address == url


def test_the_venues_are_those_that_have_an_address_and_naming_them_builds_none() -> None:
    venues = Venues(URLS, surroundings(VirtualTime().clock()))

    assert (list(venues), len(venues)) == (["binance-spot"], 1)
    assert "binance-spot" in venues
    assert "elsewhere" not in venues
    assert venues.built() == []
    with pytest.raises(KeyError):
        venues["elsewhere"]
    venues.preload()
    assert venues.built() == [venues["binance-spot"]]


def test_threads_that_ask_at_once_get_one_venue(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Any] = []

    def build(name: str, *_: object) -> Any:
        built.append(object())
        return built[-1]

    monkeypatch.setattr(registry, "build_venue", build)
    venues = Venues(URLS, surroundings(VirtualTime().clock()))
    with ThreadPoolExecutor(16) as threads:
        got = list(threads.map(lambda _: venues["binance-spot"], range(64)))

    assert len(built) == 1
    assert all(each is built[0] for each in got)
