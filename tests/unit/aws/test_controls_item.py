"""The board's one item in DynamoDB: what is over is cleared away, and a store that fails never costs an answer."""

import logging
from collections.abc import Callable
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.controls import BoardFull, DynamoControls
from orderexec.aws.controls_item import make_gate_value, make_halt_value
from orderexec.domain.board_room import (
    BYTES_BY_HAND,
    BYTES_OF_ACCOUNTS,
    BYTES_OF_GATES,
    BYTES_OF_NAMES,
    LONGEST_WHY,
    measure_halt,
)
from orderexec.domain.controls import name_ban
from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Cause
from orderexec.domain.refusals import SLOTS
from orderexec.domain.signals import Identity, Signal
from orderexec.usecases.automatic_halts import AutomaticHalts
from tests.doubles.documented_item_size import LARGEST_ITEM, item_size
from tests.doubles.virtual_time import VirtualTime

HOUR_MS = 3_600_000


def read_item(dynamodb: DynamoDBClient) -> dict[str, Any]:
    return cast(dict[str, Any], dynamodb.get_item(TableName="shared", Key={"pk": {"S": "controls"}}).get("Item", {}))


def read_names(dynamodb: DynamoDBClient) -> set[str]:
    return set(read_item(dynamodb)) - {"pk"}


def raise_unreachable(**_: object) -> None:
    raise EndpointConnectionError(endpoint_url="https://dynamodb")


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def controls(dynamodb: DynamoDBClient, time: VirtualTime) -> DynamoControls:
    return DynamoControls(dynamodb, "shared", time.clock())


def make_old_board(counts: int, at: int, **more: Any) -> dict[str, Any]:
    """As an older version left it: a count for each account that a message named."""
    item: dict[str, Any] = {"pk": {"S": "controls"}, **more}
    for number in range(counts):
        item[f"refusals:account/{number:0>64}"] = {"N": "1"}
        item[f"refused_at:account/{number:0>64}"] = {"N": str(at)}
    return item


def fill(
    dynamodb: DynamoDBClient, name: str = "refusals:", value: Callable[[str], Any] = lambda text: {"S": text}
) -> None:
    """With such attributes, by default as an older version leaves them, up to the last bytes that the table takes."""
    item: dict[str, Any] = {"pk": {"S": "controls"}}
    item |= {f"{name}strategy/{number}": value("x" * 10_000) for number in range(40)}
    for size in range(LARGEST_ITEM, 400_000, -25):  # moto draws the line a little earlier than the documentation
        item[f"{name}symbol/x"] = value("")
        item[f"{name}symbol/x"] = value("x" * (size - item_size(item)))
        try:
            dynamodb.put_item(TableName="shared", Item=item)
        except ClientError:
            continue
        return


def test_a_halt_fits_however_much_an_older_version_left(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    fill(dynamodb)

    assert controls.halt("global", "key leaked")

    assert "halt:global" in read_names(dynamodb)
    assert controls.look().find_halt(("global",)) == "halted (global): key leaked"


def test_a_ban_reaches_the_others_however_much_an_older_version_left(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    fill(dynamodb)

    controls.close_gate(name_ban("binance-spot"), time.now() + 60_000, "HTTP 429")

    other = DynamoControls(dynamodb, "shared", time.clock())
    assert other.look().find_closed_gate(time.now(), name_ban("binance-spot")) is not None


def test_a_container_reads_what_an_older_version_left_once_and_no_more(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    halt = {"M": {"since": {"N": "1"}, "why": {"S": "stands since before"}}}
    gate = {"M": {"until": {"N": str(time.now() + 60_000)}, "why": {"S": "429"}}}
    left = {"halt:account/main": halt, "gate:ban/binance-spot": gate}
    dynamodb.put_item(TableName="shared", Item=make_old_board(170, time.now(), **left))

    known = controls.look()

    assert known.find_halt(("account/main",)) == "halted (account/main): stands since before"
    assert known.find_closed_gate(time.now(), name_ban("binance-spot")) is not None
    assert read_names(dynamodb) == set(left)


def test_a_person_who_only_looks_changes_nothing(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    dynamodb.put_item(TableName="shared", Item=make_old_board(30, time.now()))

    controls.read()

    assert len(read_names(dynamodb)) == 60


def test_gates_that_opened_long_ago_do_not_stay(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    for number in range(120):
        controls.close_gate(f"crowd/binance-spot/account-{number}", time.now() + 20_000, "used")
        time.advance(2_000)
        controls.look()

    assert len(read_names(dynamodb)) < 80
    assert set(controls.look().gates) >= {f"crowd/binance-spot/account-{number}" for number in range(112, 120)}


def test_a_gate_that_was_closed_anew_is_not_cleared_away_by_who_has_not_seen_it(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        controls.close_gate(f"pause/binance-spot/account-{number}", time.now() + 1_000, "used")
    time.advance(3_600_000)
    other, tidied = DynamoControls(dynamodb, "shared", time.clock()), controls.client.update_item

    def close_first(**call: Any) -> Any:
        monkeypatch.setattr(controls.client, "update_item", tidied)
        other.close_gate("pause/binance-spot/account-7", time.now() + 5_000, "used again")
        return tidied(**call)

    monkeypatch.setattr(controls.client, "update_item", close_first)
    controls.look()

    assert "gate:pause/binance-spot/account-7" in read_names(dynamodb)
    time.advance(1_000)
    controls.look()
    assert read_names(dynamodb) == {"gate:pause/binance-spot/account-7"}


def test_too_many_gates_at_once_are_kept_by_the_container_that_closed_them(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    for number in range(400):
        controls.close_gate(f"pause/binance-spot/account-{number}", time.now() + 60_000, "used")
    controls.close_gate(name_ban("binance-spot"), time.now() + 60_000, "429")

    assert item_size(read_item(dynamodb)) <= BYTES_OF_GATES + 1_000
    assert "gate:ban/binance-spot" in read_names(dynamodb)
    assert controls.recall().find_closed_gate(time.now(), "pause/binance-spot/account-399") is not None


def test_what_another_version_wrote_takes_nothing_else_with_it(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    halt = {"M": {"since": {"N": "1"}, "why": {"S": "stop"}}}
    strange: dict[str, Any] = {
        "gate:new": {"S": "?"},
        "opened:new": {"M": {}},
        "refused:many": {"M": {"at": {"N": str(time.now())}}},
        "refused:3": {"M": {"at": {"N": str(time.now())}}},
        "halt:account/main": {"L": []},
        "something": {"N": "1"},
        "halt:global": halt,
    }
    dynamodb.put_item(TableName="shared", Item={"pk": {"S": "controls"}, **strange})

    known = controls.look()

    assert known.find_halt(("global",)) == "halted (global): stop"
    assert known.find_halt(("account/main",)) is not None  # in doubt it halts
    assert known.refused == {3: time.now()}
    assert read_names(dynamodb) == set(strange)  # and an older version leaves it alone


def test_counts_are_items_that_the_table_deletes(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    run = "REJECTED/account/main/strategy/" + "ä" * 64
    controls.count_refusal(run)
    controls.forget_refusals(("REJECTED/never counted",))

    for each in (run, "REJECTED/never counted"):
        counted = dynamodb.get_item(TableName="shared", Key={"pk": {"S": f"refusals/{each}"}})["Item"]
        assert time.now() < int(counted["expires"]["N"]) * 1_000 <= time.now() + HOUR_MS + 2_000


SYMBOLS = st.text("ABCDEFGHIJ0123456789", min_size=1, max_size=40)
STRATEGIES = st.none() | st.text(
    st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), min_size=64, max_size=64
)
ACCOUNTS = st.sampled_from([f"{letter}{'x' * 63}" for letter in "abcdef"])


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(ACCOUNTS, SYMBOLS, STRATEGIES, st.sampled_from(Cause), st.sampled_from(list(Reason)), st.booleans()),
        min_size=30,
        max_size=90,
    )
)
def test_whatever_producers_name_the_board_stays_small_and_everything_can_be_halted(
    dynamodb: DynamoDBClient, produced: list[tuple[str, str, str | None, Cause, Reason, bool]]
) -> None:
    """Refusals and successes of signals with any names, each refusal enough for a halt, and nobody who lifts one."""
    dynamodb.delete_item(TableName="shared", Key={"pk": {"S": "controls"}})
    time = VirtualTime()
    controls = DynamoControls(dynamodb, "shared", time.clock())
    halts = AutomaticHalts(controls, 1, 1)
    for account, symbol, strategy, cause, reason, accepted in produced:
        time.advance(2_000)
        controls.look()
        identity = Identity(account=account, id="x")
        signal = Signal(identity=identity, content="", issued_at=0, expires_at=0, symbol=symbol, strategy=strategy)
        if accepted:
            halts.end_runs(signal)
        else:
            halts.count_refusal(signal, reason, "the exchange's words " * 40, cause)

    assert item_size(read_item(dynamodb)) <= BYTES_OF_NAMES + BYTES_OF_ACCOUNTS + 4_096
    assert controls.halt("global", "stop everything")
    assert controls.halt("account/main", "stop this one")
    time.advance(1_000)
    assert controls.look().find_halt(("global",)) is not None


def test_the_bounds_leave_room_for_everything_that_is_set_at_once() -> None:
    together = BYTES_BY_HAND + BYTES_OF_ACCOUNTS + BYTES_OF_NAMES + BYTES_OF_GATES + SLOTS * 32

    assert together + 64 * 1024 < LARGEST_ITEM
    for name, why in (("account/" + "x" * 64 + "/strategy/" + "\U0001f600" * 64, "y" * LONGEST_WHY), ("global", "")):
        written = {f"halt:{name}": make_halt_value(10**12, why, automatic=True)}
        assert item_size(written) <= measure_halt(name)
        assert item_size({f"gate:{name}": make_gate_value(10**12, why)}) <= measure_halt(name)


def test_an_automatic_halt_that_finds_no_room_at_all_is_told_and_costs_no_delivery(
    controls: DynamoControls, dynamodb: DynamoDBClient, caplog: pytest.LogCaptureFixture
) -> None:
    fill(dynamodb, "halt:", lambda text: make_halt_value(1, text))

    count = controls.count_refusal("REJECTED/account/main/symbol/BTCUSDT")
    halted = controls.halt("account/main/symbol/BTCUSDT", "refused " * 100, automatic=True)

    assert (count, halted) == (1, False)
    assert "nothing more of this kind is halted by itself" in caplog.text


def test_people_can_halt_hundreds_of_scopes_and_global_always(
    controls: DynamoControls, dynamodb: DynamoDBClient
) -> None:
    long = {
        f"halt:account/main/strategy/{number:\U0001f600>64}": make_halt_value(10**12, "x" * 190)
        for number in range(358)
    }
    dynamodb.put_item(TableName="shared", Item={"pk": {"S": "controls"}, **long})
    assert controls.halt("account/main", "one more")

    with pytest.raises(BoardFull, match="resume some, or halt global"):
        for number in range(10):
            controls.halt(f"strategy/{number:\U0001f600>64}", "and more")

    assert controls.halt("global", "stop everything")


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slower"}}, "UpdateItem"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
    ],
    ids=["refused", "unreachable"],
)
def test_a_store_that_fails_while_a_gate_is_closed_is_told_and_this_container_keeps_to_it(
    controls: DynamoControls,
    time: VirtualTime,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def raise_error(**_: object) -> None:
        raise error

    monkeypatch.setattr(controls.client, "update_item", raise_error)
    with caplog.at_level(logging.ERROR, logger="orderexec.aws.controls"):
        controls.close_gate(name_ban("binance-spot"), time.now() + 60_000, "429")

    assert controls.recall().find_closed_gate(time.now(), name_ban("binance-spot")) is not None
    assert "a gate could not be closed for the other containers" in caplog.text


def test_a_store_that_fails_is_not_taken_for_an_empty_board(
    controls: DynamoControls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls.client, "get_item", raise_unreachable)

    with pytest.raises(EndpointConnectionError):
        controls.look()
    assert controls.glance() == controls.recall()


def test_a_gate_that_could_not_be_written_outlasts_the_next_look(
    controls: DynamoControls, time: VirtualTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    controls.look()
    with monkeypatch.context() as broken:
        broken.setattr(controls.client, "update_item", raise_unreachable)
        controls.close_gate(name_ban("binance-spot"), time.now() + 60_000, "429")
    time.advance(5_000)

    assert controls.look().find_closed_gate(time.now(), name_ban("binance-spot")) is not None
    assert controls.look().find_closed_gate(time.now() + 55_000, name_ban("binance-spot")) is None
