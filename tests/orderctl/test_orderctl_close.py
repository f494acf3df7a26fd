"""`close`: a person ends a row that the function cannot, after a look at what ledger and exchange say."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from jsonschema import Draft202012Validator

from orderctl import ROOT
from orderexec.aws.day_counters import DayCounters
from orderexec.aws.ledger import DynamoLedger
from orderexec.aws.ledger_item import FORMAT, make_item
from orderexec.bootstrap import make_system_clock, make_system_randomness
from orderexec.domain.execution_reports import is_news, make_execution_report
from orderexec.domain.order_words import Side
from orderexec.domain.orders import Order, OrderReport
from orderexec.domain.outcomes import Accepted
from orderexec.domain.row import Row
from orderexec.usecases.close_row import CloseRow
from tests.orderctl.conftest import Ctl, Deployed, make_dead, make_sent, make_waiting, parse_answer

COUNTERS = DayCounters("shared", make_system_clock(), make_system_randomness())
ENDED = "--why", "looked at the account in the app", "--yes"
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs" / "outcome.schema.json").read_text()))


def read_row(deployed: Deployed, signal_id: str = "stuck") -> Row:
    found = DynamoLedger(deployed.dynamodb, "ledger", COUNTERS).read(make_waiting(signal_id).identity)
    assert found is not None
    return found


def make_young(signal_id: str, **changes: object) -> Row:
    """A row SENT whose request may still become an order for an hour."""
    return replace(make_sent(signal_id), fence=4_102_444_800_000, **changes)  # type: ignore[arg-type]


def build_event(before: Row, after: Row) -> dict[str, object]:
    """The event of the row, which must be news and as its schema says."""
    assert is_news(before, after)
    document = make_execution_report(after, "orderexec")
    SCHEMA.validate(document)
    return document


@pytest.mark.parametrize("became", [None, {"format": {"N": str(FORMAT + 1)}, "token": {"S": "newer"}}])
def test_a_row_that_is_none_any_more_is_told_in_words(
    deployed: Deployed, ctl: Ctl, monkeypatch: pytest.MonkeyPatch, became: dict[str, Any] | None
) -> None:
    item = make_item(deployed.put(make_sent("stuck")))

    def meanwhile(*_: object, **__: object) -> bool:
        deployed.dynamodb.delete_item(TableName="ledger", Key={"pk": item["pk"]})
        if became is not None:
            deployed.dynamodb.put_item(TableName="ledger", Item=item | became)
        return True

    monkeypatch.setattr("orderctl.commands.close.confirm", meanwhile)

    result = ctl("close", "stuck", "--as", "dead", *ENDED)

    assert result.exit_code == 1
    assert "main/binance-spot/stuck" in result.stderr
    assert deployed.receive(deployed.letters) == []


def test_a_stuck_row_ends_as_dead_with_its_letter_and_says_whose_word_it_was(deployed: Deployed, ctl: Ctl) -> None:
    before = deployed.put(make_sent("stuck"))

    result = ctl("close", "stuck", "--as", "dead", *ENDED)

    assert result.exit_code == 0
    assert "main/binance-spot/stuck is closed: DEAD EXPIRED" in result.stdout
    after = read_row(deployed)
    assert (after.state, after.letter_sent, after.due) == ("DEAD", True, None)
    assert str(after.detail).startswith("closed by a person (arn:aws:sts::123456789012:user/")
    assert str(after.detail).endswith("): looked at the account in the app")
    [letter] = deployed.receive(deployed.letters)
    assert letter["Body"] == before.body
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "EXPIRED"
    assert "looked at the account" in letter["MessageAttributes"]["detail"]["StringValue"]
    document = build_event(before, after)
    assert (document["closed_by"], document["reason"]) == ("person", "EXPIRED")


def test_a_stuck_row_ends_as_placed_and_names_the_order(deployed: Deployed, ctl: Ctl) -> None:
    before = deployed.put(make_sent("stuck"))

    result = ctl("close", "stuck", "--as", "accepted", "--order-id", "4711", *ENDED, "--json")

    assert result.exit_code == 0
    assert parse_answer(result)["closed"]
    assert parse_answer(result)["closed_by"] == "person"
    after = read_row(deployed)
    assert (after.state, after.due, after.report) == ("ACCEPTED", None, None)
    assert str(after.detail).endswith("looked at the account in the app; order 4711")
    assert build_event(before, after)["closed_by"] == "person"
    assert deployed.receive(deployed.letters) == []


def test_one_that_is_not_too_old_yet_is_exhausted_not_expired(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(replace(make_sent("stuck"), expires_at=4_102_444_800_000))

    ctl("close", "stuck", "--as", "dead", *ENDED)

    assert read_row(deployed).reason == "EXHAUSTED"


def test_what_was_in_doubt_is_not_audited_after_a_person_has_closed_it(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(replace(make_sent("stuck"), doubts=1))

    ctl("close", "stuck", "--as", "dead", *ENDED)

    assert read_row(deployed).due is None


def test_an_audit_that_cannot_be_made_is_ended(deployed: Deployed, ctl: Ctl) -> None:
    before = replace(make_dead("stuck", detail="late"), doubts=1, letter_sent=True)
    deployed.put(before)

    other = ctl("close", "stuck", "--as", "accepted", *ENDED)
    result = ctl("close", "stuck", "--as", "dead", *ENDED)

    assert other.exit_code == 1
    assert "it is DEAD already; only its audit is open, and --as dead ends that" in other.stdout
    assert result.exit_code == 0
    after = read_row(deployed)
    assert (after.due, after.updated_at) == (None, before.updated_at)
    assert str(after.detail).startswith("late; closed by a person")
    assert build_event(before, after)["closed_by"] == "person"
    assert deployed.receive(deployed.letters) == []


@pytest.mark.parametrize(
    ("current", "ending", "says"),
    [
        (
            lambda: replace(make_dead("stuck"), letter_sent=True),
            "dead",
            "it is DEAD already, and nothing of it is open",
        ),
        (lambda: make_dead("stuck"), "dead", "its letter is due, and the function sends it by itself"),
        (lambda: replace(make_waiting("stuck"), token="w"), "accepted", "certainly nothing of it is at the exchange"),
        (lambda: make_young("stuck"), "dead", "its request may still become an order, until 2100-01-01"),
        (lambda: make_young("stuck"), "accepted", "its request may still become an order, until 2100-01-01"),
    ],
)
def test_what_may_not_be_closed_is_left_as_it_is(
    deployed: Deployed, ctl: Ctl, current: Callable[[], Row], ending: str, says: str
) -> None:
    before = deployed.put(current())

    result = ctl("close", "stuck", "--as", ending, *ENDED)

    assert result.exit_code == 1
    assert says in result.stdout
    assert read_row(deployed) == before
    assert deployed.receive(deployed.letters) == []


def test_before_the_fence_only_on_an_option_that_says_so(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_young("stuck"))

    assert ctl("close", "stuck", "--as", "dead", "--before-its-fence", *ENDED).exit_code == 0
    assert read_row(deployed).state == "DEAD"


def test_a_waiting_signal_is_given_up(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(replace(make_waiting("stuck"), token="w"))

    assert ctl("close", "stuck", "--as", "dead", *ENDED).exit_code == 0
    assert read_row(deployed).state == "DEAD"
    assert len(deployed.receive(deployed.letters)) == 1


def test_without_agreement_nothing_is_closed_and_it_is_shown_first(deployed: Deployed, ctl: Ctl) -> None:
    before = deployed.put(make_sent("stuck"))

    declined = ctl("close", "stuck", "--as", "dead", "--why", "seen", given="n\n")
    silent = ctl("close", "stuck", "--as", "dead", "--why", "seen", "--json")

    assert (declined.exit_code, silent.exit_code) == (1, 1)
    assert "at the exchange, now" in declined.stdout
    assert "side=BUY" in declined.stdout
    assert "Close main/binance-spot/stuck as DEAD" in declined.stderr
    assert not parse_answer(silent)["closed"]
    assert read_row(deployed) == before


def test_a_row_that_changes_meanwhile_is_not_written_over(
    deployed: Deployed, ctl: Ctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = deployed.put(make_sent("stuck"))
    moved = replace(before, token="another", attempts=2)
    close = CloseRow.__call__

    def overtaken(self: CloseRow, *arguments: object) -> object:
        deployed.dynamodb.put_item(TableName="ledger", Item=make_item(moved))
        return close(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(CloseRow, "__call__", overtaken)
    result = ctl("close", "stuck", "--as", "dead", *ENDED)

    assert result.exit_code == 1
    assert "nothing was closed: the row changed meanwhile and is now SENT" in result.stdout
    assert read_row(deployed) == moved
    assert deployed.receive(deployed.letters) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--as", "dead", "--why", " "), "--why must say what you looked at"),
        (("--as", "dead", "--why", "x", "--order-id", "1"), "--order-id goes with --as accepted"),
    ],
)
def test_what_makes_no_sense_is_refused(deployed: Deployed, ctl: Ctl, options: tuple[str, ...], says: str) -> None:
    result = ctl("close", "stuck", *options)

    assert result.exit_code == 2
    assert says in result.stderr


def test_an_unknown_signal_and_one_that_cannot_be_read(deployed: Deployed, ctl: Ctl) -> None:
    deployed.dynamodb.put_item(TableName="ledger", Item=make_item(make_sent("newer")) | {"format": {"N": "99"}})

    unknown = ctl("close", "nobody", "--as", "dead", *ENDED)
    unreadable = ctl("close", "newer", "--as", "dead", *ENDED)

    assert (unknown.exit_code, unreadable.exit_code) == (1, 1)
    assert "the ledger has no signal nobody" in unknown.stdout
    assert "a newer version wrote it (format 99" in unreadable.stdout


def test_show_tells_that_a_person_closed_it(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_sent("stuck"))
    ctl("close", "stuck", "--as", "dead", *ENDED)

    assert "a person has closed it" in " ".join(ctl("show", "stuck", "--offline").stdout.split())


@pytest.fixture
def nobody_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """STS refuses to say who it is."""
    client = boto3.Session.client

    def refusing(self: boto3.Session, service: str, **given: object) -> object:
        made = client(self, service, **given)  # type: ignore[call-overload]
        if service == "sts":
            made.meta.events.register("before-call", _refuse)
        return made

    monkeypatch.setattr(boto3.Session, "client", refusing)


def _refuse(**_: object) -> None:
    raise EndpointConnectionError(endpoint_url="sts")


def test_who_it_was_may_be_unknown(nobody_logged_in: None, deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_sent("stuck"))

    assert ctl("close", "stuck", "--as", "dead", *ENDED).exit_code == 0
    assert "closed by a person (not known to AWS)" in str(read_row(deployed).detail)


def show_at_exchange(before: Row, **changes: object) -> Accepted:
    """What the exchange shows of the row's order."""
    request = before.request
    assert isinstance(request, Order)
    report = OrderReport(
        order_id="17",
        client_order_id=request.client_order_id,
        symbol="BTCUSDT",
        side=Side.BUY,
        status="FILLED",
        quantity=request.quantity,
        executed_quantity=Decimal("0.01"),
        created_at=before.signed_at or 0,
    )
    return Accepted(replace(report, **changes))  # type: ignore[arg-type]


@pytest.fixture
def exchange_shows(monkeypatch: pytest.MonkeyPatch) -> Callable[[Accepted], None]:
    return lambda seen: monkeypatch.setattr("orderctl.commands.show.ask_exchange", lambda *_: seen)


def test_what_the_exchange_has_cannot_be_closed_as_dead(
    deployed: Deployed, ctl: Ctl, exchange_shows: Callable[[Accepted], None]
) -> None:
    before = deployed.put(make_sent("stuck"))
    exchange_shows(show_at_exchange(before))

    result = ctl("close", "stuck", "--as", "dead", *ENDED)

    assert result.exit_code == 1
    assert "the exchange has done what the signal asks for; the function will note that by itself" in result.stdout
    assert read_row(deployed) == before


def test_an_order_of_another_that_has_its_id_does_not_count(
    deployed: Deployed, ctl: Ctl, exchange_shows: Callable[[Accepted], None]
) -> None:
    before = deployed.put(make_sent("stuck"))
    exchange_shows(show_at_exchange(before, created_at=1))

    assert ctl("close", "stuck", "--as", "dead", *ENDED).exit_code == 0
    assert read_row(deployed).state == "DEAD"


@pytest.mark.parametrize(("named", "kept"), [(None, "17"), ("17", "17"), ("18", None)])
def test_the_order_that_the_exchange_shows_stands_in_the_row_unless_the_person_names_another(
    deployed: Deployed, ctl: Ctl, exchange_shows: Callable[[Accepted], None], named: str | None, kept: str | None
) -> None:
    before = deployed.put(make_sent("stuck"))
    exchange_shows(show_at_exchange(before))

    ctl("close", "stuck", "--as", "accepted", *(("--order-id", named) if named else ()), *ENDED)

    after = read_row(deployed)
    assert (after.report and after.report.order_id) == kept
    assert build_event(before, after).get("order_id") == kept


def test_its_letter_is_not_redriven(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(replace(make_sent("stuck"), expires_at=4_102_444_800_000))
    ctl("close", "stuck", "--as", "dead", *ENDED)

    result = ctl("redrive", "--yes", "--json")

    assert parse_answer(result)["done"] == 0
    assert "a person has closed it" in parse_answer(result)["left"][0]["why"]
    assert deployed.receive(deployed.signals) == []
