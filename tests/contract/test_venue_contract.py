"""What the use cases rely on in a venue, shown of the fake and of every venue of the registry at a paper exchange."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orderexec.domain.instruments import Instrument
from orderexec.domain.orders import Order, make_client_order_id
from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.requests import find_mismatch
from orderexec.ports import Credentials, Snapshot
from orderexec.venues.registry import ENTRIES
from tests.contract.binance_stages import BinanceStage
from tests.contract.stage import Stage, complete
from tests.contract.venues import STAGES, make_stage
from tests.paper_exchange.paper_client import PaperClient


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Stage:
    return make_stage(request.param, request)


def test_every_venue_of_the_registry_meets_the_contract() -> None:
    assert {name.partition(" ")[0] for name in STAGES} - {"fake"} == set(ENTRIES)


def place(stage: Stage, order: Order | None = None) -> Answer:
    return stage.venue.send(order or stage.orders.market, stage.venue.now(), stage.key)


def facts(answer: Answer | Snapshot[Decimal]) -> tuple[Meaning, str | None]:
    assert isinstance(answer, Failure), answer
    return answer.meaning, answer.code


@pytest.mark.parametrize(("kind", "status"), [("market", "FILLED"), ("limit", "NEW")])
def test_an_order_is_placed_once_and_reported(stage: Stage, kind: str, status: str) -> None:
    order: Order = getattr(stage.orders, kind)
    asked_at = stage.exchange_time()

    answer = place(stage, order)

    assert isinstance(answer, Accepted)
    assert answer.report is not None
    assert find_mismatch(order, answer.report, asked_at) is None
    assert answer.report.status == ("ACCEPTED" if stage.ways.acknowledges and status == "NEW" else status)
    assert (answer.report.executed_quantity == order.size) == (status == "FILLED")
    assert (answer.report.average_price is not None) == (status == "FILLED")
    assert stage.order_ids() == [answer.report.order_id]


def test_an_order_sized_in_quote_units_is_placed_and_found(stage: Stage) -> None:
    if not stage.orders.sizes_in_quote:
        pytest.skip("the venue sizes no order in quote units")
    order = replace(stage.orders.market, quantity=None, quote_quantity=Decimal(100))

    placed, found = place(stage, order), stage.venue.find(order, stage.key)

    assert isinstance(placed, Accepted)
    assert isinstance(found, Accepted)
    assert found.report is not None
    assert find_mismatch(order, found.report, 0) is None


@pytest.mark.parametrize("kind", ["market", "limit"])
def test_an_order_is_found_by_its_client_order_id(stage: Stage, kind: str) -> None:
    order: Order = getattr(stage.orders, kind)
    placed = place(stage, order)

    found = stage.venue.find(order, stage.key)

    assert isinstance(placed, Accepted)
    assert isinstance(found, Accepted)
    assert placed.report is not None
    assert found.report is not None
    assert found.report == complete(placed.report, found.report)
    assert found.report.status == ("FILLED" if kind == "market" else "NEW")


def test_an_unknown_client_order_id_is_not_found(stage: Stage) -> None:
    answer = stage.venue.find(stage.orders.market, stage.key)

    assert facts(answer) == (Meaning.NOT_FOUND, stage.codes.no_such_order)


def test_a_dry_run_is_accepted_and_leaves_nothing(stage: Stage) -> None:
    if not stage.orders.tries_out:
        pytest.skip("the venue has no dry run")
    assert place(stage, replace(stage.orders.market, dry_run=True)) == Accepted(None)
    assert stage.order_ids() == []


def test_a_dry_run_that_the_venue_lacks_is_never_sent_as_an_order(stage: Stage) -> None:
    if stage.orders.tries_out:
        pytest.skip("the venue has dry runs")
    for order in (stage.orders.market, stage.orders.limit):
        with pytest.raises(ValueError, match=r"no dry run|tries an order out"):
            place(stage, replace(order, dry_run=True))
    assert stage.order_ids() == []


def test_without_money_an_order_is_rejected(stage: Stage) -> None:
    stage.spend_everything()

    assert facts(place(stage)) == (Meaning.REJECT, stage.codes.no_money)
    assert stage.order_ids() == []


def test_an_unknown_symbol_is_rejected(stage: Stage) -> None:
    assert facts(place(stage, replace(stage.orders.market, symbol="NOSUCH"))) == (
        Meaning.REJECT,
        stage.codes.unknown_symbol,
    )


def test_an_order_off_the_step_breaks_the_rules(stage: Stage) -> None:
    stage.coarsen_lots()

    assert facts(place(stage)) == (stage.codes.off_step_means, stage.codes.off_step)
    assert stage.order_ids() == []


@pytest.mark.parametrize("off_ms", [-6_000, 2_000], ids=["too old", "too early"])
def test_a_timestamp_outside_the_receive_window_is_refused(stage: Stage, off_ms: int) -> None:
    answer = stage.venue.send(stage.orders.market, stage.venue.now() + off_ms, stage.key)

    assert facts(answer) == (Meaning.CLOCK, stage.codes.outside_window)
    assert stage.order_ids() == []


@pytest.mark.parametrize("skew_ms", [-3_600_000, 60_000])
def test_asking_for_the_time_corrects_the_clock(stage: Stage, skew_ms: int) -> None:
    stage.skew_clock(skew_ms)
    assert facts(place(stage))[0] is Meaning.CLOCK

    server_time = stage.venue.ask_server_time()

    assert isinstance(server_time, int)
    assert abs(server_time - stage.exchange_time()) < 1_000
    assert abs(stage.venue.now() - stage.exchange_time()) < 1_000
    assert isinstance(place(stage), Accepted)


def test_a_lookup_corrects_the_clock_by_itself(stage: Stage) -> None:
    place(stage)
    stage.skew_clock(60_000)

    assert isinstance(stage.venue.find(stage.orders.market, stage.key), Accepted)


def test_a_refused_key_is_told_from_everything_else(stage: Stage) -> None:
    wrong = Credentials("some-other-key", "secret")

    refused = (Meaning.CREDENTIALS, stage.codes.refused_key)
    assert facts(stage.venue.send(stage.orders.market, stage.venue.now(), wrong)) == refused
    assert facts(stage.venue.find(stage.orders.market, wrong)) == refused
    assert facts(stage.venue.prove_absence(stage.orders.market, stage.exchange_time(), wrong)) == refused
    assert stage.order_ids() == []


def test_a_rate_limit_says_how_long_to_wait(stage: Stage) -> None:
    stage.limit_rate(7)

    answer = place(stage)

    assert facts(answer) == (stage.codes.limit_means, stage.codes.limit)
    assert isinstance(answer, Failure)
    assert answer.retry_after == 7
    assert answer.certainly_not_executed
    assert stage.order_ids() == []


def test_a_lost_answer_is_unknown_and_the_order_can_be_found(stage: Stage) -> None:
    stage.lose_answer()

    assert facts(place(stage)) == (Meaning.UNKNOWN, None)
    found = stage.venue.find(stage.orders.market, stage.key)
    assert isinstance(found, Accepted)
    assert found.report is not None
    assert stage.order_ids() == [found.report.order_id]


def test_a_lost_request_looks_the_same_and_left_nothing(stage: Stage) -> None:
    stage.lose_request()

    assert facts(place(stage)) == (Meaning.UNKNOWN, None)
    assert facts(stage.venue.find(stage.orders.market, stage.key))[0] is Meaning.NOT_FOUND
    assert stage.order_ids() == []


def test_lookups_may_lag_behind_executions(stage: Stage) -> None:
    stage.hide_next_order()

    assert isinstance(place(stage), Accepted)
    missed = (Meaning.NOT_FOUND, stage.codes.no_such_order)
    assert facts(stage.venue.find(stage.orders.market, stage.key)) == missed
    assert len(stage.order_ids()) == 1


def test_an_exchange_that_cannot_be_reached_got_nothing(stage: Stage) -> None:
    unplugged = stage.unplug()

    answer = unplugged.send(stage.orders.market, stage.venue.now(), stage.key)

    assert facts(answer) == (Meaning.RETRY, None)
    lookup = unplugged.find(stage.orders.market, stage.key)
    assert facts(lookup)[0] is not Meaning.NOT_FOUND
    assert "signature" not in str(lookup)
    assert stage.order_ids() == []


def test_an_archived_order_is_not_an_absent_one(paper: PaperClient) -> None:
    lookups = {"method": "GET", "path": "/api/v3/order"}
    paper.arm("answer_instead", status=400, code=-2026, msg="Order was canceled or expired.", match=lookups)
    stage = BinanceStage(paper)

    assert facts(stage.venue.find(stage.orders.market, stage.key)) == (Meaning.UNKNOWN, "-2026")


def test_an_id_is_refused_while_its_order_is_open(stage: Stage) -> None:
    place(stage, stage.orders.limit)

    assert facts(place(stage, stage.orders.limit)) == (Meaning.DUPLICATE, stage.codes.duplicate)
    assert len(stage.order_ids()) == 1


def test_an_id_is_free_again_once_its_order_is_filled_unless_the_exchange_keeps_it(stage: Stage) -> None:
    """Why a client order id is no idempotency key in general, and the reason for all of the protocol."""
    place(stage)

    again = place(stage)

    if stage.ways.keeps_ids:
        assert facts(again) == (Meaning.DUPLICATE, stage.codes.duplicate)
        assert len(stage.order_ids()) == 1
    else:
        assert isinstance(again, Accepted)
        assert len(stage.order_ids()) == 2


def test_rules_are_those_of_the_exchange(stage: Stage) -> None:
    snapshot = stage.venue.rules.get_instrument(stage.orders.market.symbol, not_before=0)

    assert isinstance(snapshot, Snapshot)
    assert isinstance(snapshot.value, Instrument)
    assert snapshot.value.lot.step == stage.orders.step
    assert snapshot.value.price.step == stage.orders.tick
    assert snapshot.value.tradable


def test_an_unknown_symbol_is_the_exchanges_word_not_a_failure_to_ask(stage: Stage) -> None:
    snapshot = stage.venue.rules.get_instrument("NOSUCH", not_before=0)

    assert isinstance(snapshot, Snapshot)
    assert isinstance(snapshot.value, Failure)
    assert snapshot.value.code == stage.codes.unknown_symbol
    for price in (stage.venue.rules.get_market_price, stage.venue.rules.get_last_price):
        assert facts(price("NOSUCH", not_before=0)) == (Meaning.REJECT, stage.codes.unknown_symbol)


def test_the_symbols_are_those_of_the_exchange(stage: Stage) -> None:
    snapshot = stage.venue.rules.get_symbols(not_before=0)

    assert isinstance(snapshot, Snapshot)
    assert stage.orders.market.symbol in snapshot.value
    assert "NOSUCH" not in snapshot.value


def test_why_market_data_cannot_be_had_is_a_failure_that_says_so(stage: Stage) -> None:
    rules = stage.unplug_market_data()

    answers = [
        rules.get_instrument(stage.orders.market.symbol, not_before=0),
        rules.get_symbols(not_before=0),
        rules.get_last_price(stage.orders.market.symbol, not_before=0),
        rules.get_market_price(stage.orders.market.symbol, not_before=0),
    ]

    for answer in answers:
        assert isinstance(answer, Failure)
        assert "HTTP 451" in answer.detail


def test_what_was_known_before_serves_and_says_why_it_is_not_newer(stage: Stage) -> None:
    symbol, later = stage.orders.market.symbol, stage.exchange_time() + 60_000
    known = stage.venue.rules.get_instrument(symbol, not_before=0)
    stage.unplug_market_data()

    answer = stage.venue.rules.get_instrument(symbol, not_before=later)

    assert answer == known
    assert isinstance(answer, Snapshot)
    assert answer.trouble is not None
    assert "HTTP 451" in answer.trouble.detail


def test_a_market_price_is_known(stage: Stage) -> None:
    snapshot = stage.venue.rules.get_market_price(stage.orders.market.symbol, not_before=0)

    assert isinstance(snapshot, Snapshot)
    assert snapshot.value == stage.orders.market_price


def test_an_order_that_was_never_sent_is_found_in_no_source(stage: Stage) -> None:
    place(stage, replace(stage.orders.market, client_order_id=make_client_order_id("main", "binance-spot", "another")))

    answer = stage.venue.prove_absence(stage.orders.market, stage.exchange_time() - 1_000, stage.key)

    assert facts(answer) == (Meaning.NOT_FOUND, stage.codes.no_such_order)


def test_an_order_whose_own_lookup_lags_is_found_in_another_source(stage: Stage) -> None:
    since = stage.exchange_time()
    assert isinstance(place(stage), Accepted)
    stage.hide_orders_from_their_lookup()
    looked_up = stage.venue.find(stage.orders.market, stage.key)
    if stage.ways.looks_everywhere:
        assert isinstance(looked_up, Accepted)
    else:
        assert facts(looked_up)[0] is Meaning.NOT_FOUND

    found = stage.venue.prove_absence(stage.orders.market, since, stage.key)

    assert isinstance(found, Accepted)
    assert found.report is not None
    assert [found.report.order_id] == stage.order_ids()


def test_a_source_that_fails_proves_no_absence(stage: Stage) -> None:
    stage.fail_the_history()

    assert (
        facts(stage.venue.prove_absence(stage.orders.market, stage.exchange_time(), stage.key))[0]
        is not Meaning.NOT_FOUND
    )


def test_the_history_holds_every_order_with_the_id_of_one_even_if_lookups_show_only_the_newest(stage: Stage) -> None:
    since = stage.exchange_time()
    placed = [place(stage), place(stage)]  # the first is filled, so its id may be free again

    history = stage.venue.list_orders(stage.orders.market, since, stage.key)

    assert isinstance(history, list)
    assert [isinstance(answer, Accepted) for answer in placed] == [True, not stage.ways.keeps_ids]
    count = 1 if stage.ways.keeps_ids else 2
    assert [report.client_order_id for report in history] == [stage.orders.market.client_order_id] * count
    assert [report.order_id for report in history] == stage.order_ids()


def test_a_history_that_cannot_be_had_is_a_failure_not_an_empty_one(stage: Stage) -> None:
    history = stage.unplug().list_orders(stage.orders.market, stage.exchange_time(), stage.key)

    assert isinstance(history, Failure)


def test_a_history_asked_for_by_a_wrong_clock_is_asked_for_once_more(stage: Stage) -> None:
    since = stage.exchange_time()
    place(stage)
    stage.skew_clock(60_000)

    history = stage.venue.list_orders(stage.orders.market, since, stage.key)

    assert isinstance(history, list)
    assert len(history) == 1


@pytest.mark.parametrize("of_another_account", [True, False])
def test_keys_are_of_one_account_only_if_the_exchange_says_so(stage: Stage, of_another_account: bool) -> None:
    second = stage.second_key(of_another_account=of_another_account)
    accounts = stage.venue.accounts

    first, other = accounts.find_id(stage.key), accounts.find_id(second)

    assert isinstance(first, str)
    assert isinstance(other, str)
    assert (first == other) is not of_another_account
    assert accounts.recall_id(accounts.name_signer(second)) == other


def test_an_order_is_found_with_any_key_of_its_account_and_with_no_other(stage: Stage) -> None:
    place(stage)

    assert isinstance(stage.venue.find(stage.orders.market, stage.second_key(of_another_account=False)), Accepted)
    other = stage.second_key(of_another_account=True)
    assert facts(stage.venue.find(stage.orders.market, other)) == (Meaning.NOT_FOUND, stage.codes.no_such_order)
    assert stage.venue.list_orders(stage.orders.market, stage.exchange_time() - 60_000, other) == []


def test_whose_a_key_is_is_known_when_the_key_is_gone(stage: Stage) -> None:
    accounts = stage.venue.accounts
    signer = accounts.name_signer(stage.key)
    assert accounts.recall_id(signer) is None

    told = accounts.find_id(stage.key)

    assert accounts.recall_id(signer) == told
    assert stage.key.api_key not in signer


def test_a_key_that_is_refused_is_nobodys(stage: Stage) -> None:
    wrong = Credentials("some-other-key", "secret")

    refused = (Meaning.CREDENTIALS, stage.codes.refused_key)
    assert facts(stage.venue.accounts.find_id(wrong)) == refused  # type: ignore[arg-type]
    assert stage.venue.accounts.recall_id(stage.venue.accounts.name_signer(wrong)) is None
