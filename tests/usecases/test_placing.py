"""A signal that meets no trouble: one request, one order, and nothing more whatever arrives afterwards."""

from dataclasses import replace
from decimal import Decimal

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.orders import make_client_order_id
from orderexec.domain.verdicts import Done
from tests.doubles.exchange import Received
from tests.doubles.venue import LATENCY_MS
from tests.usecases.scene import IDENTITY, Scene


def test_a_market_signal_becomes_one_order(scene: Scene) -> None:
    verdict = scene.deliver(scene.message())

    assert verdict == Done(scene.row)
    assert scene.row.state is State.ACCEPTED
    assert scene.row.attempts == 1
    assert scene.row.report == scene.orders[0].report
    assert scene.orders[0].report.client_order_id == make_client_order_id("main", "binance-spot", IDENTITY.id)
    scene.check()


def test_the_row_says_sent_with_the_instant_of_the_signature_while_the_exchange_reads_the_request(
    scene: Scene,
) -> None:
    seen = []

    def look(request: Received) -> None:
        seen.append((scene.row.state, scene.row.signed_at, scene.row.request))
        assert (scene.row.fence or 0) >= request.signed_at + 5_000 + 10_000  # receive window, processing time
        assert scene.time.now() - LATENCY_MS >= request.signed_at

    scene.exchange.on_request = look
    scene.deliver(scene.message())

    request = scene.exchange.requests[0]
    assert seen == [(State.SENT, request.signed_at, request.asked)]


def test_a_limit_signal_is_rounded_and_rests(scene: Scene) -> None:
    scene.deliver(scene.message(type="limit", quantity="0.123456789", price="60000.129"))

    order = scene.exchange.requests[0].asked
    assert (order.quantity, order.price) == (Decimal("0.12345"), Decimal("60000.12"))
    assert scene.row.report is not None
    assert scene.row.report.status == "NEW"
    scene.check()


def test_a_quote_sized_signal_is_placed(scene: Scene) -> None:
    scene.deliver(scene.message(quantity=None, quote_quantity=100))

    assert scene.exchange.requests[0].asked.quote_quantity == Decimal(100)
    scene.check()


def test_a_dry_run_ends_placed_and_leaves_nothing_at_the_exchange(scene: Scene) -> None:
    scene.deliver(scene.message(dry_run=True))

    assert scene.row.state is State.ACCEPTED
    assert scene.row.request is not None
    assert scene.row.request.dry_run
    assert scene.row.report is None
    assert not scene.orders


def test_a_duplicate_on_its_first_delivery_is_acknowledged_without_a_request(scene: Scene) -> None:
    scene.deliver(scene.message())
    current = scene.row

    verdict = scene.deliver(scene.message("message-2"))

    assert verdict == Done(current, repeated=True)
    assert len(scene.exchange.requests) == 1


def test_a_redelivery_of_a_placed_signal_is_acknowledged_without_a_request(scene: Scene) -> None:
    scene.drive(scene.message())

    scene.deliver(replace(scene.message(), receive_count=2))

    assert len(scene.exchange.requests) == 1
    scene.check()


def test_a_duplicate_that_came_with_a_new_issue_time_is_the_same_signal(scene: Scene) -> None:
    scene.deliver(scene.message(issued_at=scene.time.now()))
    scene.time.advance(1_000)

    assert scene.deliver(scene.message("message-2", issued_at=scene.time.now())) == Done(scene.row, repeated=True)
    assert len(scene.exchange.requests) == 1


def test_a_duplicate_of_a_placed_signal_is_done_even_when_the_exchange_is_out_of_reach(scene: Scene) -> None:
    scene.deliver(scene.message())
    scene.exchange.rules_reachable = False

    assert scene.drive(scene.message("message-2")).state is State.ACCEPTED
    scene.check()


def test_a_known_id_with_other_content_is_refused_and_changes_nothing(scene: Scene) -> None:
    scene.deliver(scene.message())
    current = scene.row

    verdict = scene.deliver(scene.message("message-2", quantity="0.02"))

    assert isinstance(verdict, Done)
    assert verdict.row.reason is Reason.INVALID_SIGNAL
    assert [letter.message.id for letter in scene.letters.letters] == ["message-2"]
    assert "known" in (scene.letters.letters[0].row.detail or "")
    assert scene.row == current
    assert len(scene.exchange.requests) == 1


def test_the_same_id_for_another_account_is_another_signal(scene: Scene) -> None:
    scene.secrets.stored["second"] = scene.secrets.stored["main"]

    scene.deliver(scene.message())
    scene.exchange.on_request = lambda _: None
    scene.deliver(scene.message("message-2", account="second"))

    assert {row.state for row in scene.ledger.rows.values()} == {State.ACCEPTED}
    assert len({held.report.client_order_id for held in scene.orders}) == 2
