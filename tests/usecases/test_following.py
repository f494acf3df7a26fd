"""What becomes of an order that rests: seen by the minute run and by the signal's own message, and never guessed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.controls import name_ban
from orderexec.domain.following import EARLY_LOOKS, GIVE_UP_AFTER_MS, TELL_AFTER_MS, is_resting
from orderexec.domain.lifecycle import State
from orderexec.domain.looks import Following, Looked, NotLooked
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.row import Row
from orderexec.domain.unreadable import Unreadable
from orderexec.domain.verdicts import Done
from orderexec.usecases.follow_group import SPENT
from tests.doubles.board import MemoryBoard
from tests.doubles.exchange import FakeExchange
from tests.doubles.secrets import KEY, ROTATED_KEY
from tests.usecases.scene import Scene

LIMIT = {"type": "LIMIT", "price": "60000"}
BUSY = Failure(Meaning.UNKNOWN, None, "HTTP 503")
NO_SUCH_ORDER = Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")


def place(scene: Scene, signal_id: str = "signal-1") -> Row:
    """A limit order that rests."""
    verdict = scene.deliver(scene.message(id=signal_id, **LIMIT))
    assert isinstance(verdict, Done)
    assert is_resting(verdict.row)
    return verdict.row


def change(scene: Scene, number: int = 0, **changes: object) -> OrderReport:
    """What becomes of an order at the exchange, without a word to anybody."""
    held = scene.orders[number]
    held.report = replace(held.report, **changes)  # type: ignore[arg-type]
    held.open = held.report.open
    return held.report


def add_symbols(scene: Scene, names: list[str]) -> None:
    for name in names:
        scene.exchange.instruments[name] = replace(scene.exchange.instruments["BTCUSDT"], symbol=name)
        scene.exchange.prices[name] = Decimal(65_000)


def fill(scene: Scene, number: int = 0) -> OrderReport:
    return change(scene, number, status="FILLED", executed_quantity=Decimal("0.01"), average_price=Decimal(60_000))


def test_a_fill_is_seen_by_the_next_run_and_the_order_is_followed_no_more() -> None:
    scene = Scene()
    place(scene)
    filled = fill(scene)

    scene.follow()

    assert (scene.row.state, scene.row.report) == (State.ACCEPTED, filled)
    assert list(scene.ledger.find_resting()) == []
    assert scene.follow() == []


def test_a_run_that_sees_nothing_new_writes_nothing() -> None:
    scene = Scene()
    place(scene)
    writes = len(scene.ledger.history)

    assert [type(result) for result in scene.follow()] == [Looked]
    assert len(scene.ledger.history) == writes


def test_one_list_is_asked_for_where_several_orders_rest_and_only_what_it_lacks_is_looked_up() -> None:
    scene = Scene()
    for number in range(5):
        place(scene, f"signal-{number}")
    fill(scene, 2)
    looked_up = len(scene.exchange.lookups)

    (looked,) = scene.follow()

    assert [after.identity.id for _, after in looked.changed] == ["signal-2"]
    assert len(scene.exchange.lookups) == looked_up + 1


def test_a_list_that_lags_moves_no_order_back() -> None:
    scene = Scene()
    for number in range(3):
        place(scene, f"signal-{number}")
    seen = change(scene, 0, status="PARTIALLY_FILLED", executed_quantity=Decimal("0.004"))
    scene.follow()
    change(scene, 0, status="NEW", executed_quantity=Decimal(0))

    scene.follow()

    assert scene.ledger.rows["main/binance-spot/signal-0"].report == seen


def test_an_order_that_the_exchange_does_not_show_is_never_guessed_to_have_ended() -> None:
    scene = Scene()
    place(scene)
    row = scene.row
    del scene.orders[:]

    scene.follow()
    assert (scene.row.report, scene.row.detail) == (row.report, None)
    scene.time.advance(TELL_AFTER_MS)
    scene.follow()
    assert scene.row.report == row.report
    assert scene.row.detail is not None
    assert "does not show its order" in scene.row.detail

    scene.time.advance(GIVE_UP_AFTER_MS)
    scene.follow()
    assert (scene.row.state, scene.row.report, scene.row.lost) == (State.ACCEPTED, row.report, True)
    assert list(scene.ledger.find_resting()) == []


def test_fewer_fills_than_before_are_told_and_not_taken_in() -> None:
    scene = Scene()
    place(scene)
    seen = change(scene, status="PARTIALLY_FILLED", executed_quantity=Decimal("0.004"))
    scene.follow()
    change(scene, executed_quantity=Decimal("0.003"))

    scene.follow()
    scene.time.advance(TELL_AFTER_MS)
    scene.follow()

    assert scene.row.report == seen
    assert scene.row.detail is not None
    assert "0.003 executed; before: PARTIALLY_FILLED, 0.004 executed" in scene.row.detail


def test_a_look_that_fails_changes_nothing_and_is_told() -> None:
    scene = Scene()
    row = place(scene)
    scene.exchange.lookup_answers.append(BUSY)

    (result,) = scene.follow()

    assert isinstance(result, NotLooked)
    assert (result.why, result.waits) == ("HTTP 503", False)
    assert scene.row == row


def test_a_list_that_fails_sets_off_no_lookups() -> None:
    scene = Scene()
    for number in range(5):
        place(scene, f"signal-{number}")
    asked = len(scene.exchange.lookups)
    scene.exchange.lookup_answers.append(BUSY)

    (result,) = scene.follow()

    assert isinstance(result, NotLooked)
    assert (result.why, result.waits, result.changed) == ("HTTP 503", False, ())
    assert len(scene.exchange.lookups) == asked


def test_how_long_an_order_was_not_seen_is_measured_from_the_last_look_that_saw_it() -> None:
    scene = Scene()
    place(scene)
    follower = scene.follower()
    first = follower.begin(scene.time.now() + 60_000)
    list(first.work())
    assert first.measure() == Following(1, 0)

    for minutes in (1, 2):
        scene.time.advance(60_000)
        scene.exchange.lookup_answers.append(BUSY)
        run = follower.begin(scene.time.now() + 60_000)
        list(run.work())
        assert 60_000 * minutes <= run.measure().unseen_ms < 60_000 * minutes + 1_000

    list(follower.begin(scene.time.now() + 60_000).work())
    assert follower.begin(scene.time.now() + 60_000).measure().unseen_ms == 0
    fill(scene)
    list(follower.begin(scene.time.now() + 60_000).work())
    follower.begin(scene.time.now() + 60_000)
    assert (follower.memory.asked_at, follower.memory.seen_at) == ({}, {})


def test_a_store_that_fails_with_one_symbol_keeps_no_other_from_being_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    add_symbols(scene, ["ETHUSDT"])
    place(scene)
    scene.deliver(scene.message(id="other", symbol="ETHUSDT", **LIMIT))
    fill(scene, 0)
    fill(scene, 1)
    write = scene.ledger.write

    def fail_with_one(row: Row, *, over: Row) -> None:
        if row.identity.id == "signal-1":
            raise ConnectionError("the store is gone")
        write(row, over=over)

    monkeypatch.setattr(scene.ledger, "write", fail_with_one)

    assert sorted(type(result).__name__ for result in scene.follow()) == ["LookFailed", "Looked"]
    assert not is_resting(scene.ledger.rows["main/binance-spot/other"])


def test_accounts_take_turns_symbol_by_symbol() -> None:
    scene = Scene()
    scene.secrets.stored["second"] = KEY
    symbols = [f"COIN{number}USDT" for number in range(6)]
    add_symbols(scene, symbols)
    for symbol in symbols:
        scene.deliver(scene.message(id=symbol, symbol=symbol, **LIMIT))
    scene.deliver(scene.message(id="other", account="second", **LIMIT))
    follower = replace(scene.follower(), share=0.002)  # three lookups a run

    looked = [result.group.key.account for result in scene.follow(follower) if isinstance(result, Looked)]

    assert looked == ["main", "second", "main"]


def test_nothing_is_asked_under_a_ban() -> None:
    scene = Scene()
    place(scene)
    fill(scene)
    asked = len(scene.exchange.lookups)
    board = MemoryBoard(scene.time.clock(), scene.controls)
    board.close_gate(name_ban("binance-spot"), scene.time.now() + 60_000, "banned")

    (result,) = scene.follow()

    assert isinstance(result, NotLooked)
    assert result.waits
    assert len(scene.exchange.lookups) == asked


def test_an_account_whose_key_is_another_account_s_now_is_told_and_its_order_is_not_called_gone() -> None:
    scene = Scene()
    row = place(scene)
    scene.elsewhere[ROTATED_KEY] = FakeExchange(scene.time, keys={ROTATED_KEY})
    scene.secrets.stored["main"] = ROTATED_KEY
    scene.secrets.get_credentials("main", refetch=True)

    (result,) = scene.follow()

    assert isinstance(result, NotLooked)
    assert result.why.startswith("the key of this account was replaced since the request was signed")
    assert not result.waits
    assert scene.row == row


def test_an_account_whose_key_is_gone_is_told() -> None:
    scene = Scene()
    row = place(scene)
    del scene.secrets.stored["main"]

    (result,) = scene.follow()

    assert isinstance(result, NotLooked)
    assert result.why == "there is no key of main"
    assert scene.row == row


def test_no_account_takes_another_one_s_looks() -> None:
    scene = Scene()
    scene.secrets.stored["second"] = KEY
    for number in range(40):
        place(scene, f"signal-{number}")
    scene.deliver(scene.message(id="other", account="second", **LIMIT))
    assert is_resting(scene.ledger.rows["second/binance-spot/other"])
    follower = replace(scene.follower(), share=0.002)  # of 6,000: a list and two lookups
    for held in scene.orders:
        held.report = replace(held.report, status="CANCELED")
        held.open = False

    runs = 0
    while is_resting(scene.ledger.rows["second/binance-spot/other"]):
        scene.follow(follower)
        scene.time.advance(60_000)
        runs += 1

    assert runs <= 2


def test_the_oldest_look_comes_first_when_not_all_can_be_looked_at() -> None:
    scene = Scene()
    symbols = [f"COIN{number}USDT" for number in range(6)]
    add_symbols(scene, symbols)
    for symbol in symbols:
        scene.deliver(scene.message(id=symbol, symbol=symbol, **LIMIT))
    follower = replace(scene.follower(), share=0.002)  # three lookups a run

    looked = []
    for _ in range(2):
        looked += [result.group.key.symbol for result in scene.follow(follower) if isinstance(result, Looked)]
        scene.time.advance(60_000)

    assert sorted(looked) == symbols


def test_a_look_that_is_under_way_asks_nothing_after_the_time_of_the_run() -> None:
    scene = Scene()
    for number in range(5):
        place(scene, f"signal-{number}")
    for number in range(5):
        change(scene, number, status="CANCELED")
    asked = len(scene.exchange.lookups)

    (result,) = scene.follower().begin(scene.time.now() + 12).work()  # a request takes 5 ms

    assert isinstance(result, NotLooked)
    assert (result.why, result.waits) == (SPENT, True)
    assert len(scene.exchange.lookups) == asked + 2
    assert [after.identity.id for _, after in result.changed] == ["signal-0", "signal-1"]


def test_a_row_of_a_venue_that_is_not_traded_at_any_more_is_told() -> None:
    scene = Scene()
    row = place(scene)
    gone = replace(row, identity=replace(row.identity, venue="binance-usdm"), token="of before")
    scene.ledger.rows[gone.identity.key] = gone

    run = scene.follower().begin(scene.time.now() + 60_000)

    assert [type(result) for result in run.work()] == [Looked]
    assert run.untold == (Unreadable(gone.identity.key, "this stack does not trade at binance-usdm"),)


@pytest.mark.parametrize(("fields", "repeated"), [({}, False), (LIMIT, True)])
def test_a_later_delivery_tells_of_the_acceptance_where_no_look_was_to_come(
    fields: dict[str, str], repeated: bool
) -> None:
    """The first one may have died before it told. An order that rests brings its message back by itself."""
    scene = Scene()
    message = scene.message(**fields)
    scene.deliver(message)

    for waited in (1.0, 90.0):
        scene.wait(waited)
        verdict = scene.deliver(replace(message, receive_count=2))
        assert isinstance(verdict, Done)
        assert verdict.repeated is repeated


def test_the_signal_s_own_message_looks_soon_and_ends_with_the_order() -> None:
    scene = Scene()
    message = scene.message(**LIMIT)
    first = scene.deliver(message)
    assert isinstance(first, Done)
    assert first.look_in == EARLY_LOOKS[0]
    scene.wait(first.look_in)

    second = scene.deliver(replace(message, receive_count=2))
    assert isinstance(second, Done)
    assert second.look_in == pytest.approx(EARLY_LOOKS[1] - EARLY_LOOKS[0], abs=0.01)  # the look itself took a moment
    scene.wait(second.look_in or 0)
    filled = fill(scene)

    third = scene.deliver(replace(message, receive_count=3))
    assert isinstance(third, Done)
    assert (third.look_in, third.row.report, third.repeated) == (None, filled, True)
    assert len(scene.exchange.requests) == 1


def test_a_copy_of_an_accepted_signal_asks_the_exchange_nothing() -> None:
    scene = Scene()
    place(scene)
    asked = len(scene.exchange.lookups)

    verdict = scene.deliver(scene.message("message-2", **LIMIT))

    assert isinstance(verdict, Done)
    assert (verdict.repeated, verdict.look_in) == (True, None)
    assert len(scene.exchange.lookups) == asked


def test_a_market_order_that_filled_comes_back_for_no_look() -> None:
    scene = Scene()

    verdict = scene.deliver(scene.message())

    assert isinstance(verdict, Done)
    assert verdict.look_in is None


@pytest.mark.parametrize("writes", [1, 2])
def test_who_writes_the_row_meanwhile_loses_no_news(writes: int) -> None:
    scene = Scene()
    place(scene)
    filled = fill(scene)
    run = scene.follower().begin(scene.time.now() + 60_000)
    for number in range(writes):  # an audit, for instance, has written since the index was read
        row = scene.row
        scene.ledger.write(row.note_finding(f"finding {number}", token=f"other {number}"), over=row)

    list(run.work())

    assert (scene.row.report, scene.row.detail) == (filled, f"finding {writes - 1}")


@pytest.mark.parametrize(("orders", "symbols"), [(10, 1), (100, 1), (1_000, 5), (1_000, 20)])
def test_a_minute_costs_a_list_for_each_symbol_however_many_orders_rest(orders: int, symbols: int) -> None:
    """As docs/following.md says; Binance Spot allows 200 open orders of a symbol."""
    scene = Scene()
    names = [f"COIN{number}USDT" for number in range(symbols)]
    add_symbols(scene, names)
    for number in range(orders):
        scene.deliver(scene.message(id=str(number), symbol=names[number % symbols], quantity="0.001", **LIMIT))
    run = scene.follower().begin(scene.time.now() + 60_000)
    before = dict(run.left)

    results = list(run.work())

    spent = [before[pool] - left for pool, left in run.left.items()]
    assert spent == [6 * symbols]
    assert [type(result) for result in results] == [Looked] * symbols
