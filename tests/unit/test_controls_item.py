"""The board's one item in DynamoDB: what is over is cleared away, and a store that fails never costs an answer."""

import logging

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.controls import DynamoControls
from orderexec.domain.controls import ban
from tests.doubles.virtual_time import VirtualTime

HOUR_MS = 3_600_000


def names(dynamodb: DynamoDBClient) -> set[str]:
    return set(dynamodb.get_item(TableName="shared", Key={"pk": {"S": "controls"}})["Item"]) - {"pk"}


def unreachable(**_: object) -> None:
    raise EndpointConnectionError(endpoint_url="https://dynamodb")


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def controls(dynamodb: DynamoDBClient, time: VirtualTime) -> DynamoControls:
    return DynamoControls(dynamodb, "shared", time.chance())


def test_a_count_that_nobody_moved_for_an_hour_goes_with_the_next_write(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    controls.shut("ban/a", time.now() + 1_000, "x")
    controls.count_refusal("strategy/old")
    controls.halt("account/main", "stays until it is lifted")
    time.advance(HOUR_MS - 1)
    controls.count_refusal("strategy/newer")
    time.advance(2)
    controls.current()

    controls.count_refusal("strategy/new")

    left = {"gate:ban/a", "halt:account/main"}
    counts = {f"{kind}:strategy/{name}" for kind in ("refusals", "refused_at") for name in ("newer", "new")}
    assert names(dynamodb) == left | counts


def test_an_old_count_can_be_moved_in_the_write_that_would_clear_it(
    controls: DynamoControls, time: VirtualTime
) -> None:
    controls.count_refusal("strategy/a")
    time.advance(2 * HOUR_MS)
    controls.current()

    assert controls.count_refusal("strategy/a") == 2


def test_a_great_many_are_cleared_a_few_at_a_time(
    controls: DynamoControls, dynamodb: DynamoDBClient, time: VirtualTime
) -> None:
    for number in range(60):
        controls.count_refusal(f"strategy/{number}")
    time.advance(HOUR_MS + 1)

    for write in range(3):
        controls.current()
        controls.shut("ban/a", time.now() + write, "x")
        time.advance(1_000)

    assert names(dynamodb) == {"gate:ban/a"}


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slower"}}, "UpdateItem"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
    ],
    ids=["refused", "unreachable"],
)
def test_a_store_that_fails_while_a_gate_is_shut_is_told_and_this_container_keeps_to_it(
    controls: DynamoControls,
    time: VirtualTime,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(**_: object) -> None:
        raise error

    monkeypatch.setattr(controls.client, "update_item", fails)
    with caplog.at_level(logging.ERROR, logger="orderexec.aws.controls"):
        controls.shut(ban("binance-spot"), time.now() + 60_000, "429")

    assert controls.known().shut(time.now(), ban("binance-spot")) is not None
    assert "a gate could not be shut for the other containers" in caplog.text


def test_a_store_that_fails_is_not_taken_for_an_empty_board(
    controls: DynamoControls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls.client, "get_item", unreachable)

    with pytest.raises(EndpointConnectionError):
        controls.current()
    assert controls.glance() == controls.known()


def test_a_gate_that_could_not_be_written_outlasts_the_next_look(
    controls: DynamoControls, time: VirtualTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    controls.current()
    with monkeypatch.context() as broken:
        broken.setattr(controls.client, "update_item", unreachable)
        controls.shut(ban("binance-spot"), time.now() + 60_000, "429")
    time.advance(5_000)

    assert controls.current().shut(time.now(), ban("binance-spot")) is not None
    assert controls.current().shut(time.now() + 55_000, ban("binance-spot")) is None
