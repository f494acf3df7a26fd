"""What every counter of a day promises, shown of the one in memory and of the one in DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.allowances import CounterBusy, DynamoAllowances
from orderexec.bootstrap import system_chance
from orderexec.domain.limits import Limits
from orderexec.domain.signals import Identity
from orderexec.ports import Allowances
from tests.doubles.safety import MemoryAllowances
from tests.doubles.virtual_time import VirtualTime

DAY = "2026-11-24"
ORDERS = Limits(max_daily_orders=3)
WORTH = Limits(max_daily_notional={"USDT": Decimal("100.5"), "BTC": Decimal(1)})


@pytest.fixture(params=["memory", "dynamodb"])
def allowances(request: pytest.FixtureRequest) -> Allowances:
    if request.param == "memory":
        return MemoryAllowances()
    return DynamoAllowances(request.getfixturevalue("dynamodb"), "shared", system_chance())


def take(
    allowances: Allowances, name: str, worth: str = "0", limits: Limits = ORDERS, day: str = DAY, **more: Any
) -> str | None:
    identity = Identity(id=name, account=more.get("account", "main"))
    return allowances.take(identity, day, more.get("asset", "USDT"), Decimal(worth), limits)


def test_so_many_orders_a_day_and_no_more(allowances: Allowances) -> None:
    assert [take(allowances, f"signal-{number}") for number in range(3)] == [None] * 3

    assert take(allowances, "one-more") == "3 orders were sent on 2026-11-24 (UTC), max_daily_orders is 3"
    assert take(allowances, "one-more", day="2026-11-25") is None
    assert take(allowances, "one-more", account="other") is None


def test_a_signal_is_counted_once_however_often_and_whenever_it_is_asked(allowances: Allowances) -> None:
    for day in (DAY, DAY, "2026-11-25"):
        assert take(allowances, "signal-1", day=day) is None

    assert [take(allowances, name) for name in ("2", "3")] == [None, None]
    assert take(allowances, "4") is not None
    assert take(allowances, "signal-1") is None  # counted before the day was full
    assert [take(allowances, name, day="2026-11-25") for name in ("5", "6", "7")] == [None] * 3


def test_what_was_refused_is_not_counted_and_may_go_the_next_day(allowances: Allowances) -> None:
    assert take(allowances, "small", "0.5", WORTH) is None
    assert take(allowances, "large", "100.01", WORTH) == (
        "orders worth 0.5 USDT were sent on 2026-11-24 (UTC), this one is worth 100.01, max_daily_notional is 100.5"
    )

    assert take(allowances, "fits", "100", WORTH) is None
    assert take(allowances, "dust", "0.00000001", WORTH) is not None
    assert take(allowances, "large", "100.01", WORTH, day="2026-11-25") is None


def test_each_asset_has_a_day_of_its_own(allowances: Allowances) -> None:
    assert take(allowances, "1", "100.5", WORTH) is None
    assert take(allowances, "2", "1", WORTH, asset="BTC") is None
    assert take(allowances, "3", "0.1", WORTH, asset="BTC") is not None


def test_both_limits_hold_together(allowances: Allowances) -> None:
    both = Limits(max_daily_orders=2, max_daily_notional={"USDT": Decimal(10)})

    assert take(allowances, "1", "9", both) is None
    assert "max_daily_notional" in (take(allowances, "2", "2", both) or "")
    assert take(allowances, "3", "1", both) is None
    assert "max_daily_orders" in (take(allowances, "4", "0", both) or "")


def test_no_orders_a_day_means_none(allowances: Allowances) -> None:
    assert take(allowances, "1", limits=Limits(max_daily_orders=0)) is not None


def test_of_many_at_once_exactly_as_many_as_allowed_pass(dynamodb: DynamoDBClient) -> None:
    allowances = DynamoAllowances(dynamodb, "shared", system_chance())
    with ThreadPoolExecutor(10) as threads:
        told = list(threads.map(lambda number: take(allowances, f"signal-{number % 20}"), range(40)))

    assert sum(answer is None for answer in told) >= 3
    passed = {number % 20 for number, answer in enumerate(told) if answer is None}
    assert len(passed) == 3


def conflict(**_: object) -> None:
    reasons: Any = {"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}
    raise ClientError(
        {"Error": {"Code": "TransactionCanceledException", "Message": "x"}} | reasons, "TransactWriteItems"
    )


def test_who_meets_others_tries_again(dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> None:
    real, time = dynamodb.transact_write_items, VirtualTime()
    tries: list[Any] = [conflict, conflict, real]

    def answer(**call: Any) -> Any:
        return tries.pop(0)(**call)

    monkeypatch.setattr(dynamodb, "transact_write_items", answer)

    assert take(DynamoAllowances(dynamodb, "shared", time.chance()), "1") is None
    assert tries == []


def test_a_counter_that_is_always_busy_counts_nothing_and_raises(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb, "transact_write_items", conflict)

    with pytest.raises(CounterBusy):
        take(DynamoAllowances(dynamodb, "shared", VirtualTime().chance()), "1")


def test_a_count_whose_reply_was_lost_is_not_repeated(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dynamodb.transact_write_items

    def lost(**call: Any) -> None:
        real(**call)
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    allowances = DynamoAllowances(dynamodb, "shared", system_chance())
    with monkeypatch.context() as broken:
        broken.setattr(dynamodb, "transact_write_items", lost)
        with pytest.raises(EndpointConnectionError):
            take(allowances, "1")

    assert take(allowances, "1") is None
    assert [take(allowances, name) is None for name in ("2", "3", "4")] == [True, True, False]
