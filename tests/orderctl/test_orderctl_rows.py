"""`show` and `list`: any row of the ledger can be shown, and what is looked for is found."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from orderctl.commands.show import render_signal
from orderctl.documents import build_row_document, describe_call, render_rows
from orderctl.explanation import explain_letter, explain_row
from orderctl.sources.pulse import Outcomes
from orderexec.aws.ledger_item import make_item
from orderexec.aws.letters import format_instant
from orderexec.domain.advice import Remedy
from orderexec.domain.lifecycle import Reason
from orderexec.domain.order_words import Side
from orderexec.domain.orders import OrderReport
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.products import PRODUCTS
from orderexec.domain.requests import Cancel, CancelAll, Plan
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from tests.contract.rows import requests, rows
from tests.orderctl.conftest import NOW, Ctl, Deployed, make_dead, make_sent, make_waiting, parse_answer

SOMEBODY = Identity(account="second", id="it's 1")


def find_name(plan: Plan) -> str:
    """Return the name by which the request tells the exchange what it is about."""
    match plan:
        case CancelAll():
            return plan.symbol
        case Cancel(list_client_order_id=str(of_its_list)):
            return of_its_list
    return plan.client_order_id


@given(rows())
def test_every_row_can_be_shown_and_is_shown_whole(row: Row) -> None:
    console = Console(markup=False, width=200)
    with console.capture() as captured:
        for part in render_signal(row, [], None):
            console.print(part)
        console.print(render_rows([row], NOW, in_pipe=False))

    document = build_row_document(row)
    assert document["state"] == row.state.value
    assert row.state.value in captured.get()
    if row.request is not None:
        call = describe_call(row)
        assert call is not None
        assert document["request"]["parameters"] == call.parameters
        assert f"{call.method} {call.path}" in captured.get()


@pytest.mark.parametrize("venue", sorted(PRODUCTS))
@given(data=st.data())
def test_the_request_that_is_shown_names_what_it_is_about(venue: str, data: st.DataObject) -> None:
    sent = make_sent("x")
    row = replace(sent, identity=replace(sent.identity, venue=venue), request=data.draw(requests(venue)))
    assert row.request is not None

    call = describe_call(row)

    assert call is not None
    assert find_name(row.request) in call.parameters.values()


def test_a_row_that_holds_what_its_venue_does_not_know_is_shown_all_the_same() -> None:
    row = make_sent("by-hand")
    row = replace(row, identity=replace(row.identity, venue="binance-margin"))

    assert describe_call(row) is None
    assert build_row_document(row)["request"] is None


@given(st.sampled_from(Reason), st.none() | st.text() | st.integers().map(str), st.none() | st.text())
def test_every_letter_is_explained(reason: Reason, code: str | None, detail: str | None) -> None:
    assert all(explain_letter(SOMEBODY, reason.value, code, detail))


def test_the_exchanges_text_explains_better_than_its_code_and_both_better_than_the_reason() -> None:
    by_text = explain_letter(
        SOMEBODY, "REJECTED", "-2010", "Account has insufficient balance for requested action. (HTTP 400): ..."
    )
    by_code = explain_letter(SOMEBODY, "REJECTED", "-2010", "something new (HTTP 400)")
    by_reason = explain_letter(SOMEBODY, "REJECTED", None, None)

    assert "too little free money" in by_text.what
    assert len({by_text.what, by_code.what, by_reason.what}) == 3


@pytest.mark.parametrize(
    ("reason", "code", "remedy"),
    [
        ("INVALID_SIGNAL", None, Remedy.NEW_SIGNAL),
        ("RULES", None, Remedy.NEW_SIGNAL),
        ("RULES", "-1121", Remedy.NEW_SIGNAL),
        ("REJECTED", None, Remedy.LOOK),
        ("CREDENTIALS", None, Remedy.REDRIVE),
        ("CREDENTIALS", "-2015", Remedy.REDRIVE),
        ("EXHAUSTED", "-1003", Remedy.REDRIVE),
        ("EXPIRED", None, Remedy.LOOK),
        ("EXPIRED", "-1003", Remedy.LOOK),  # a redrive alone would leave it where it is
        ("LIMITS", None, Remedy.LOOK),
        ("DOUBTFUL", "-2015", Remedy.LOOK),  # its order may be there, whatever was heard before
        ("CANCELED", None, Remedy.NOTHING),
        (None, None, Remedy.REDRIVE),
        ("COSMIC", None, Remedy.LOOK),
    ],
)
def test_what_helps_a_letter_depends_on_why_its_signal_ended(
    reason: str | None, code: str | None, remedy: Remedy
) -> None:
    assert explain_letter(SOMEBODY, reason, code, None).remedy is remedy


def test_an_advice_names_the_signals_own_account_key_and_stack() -> None:
    keys = explain_letter(SOMEBODY, "CREDENTIALS", None, None, " --stack trading").do
    limits = explain_letter(SOMEBODY, "LIMITS", None, None).do
    in_doubt = explain_row(make_sent("y"), " --local").do

    assert "`orderctl accounts check second --venue binance-spot --stack trading`" in keys
    assert "`orderctl limits set second FILE`" in limits
    assert """`orderctl redrive --signal 'second/binance-spot/it'"'"'s 1'`""" in limits
    assert '`orderctl close main/binance-spot/y --as accepted --order-id ID --why "..." --local`' in in_doubt


def test_a_name_of_a_producers_is_no_placeholder() -> None:
    told = explain_letter(replace(SOMEBODY, id="{stack}"), "LIMITS", None, None, " --stack trading").do

    assert "'second/binance-spot/{stack}' --stack trading" in told


def test_what_a_redrive_alone_helps_is_shown_with_its_command(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_dead("wrong"))
    deployed.put(make_dead("locked-out", Reason.CREDENTIALS, account="second"))

    wrong, locked_out = (ctl("show", name, "--offline") for name in ("wrong", "second/binance-spot/locked-out"))

    assert "redrive orderctl redrive" not in " ".join(wrong.stdout.split())
    assert "redrive orderctl redrive --signal second/binance-spot/locked-out" in " ".join(locked_out.stdout.split())


def test_a_dead_signal_that_another_has_canceled_since_is_not_to_be_redriven() -> None:
    canceled = make_dead("x", Reason.CREDENTIALS).forbid_redrive("canceled by signal 'y' since", token="t9")

    assert explain_row(canceled).remedy is Remedy.NOTHING


def test_a_row_of_a_venue_that_this_version_does_not_know_is_shown_without_its_call() -> None:
    row = make_sent("x")
    elsewhere = replace(row, identity=replace(row.identity, venue="elsewhere"))

    assert describe_call(row) is not None
    assert describe_call(elsewhere) is None
    assert build_row_document(elsewhere)["request"] is None
    assert explain_letter(replace(SOMEBODY, venue="elsewhere"), "REJECTED", "-2010", None).what == (
        explain_letter(SOMEBODY, "REJECTED", None, None).what
    )


def test_a_signal_in_doubt_is_not_to_be_placed_by_hand() -> None:
    assert "do not place the order by hand" in explain_row(make_sent("x")).do


def test_after_a_doubt_nobody_is_told_that_nothing_is_to_do() -> None:
    doubted = make_sent("x").note_absence()
    waiting_still = doubted.wait(Failure(Meaning.RETRY, None, "halted"), retry_at=NOW, token="t2", now=NOW)
    canceled = waiting_still.cancel("canceled by signal 'y'", token="t3", now=NOW)
    surplus = doubted.accept(Accepted(None), token="t4", now=NOW).note_finding(
        "the exchange has 2 orders: 1, 2", token="t5"
    )

    assert "certainly" not in explain_row(waiting_still).what
    assert "before anything was sent" not in explain_row(canceled).what
    assert "look at your orders" in explain_row(canceled).do
    assert "look at your orders" in explain_row(surplus).do


def test_a_signal_is_found_by_id_and_by_key(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_dead("mine", account="other"))

    by_id = ctl("show", "mine", "--account", "other", "--offline", "--json")
    by_key = ctl("show", "other/binance-spot/mine", "--offline", "--json")

    assert by_id.exit_code == by_key.exit_code == 0
    assert parse_answer(by_id) == parse_answer(by_key)
    assert parse_answer(by_id)["reason"] == "RULES"


def test_what_is_called_off_in_doubt_is_told() -> None:
    assert "signal 'y' has cancelled it" in explain_row(make_sent("x").note_cancel("y", token="t3", now=NOW)).what


def test_an_unknown_signal_is_told_with_where_it_might_be(deployed: Deployed, ctl: Ctl) -> None:
    deployed.sqs.send_message(QueueUrl=deployed.signals, MessageBody="{}")

    result = ctl("show", "nobody")

    assert result.exit_code == 1
    assert "the ledger has no signal nobody of account main at binance-spot" in result.stdout
    assert "The signal queue holds 1 message" in result.stdout


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        (
            None,
            "the secret orderexec/main: there is no such secret; store the key with "
            "`orderctl accounts add main --stack orderexec`",
        ),
        ("no JSON", 'the secret orderexec/main: it must be JSON like {"api_key"'),
        ('{"api_key": "k", "api_secret": "s"}', "the exchange could not be reached"),
    ],
)
def test_without_the_exchange_the_rest_is_shown(deployed: Deployed, ctl: Ctl, secret: str | None, says: str) -> None:
    # GIVEN a stack whose secret is wrong, or whose exchange does not answer, and which has no logs
    deployed.put(make_sent("doubted"))
    if secret is not None:
        deployed.secrets.create_secret(Name="orderexec/main", SecretString=secret)

    result = ctl("show", "doubted")

    assert result.exit_code == 0
    assert "SENT" in result.stdout
    assert says in " ".join(result.stdout.split())
    assert "the log of its deliveries is not shown" in result.stderr


def test_a_dry_run_and_a_row_without_request_ask_nobody(deployed: Deployed, ctl: Ctl) -> None:
    deployed.put(make_waiting("never-sent"))

    assert parse_answer(ctl("show", "never-sent", "--json"))["at_the_exchange"] == {"found": None, "detail": None}


@pytest.fixture
def ledger(deployed: Deployed) -> Deployed:
    """Five signals that differ in everything that `list` knows."""
    for row in (
        make_waiting("waits"),
        make_sent("in-doubt", strategy="night"),
        make_dead("broken", Reason.INVALID_SIGNAL),
        make_dead("late", Reason.EXPIRED, account="other"),
        make_dead("small", strategy="night"),
    ):
        deployed.put(row)
    return deployed


def list_ids(ctl: Ctl, *options: str) -> set[str]:
    result = ctl("list", "--json", *options)
    assert result.exit_code == 0
    return {signal["signal_id"] for signal in parse_answer(result)["signals"]}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", {"waits", "in-doubt", "broken", "late", "small"}),
        ("--state dead", {"broken", "late", "small"}),
        ("--state DEAD --reason expired", {"late"}),
        ("--account other", {"late"}),
        ("--strategy night", {"in-doubt", "small"}),
        ("--symbol btcusdt", {"in-doubt"}),
        ("--day 2026-09-21", {"waits", "in-doubt", "broken", "late", "small"}),
        ("--day 2026-09-22", set()),
        ("--open", {"waits", "in-doubt", "broken", "late", "small"}),  # the letters were not sent yet
        ("--open --state SENT", {"in-doubt"}),
        ("--open --strategy night --reason rules", {"small"}),
        ("--open --day today", set()),
    ],
)
def test_signals_are_found_by_what_is_known_of_them(ledger: Deployed, ctl: Ctl, options: str, found: set[str]) -> None:
    assert list_ids(ctl, *options.split()) == found


def test_a_signal_whose_order_rests_is_listed_and_shown_as_such(ledger: Deployed, ctl: Ctl) -> None:
    report = OrderReport(
        order_id="28",
        client_order_id="a" * 32,
        symbol="BTCUSDT",
        side=Side.BUY,
        status="NEW",
        quantity=Decimal("0.5"),
        executed_quantity=Decimal(0),
        created_at=NOW,
    )
    ledger.put(make_sent("rests").accept(Accepted(report), token="t", now=NOW))
    filled = replace(report, status="FILLED", executed_quantity=Decimal("0.5"))
    ledger.put(make_sent("filled").accept(Accepted(filled), token="t", now=NOW))

    assert list_ids(ctl, "--resting") == {"rests"}
    assert list_ids(ctl, "--resting", "--account", "other") == set()
    assert "it is followed until it has ended" in ctl("show", "rests").stdout
    assert "followed" not in ctl("show", "filled").stdout


def test_two_lists_at_once_are_refused(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("list", "--open", "--resting")

    assert result.exit_code == 2
    assert "--open and --resting are different lists" in result.stderr


def test_pages_hold_every_signal_once(ledger: Deployed, ctl: Ctl) -> None:
    seen: list[str] = []
    after: list[str] = []
    for _ in range(5):
        page = parse_answer(ctl("list", "--json", "--limit", "2", *after))
        seen += [signal["signal_id"] for signal in page["signals"]]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]

    assert sorted(seen) == ["broken", "in-doubt", "late", "small", "waits"]


def test_a_day_that_is_none(deployed: Deployed, ctl: Ctl) -> None:
    result = ctl("list", "--day", "24.11.2026")

    assert result.exit_code == 2
    assert "--day must be a date like 2026-11-24, or today, or yesterday, not '24.11.2026'" in result.stderr


def test_what_people_read(ledger: Deployed, ctl: Ctl) -> None:
    lines = ctl("list", "--reason", "EXPIRED", columns=160).stdout.splitlines()

    assert lines[0].split() == ["signal", "outcome", "tries", "issued", "asked", "detail"]
    assert lines[2].startswith("other/binance-spot/late")
    assert "DEAD EXPIRED" in lines[2]
    assert lines[-1].startswith("1 signal (")
    assert time.time() * 1000 > NOW  # so that "ago" is true


@pytest.fixture
def unreadable(ledger: Deployed) -> Deployed:
    """Among the five a sixth, of a newer version."""
    item = make_item(make_sent("newer")) | {"format": {"N": "99"}, "shape": {"S": "of tomorrow"}}
    ledger.dynamodb.put_item(TableName="ledger", Item=item)
    return ledger


@pytest.mark.parametrize("options", [(), ("--open",), ("--state", "SENT")])
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_listed(
    unreadable: Deployed, ctl: Ctl, options: tuple[str, ...]
) -> None:
    result = ctl("list", *options)

    assert result.exit_code == 0
    assert "in-doubt" in result.stdout
    assert "main/binance-spot/newer cannot be read: a newer version wrote it (format 99" in result.stderr
    assert parse_answer(ctl("list", "--json", *options))["unreadable"] == [
        {"key": "main/binance-spot/newer", "why": "a newer version wrote it (format 99, this version knows 1)"}
    ]


def test_a_row_that_cannot_be_read_is_shown_as_it_stands(unreadable: Deployed, ctl: Ctl) -> None:
    result = ctl("show", "newer")

    assert result.exit_code == 1
    assert "main/binance-spot/newer cannot be read: a newer version wrote it" in result.stdout
    assert "of tomorrow" in result.stdout
    assert parse_answer(ctl("show", "newer", "--json"))["attributes"]["shape"] == "of tomorrow"


def test_a_letter_whose_row_cannot_be_read_stays_and_the_others_are_moved(unreadable: Deployed, ctl: Ctl) -> None:
    for signal_id in ("newer", "new"):
        body = {"id": signal_id, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
        unreadable.send_letter(
            body, reason="EXHAUSTED", signal_id=signal_id, issued_at=format_instant(time.time_ns() // 1_000_000)
        )

    result = ctl("redrive", "--yes", "--json")

    document = parse_answer(result)
    assert document["done"] == 1
    assert [letter["signal_id"] for letter in document["chosen"]] == ["new"]
    assert "its row in the ledger cannot be read (a newer version" in document["left"][0]["why"]


def test_watch_counts_what_cannot_be_read(unreadable: Deployed, ctl: Ctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outcomes, "read_fresh", lambda *_: [])

    document = parse_answer(ctl("watch", "--once", "--json"))

    assert document["open"] == {"DEAD": 3, "SENT": 1, "WAITING": 1, "UNREADABLE": 1}


def test_doctor_says_what_cannot_be_read(unreadable: Deployed, ctl: Ctl) -> None:
    found = [each for each in parse_answer(ctl("doctor", "--json"))["findings"] if "cannot be read" in str(each)]

    assert len(found) == 1
    assert "1 open row cannot be read; main/binance-spot/newer: a newer version" in str(found[0])
