"""What every ledger promises where a day has limits: row and count together or neither, in memory and in DynamoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from mypy_boto3_dynamodb import DynamoDBClient

from orderexec.aws.day_counters import DayCounters, make_day_key, read_counter
from orderexec.aws.ledger import CounterBusy, DynamoLedger
from orderexec.bootstrap import make_system_clock, make_system_randomness
from orderexec.domain.daily_count import Countable, Counted, Used
from orderexec.domain.lifecycle import State
from orderexec.domain.limits import Limits
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.ports import DayBusy, DayFull, Ledger, RowChanged
from tests.contract.rows import overtaken
from tests.doubles.documented_numbers import refuse_long_numbers
from tests.doubles.ledger import MemoryLedger
from tests.doubles.virtual_time import VirtualTime

DAY, NEXT_DAY = "2026-11-24", "2026-11-25"
ORDERS = Limits(max_daily_orders=3)
WORTH = Limits(max_daily_notional={"USDT": Decimal("100.5"), "BTC": Decimal(1)})


@dataclass(frozen=True, slots=True)
class Subject:
    """One ledger, and how to look at a day's counter behind its back."""

    ledger: Ledger
    used: Callable[[str, str], Used]

    def of(self, day: str = DAY, account: str = "main") -> Used:
        return self.used(account, day)


def make_in_dynamodb(client: DynamoDBClient) -> Subject:
    def read_used(account: str, day: str) -> Used:
        answer = client.get_item(TableName="shared", Key={"pk": {"S": make_day_key(account, day)}}, ConsistentRead=True)
        return read_counter(answer.get("Item", {}))

    refuse_long_numbers(client)
    counters = DayCounters("shared", make_system_clock(), make_system_randomness())
    return Subject(DynamoLedger(client, "ledger", counters), read_used)


@pytest.fixture(params=["memory", "dynamodb"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "memory":
        ledger = MemoryLedger()
        return Subject(ledger, ledger.days.of)
    return make_in_dynamodb(request.getfixturevalue("dynamodb"))


def make_row(name: str, account: str = "main") -> Row:
    return Row(
        identity=Identity(id=name, account=account),
        content="c",
        state=State.WAITING,
        token="",
        issued_at=1,
        expires_at=300_000,
        updated_at=1,
    )


def make_sent(row: Row, worth: str = "0", day: str = DAY, asset: str = "USDT", token: str = "sent") -> Row:  # noqa: S107
    counted = Counted(day=day, asset=asset, notional=Decimal(worth))
    return replace(row, state=State.SENT, token=token, attempts=row.attempts + 1, counted=counted)


def make_refused(row: Row) -> Row:
    return replace(row, state=State.WAITING, token=f"{row.token}, refused", counted=None)


def claim(subject: Subject, name: str, worth: str = "0", limits: Limits = ORDERS, **more: str) -> Any:
    """Of a new signal."""
    row = make_row(name, more.pop("account", "main"))
    return subject.ledger.claim(make_sent(row, worth, **more), over=row, limits=limits)


def test_so_many_orders_a_day_and_no_more(subject: Subject) -> None:
    assert [claim(subject, f"signal-{number}") for number in range(3)] == [None] * 3

    told = DayFull("3 orders were sent on 2026-11-24 (UTC), and max_daily_orders allows 3")
    assert claim(subject, "one-more") == told
    assert subject.ledger.read(Identity(id="one-more")) is None
    assert claim(subject, "tomorrow", day=NEXT_DAY) is None
    assert claim(subject, "another's", account="other") is None
    assert [subject.of().orders, subject.of(NEXT_DAY).orders, subject.of(account="other").orders] == [3, 1, 1]


def test_what_does_not_fit_is_told_with_its_worth_and_counts_for_nothing(subject: Subject) -> None:
    assert claim(subject, "small", "0.5", WORTH) is None
    assert claim(subject, "large", "100.01", WORTH) == DayFull(
        "orders worth 0.5 USDT were sent on 2026-11-24 (UTC), this one is worth 100.01, and max_daily_notional allows "
        "100.5"
    )
    assert claim(subject, "fits", "100", WORTH) is None
    assert isinstance(claim(subject, "dust", "0.000000000000000001", WORTH), DayFull)
    assert claim(subject, "large", "100.01", WORTH, day=NEXT_DAY) is None
    assert subject.of() == Used(orders=2, worth={"USDT": Decimal("100.5")})


def test_each_asset_has_a_day_of_its_own(subject: Subject) -> None:
    assert claim(subject, "1", "100.5", WORTH) is None
    assert claim(subject, "2", "1", WORTH, asset="BTC") is None
    assert isinstance(claim(subject, "3", "0.1", WORTH, asset="BTC"), DayFull)


def test_both_limits_hold_together(subject: Subject) -> None:
    both = Limits(max_daily_orders=2, max_daily_notional={"USDT": Decimal(10)})

    assert claim(subject, "1", "9", both) is None
    assert "max_daily_notional" in claim(subject, "2", "2", both).detail
    assert claim(subject, "3", "1", both) is None
    assert "max_daily_orders" in claim(subject, "4", "0", both).detail


def test_no_orders_a_day_means_none(subject: Subject) -> None:
    assert isinstance(claim(subject, "1", limits=Limits(max_daily_orders=0)), DayFull)
    assert subject.of() == Used()


def test_what_was_refused_is_taken_back_with_the_write_that_says_so(subject: Subject) -> None:
    row = make_sent(make_row("1"), "40")
    claim(subject, "1", "40", WORTH)

    subject.ledger.write(make_refused(row), over=row)

    assert subject.of() == Used(orders=0, worth={"USDT": Decimal(0)})
    assert subject.ledger.read(row.identity) == make_refused(row)


def test_who_comes_too_late_takes_nothing_back(subject: Subject) -> None:
    row = make_sent(make_row("1"), "40")
    claim(subject, "1", "40", WORTH)
    placed = replace(row, state=State.ACCEPTED, token="placed")
    subject.ledger.write(placed, over=row)

    assert overtaken(subject.ledger, make_refused(row), over=row) == placed

    assert subject.of() == Used(orders=1, worth={"USDT": Decimal(40)})


def test_who_comes_too_late_counts_nothing(subject: Subject) -> None:
    first = make_sent(make_row("1"), "40")
    claim(subject, "1", "40", WORTH)

    with pytest.raises(RowChanged) as lost:
        claim(subject, "1", "30", WORTH, token="another")

    assert lost.value.current == first

    assert subject.of() == Used(orders=1, worth={"USDT": Decimal(40)})


def test_an_attempt_that_may_have_been_executed_stays_counted_beside_the_next(subject: Subject) -> None:
    row = make_sent(make_row("1"), "40")
    claim(subject, "1", "40", WORTH)
    absent = replace(row, counted=None)  # as Row.absent makes it

    assert subject.ledger.claim(make_sent(absent, "45", token="again"), over=absent, limits=WORTH) is None

    assert subject.of() == Used(orders=2, worth={"USDT": Decimal(85)})


@pytest.mark.parametrize("day", [DAY, NEXT_DAY])
def test_an_attempt_takes_the_place_of_one_that_was_refused(subject: Subject, day: str) -> None:
    row = make_sent(make_row("1"), "90")
    claim(subject, "1", "90", WORTH)

    assert subject.ledger.claim(make_sent(row, "95", day, token="again"), over=row, limits=WORTH) is None

    assert subject.of(day) == Used(orders=1, worth={"USDT": Decimal(95)})
    if day != DAY:
        assert subject.of() == Used(orders=0, worth={"USDT": Decimal(0)})


def test_a_limit_that_became_smaller_meanwhile_holds_for_the_next_attempt(subject: Subject) -> None:
    row = make_sent(make_row("1"), "90")
    claim(subject, "1", "90", WORTH)
    smaller = Limits(max_daily_notional={"USDT": Decimal(50)})

    assert isinstance(subject.ledger.claim(make_sent(row, "80", token="again"), over=row, limits=smaller), DayFull)

    assert subject.of() == Used(orders=1, worth={"USDT": Decimal(90)})
    assert subject.ledger.read(row.identity) == row


def test_the_largest_worth_with_the_smallest_fraction_is_kept_to_the_last_digit(subject: Subject) -> None:
    limits = Limits(max_daily_notional={"USDT": Decimal("1e18")})

    with localcontext(prec=38):  # DynamoDB's own; moto adds with Python's usual 28
        assert claim(subject, "1", "999999999999999999.999999999999999999", limits) is None
        assert isinstance(claim(subject, "2", "0.000000000000000002", limits), DayFull)
        assert claim(subject, "3", "0.000000000000000001", limits) is None


def test_a_worth_or_limit_of_many_digits_is_counted_on_the_cautious_side(subject: Subject) -> None:
    limits = Limits(max_daily_notional={"USDT": Decimal("10.0000000000000000000000000000000000000009")})
    countable = Countable(asset="USDT", notional=Decimal("4.00000000000000000000000000000000000000001"), limits=limits)
    row = make_row("1")
    attempt = replace(make_sent(row), counted=countable.count_at(1_795_000_000_000))

    assert subject.ledger.claim(attempt, over=row, limits=limits) is None

    assert subject.of("2026-11-18").worth == {"USDT": Decimal("4.000000000000000001")}
    assert isinstance(claim(subject, "2", "6", limits, day="2026-11-18"), DayFull)


def test_an_asset_may_have_any_name(subject: Subject) -> None:
    limits = Limits(max_daily_notional={"币安人生": Decimal(10)})

    assert claim(subject, "1", "9", limits, asset="币安人生") is None
    assert isinstance(claim(subject, "2", "2", limits, asset="币安人生"), DayFull)
    assert subject.of().worth == {"币安人生": Decimal(9)}


def test_of_many_at_once_exactly_as_many_as_allowed_pass(dynamodb: DynamoDBClient) -> None:
    subject = make_in_dynamodb(dynamodb)
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda number: claim(subject, f"signal-{number}"), range(40)))

    assert answers.count(None) == 3
    assert subject.of().orders == 3


# ---------------------------------------------------------------------- what only DynamoDB's client can do


def raise_conflict(**_: object) -> None:
    reasons: Any = {"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}
    raise ClientError(
        {"Error": {"Code": "TransactionCanceledException", "Message": "x"}} | reasons, "TransactWriteItems"
    )


def make_patient(client: DynamoDBClient) -> Subject:
    """Its pauses take no time."""
    time = VirtualTime()
    counters = DayCounters("shared", time.clock(), time.randomness())
    return replace(make_in_dynamodb(client), ledger=DynamoLedger(client, "ledger", counters))


def test_who_meets_others_tries_again(dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Any] = [raise_conflict, raise_conflict, dynamodb.transact_write_items]

    def answer(**call: Any) -> Any:
        return tries.pop(0)(**call)

    monkeypatch.setattr(dynamodb, "transact_write_items", answer)

    assert claim(make_patient(dynamodb), "1") is None
    assert tries == []


def test_a_plain_write_that_meets_a_transaction_waits_for_its_end(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another delivery of the same signal tries to claim its row while this one writes how it ended."""

    def raise_busy(**_: object) -> None:
        raise ClientError({"Error": {"Code": "TransactionConflictException", "Message": "x"}}, "PutItem")

    subject, row = make_patient(dynamodb), make_sent(make_row("1"), "40")
    claim(subject, "1", "40", WORTH)
    placed = replace(row, state=State.ACCEPTED, token="placed")
    tries: list[Any] = [raise_busy, raise_busy, dynamodb.put_item]
    monkeypatch.setattr(dynamodb, "put_item", lambda **call: tries.pop(0)(**call))  # noqa: PLW0108

    subject.ledger.write(placed, over=row)
    assert (subject.ledger.read(row.identity), tries) == (placed, [])


def test_a_counter_that_is_always_busy_is_told_and_nothing_is_written(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, row = make_patient(dynamodb), make_sent(make_row("1"), "40")
    claim(subject, "1", "40", WORTH)
    monkeypatch.setattr(dynamodb, "transact_write_items", raise_conflict)

    assert claim(subject, "2") == DayBusy("the counter of account main is moved by too many signals at once")
    with pytest.raises(CounterBusy):
        subject.ledger.write(make_refused(row), over=row)
    assert subject.ledger.read(row.identity) == row
    assert subject.of().orders == 1


def test_what_the_store_refuses_for_other_reasons_raises(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_throttled(**_: object) -> None:
        reasons: Any = {"CancellationReasons": [{"Code": "None"}, {"Code": "ThrottlingError"}]}
        raise ClientError({"Error": {"Code": "TransactionCanceledException"}} | reasons, "TransactWriteItems")

    monkeypatch.setattr(dynamodb, "transact_write_items", raise_throttled)

    with pytest.raises(ClientError, match="TransactionCanceledException"):
        claim(make_patient(dynamodb), "1")


def test_a_claim_whose_reply_was_lost_and_that_comes_again_counts_once(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As botocore repeats it. AWS knows it by its ClientRequestToken, moto does not: then the row's token tells."""
    real = dynamodb.transact_write_items

    def apply_twice(**call: Any) -> Any:
        real(**call)
        return real(**call)

    subject, row = make_in_dynamodb(dynamodb), make_sent(make_row("1"), "40")
    with monkeypatch.context() as broken:
        broken.setattr(dynamodb, "transact_write_items", apply_twice)
        assert claim(subject, "1", "40", WORTH) is None
        subject.ledger.write(make_refused(row), over=row)

    assert subject.of() == Used(orders=0, worth={"USDT": Decimal(0)})


def test_a_claim_whose_reply_was_lost_for_good_has_counted_once(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dynamodb.transact_write_items

    def lose_reply(**call: Any) -> None:
        real(**call)
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    subject = make_in_dynamodb(dynamodb)
    with monkeypatch.context() as broken:
        broken.setattr(dynamodb, "transact_write_items", lose_reply)
        with pytest.raises(EndpointConnectionError):
            claim(subject, "1")

    assert subject.ledger.read(Identity(id="1")) == make_sent(make_row("1"))
    assert subject.of().orders == 1


def test_each_transaction_carries_a_token_by_which_aws_knows_a_repetition(dynamodb: DynamoDBClient) -> None:
    tokens: list[str] = []
    dynamodb.meta.events.register(
        "before-call.dynamodb.TransactWriteItems", lambda params, **_: tokens.append(params["body"].decode())
    )

    claim(make_in_dynamodb(dynamodb), "1")

    assert '"ClientRequestToken"' in tokens[0]
