"""The message as a whole: contradictions, repeated names, what is no JSON; and never an exception."""

import json
import time
from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderexec.domain.decimals import LARGEST, SMALLEST
from orderexec.domain.kept import MOST_SIGNAL_BYTES
from orderexec.domain.messages import Mark
from orderexec.domain.signal_fields import READERS
from orderexec.domain.signals import InvalidSignal, Signal
from tests.unit.examples import LIMIT_SELL, MARKET_BUY, NOW, parse, refusal, signal

MARKET_SIZES = "exactly one of quantity, quote_quantity, quantity_percent, quote_percent"
LIMIT_SIZES = "exactly one of quantity, quantity_percent, quote_percent"
CONTRADICTIONS: list[tuple[Mapping[str, object], str]] = [
    (
        MARKET_BUY | {"quote_quantity": 10},
        f"type MARKET needs {MARKET_SIZES}",
    ),
    (
        {"symbol": "A", "side": "BUY"},
        f"type MARKET needs {MARKET_SIZES}",
    ),
    (MARKET_BUY | {"price": 1}, "price does not go with type MARKET"),
    (MARKET_BUY | {"time_in_force": "GTC"}, "time_in_force does not go with type MARKET"),
    (MARKET_BUY | {"stop_price": 1}, "stop_price does not go with type MARKET"),
    (MARKET_BUY | {"trailing_delta": 1}, "trailing_delta does not go with type MARKET"),
    (MARKET_BUY | {"iceberg_quantity": 1}, "iceberg_quantity does not go with type MARKET"),
    (LIMIT_SELL | {"quote_quantity": 1}, "quote_quantity does not go with type LIMIT"),
    (LIMIT_SELL | {"stop_price": 1}, "stop_price does not go with type LIMIT"),
    (LIMIT_SELL | {"trailing_delta": 1}, "trailing_delta does not go with type LIMIT"),
    (LIMIT_SELL | {"iceberg_quantity": 1, "time_in_force": "IOC"}, "iceberg_quantity goes only with time_in_force GTC"),
    (
        {"symbol": "A", "side": "SELL", "type": "limit", "price": 1},
        f"type LIMIT needs {LIMIT_SIZES}",
    ),
    (
        {"symbol": "A", "side": "SELL", "type": "LIMIT", "quantity": 1},
        "price is missing, type LIMIT needs it (or a peg_price_type)",
    ),
]


@pytest.mark.parametrize(("fields", "detail"), CONTRADICTIONS)
def test_fields_that_contradict_each_other_are_refused(fields: Mapping[str, object], detail: str) -> None:
    assert refusal(fields).detail == detail


@pytest.mark.parametrize("missing", ["symbol", "side"])
def test_a_needed_field_that_is_missing_is_named(missing: str) -> None:
    fields = {name: value for name, value in MARKET_BUY.items() if name != missing}

    assert f"{missing} is missing" in refusal(fields).detail


def test_every_problem_of_a_message_is_named_at_once() -> None:
    detail = refusal('{"side": "up", "quantity": -1, "size": 3, "quantity": 2, "dry_run": null}').detail

    for problem in (
        "side must be",
        "unknown field 'size'",
        "dry_run is null",
        "symbol is missing",
        "'quantity' stands",
    ):
        assert problem in detail
    contradicted = refusal(MARKET_BUY | {"price": 1, "quote_quantity": 1}).detail
    assert "price does not go" in contradicted
    assert "exactly one of" in contradicted


def test_a_field_given_twice_is_refused_even_with_the_same_value() -> None:
    body = '{"symbol": "BTCUSDT", "side": "BUY", "quantity": 1, "quantity": 1}'

    assert refusal(body).detail == "'quantity' stands there more than once"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ('{"symbol": "A",}', "is not JSON"),
        ("[" * 100_000, "is not JSON: it cannot be read"),
        ('{"a":' * 100_000, "is not JSON: it cannot be read"),
        ("[]", "is not a JSON object but a list"),
        (json.dumps([MARKET_BUY]), "is not a JSON object but a list of them"),
        (json.dumps(json.dumps(MARKET_BUY)), "a string that holds one: it was made JSON twice; make it JSON once"),
        ("null", "is not a JSON object"),
        ('"BUY"', "is not a JSON object"),
        ("1" * 10_000, "is not a JSON object"),
        ("NaN", "is not a JSON object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_under_the_messages_own_id(body: str, words: str) -> None:
    refused = refusal(body)

    assert words in refused.detail
    assert refused.identity.key == "main/binance-spot/message-1"


ENVELOPES = [
    (
        {"Type": "Notification", "MessageId": "m", "TopicArn": "arn", "Message": json.dumps(MARKET_BUY)},
        "the message body is an SNS notification; turn on raw message delivery of the subscription",
    ),
    (
        {
            "version": "0",
            "id": "0-1",
            "detail-type": "Signal",
            "source": "bot",
            "account": "123456789012",
            "time": "t",
            "region": "eu-west-1",
            "resources": [],
            "detail": MARKET_BUY,
        },
        "the message body is an EventBridge event; set the input path of the rule's target to $.detail",
    ),
    ({"Records": [{"body": json.dumps(MARKET_BUY)}]}, "the message body is an event with a list of records"),
    ({"specversion": "1.0", "type": "t", "source": "s", "id": "7", "data": MARKET_BUY}, "is a CloudEvent"),
    ({"headers": {}, "body": json.dumps(MARKET_BUY)}, "is an HTTP request of API Gateway"),
]


@pytest.mark.parametrize(("body", "words"), ENVELOPES, ids=lambda value: "" if isinstance(value, dict) else value[:40])
def test_an_envelope_is_named_for_what_it_is_and_names_no_signal(body: Mapping[str, object], words: str) -> None:
    refused = refusal(body)

    assert words in refused.detail
    assert refused.identity.key == "main/binance-spot/message-1"


def test_a_signal_with_fields_of_an_envelope_is_a_signal_with_fields_too_many() -> None:
    assert refusal(MARKET_BUY | {"Records": []}).detail == "unknown field 'Records'"


def test_a_byte_order_mark_says_nothing() -> None:
    assert parse("\ufeff" + json.dumps(MARKET_BUY)) == parse(MARKET_BUY)


@pytest.mark.parametrize("size", [MOST_SIGNAL_BYTES, MOST_SIGNAL_BYTES + 1])
def test_a_signal_is_bounded_in_bytes_and_what_is_larger_keeps_its_name(size: int) -> None:
    body = json.dumps(MARKET_BUY | {"id": "€" * 100}, ensure_ascii=False)
    parsed = parse(body + " " * (size - len(body.encode())))

    assert parsed.identity.id == "€" * 100
    assert isinstance(parsed, Signal) == (size == MOST_SIGNAL_BYTES)


@pytest.mark.parametrize("body", [MARKET_BUY, MARKET_BUY | {"issued_at": NOW - 500}])
def test_a_letter_that_was_redriven_is_as_old_as_it_says(body: Mapping[str, object]) -> None:
    mark = Mark(death="d", signal_id="s", issued_at=NOW - 9_000)

    parsed = parse(body, mark=mark, sent_at=NOW)

    assert isinstance(parsed, Signal)
    assert (parsed.issued_at, parsed.expires_at) == (NOW - 9_000, NOW - 9_000 + 300_000)


@given(st.integers(1, 10**9))
def test_only_a_named_age_lets_a_letter_live_longer(allowed_age_ms: int) -> None:
    mark = Mark(death="d", signal_id="s", issued_at=NOW - 9_000, allowed_age_ms=allowed_age_ms)

    parsed = parse(MARKET_BUY, mark=mark)

    assert isinstance(parsed, Signal)
    assert parsed.expires_at == NOW - 9_000 + max(300_000, allowed_age_ms)


def test_a_letter_that_does_not_say_how_old_it_is_is_refused() -> None:
    assert "its age is not known" in refusal(MARKET_BUY, mark=Mark(death="d", signal_id="s", issued_at=0)).detail


def test_a_number_of_a_million_digits_is_refused_at_once() -> None:
    body = json.dumps(MARKET_BUY).replace('"0.5"', "9" * 1_000_000)

    assert "quantity must be a decimal number" in refusal(body).detail
    assert len(refusal(body).detail) < 300


@pytest.mark.parametrize("depth", [10, 200, 900, 950, 980, 990, 1_000, 3_000])
def test_a_deeply_nested_value_is_refused_at_every_depth(depth: int) -> None:
    assert refusal(f'{{"symbol": {"[" * depth}{"]" * depth}}}').detail


# The size of a body that SQS takes: what it holds must cost neither the function's time nor the ledger's item size.
def test_the_detail_of_a_large_nonsense_message_fits_into_the_ledger() -> None:
    body = json.dumps({f"field-{number}": 1 for number in range(20_000)})

    assert len(refusal(body).detail) < 100_000


def test_a_large_message_with_a_repeated_name_is_refused_quickly() -> None:
    names = ",".join(f'"{number}":1' for number in range(40_000))

    # Comparing each name with each other would take ten seconds and more, counting them takes a few hundredths of one.
    # The least of three: the interpreter may collect the garbage of all other tests within any one of them.
    assert min(seconds_to_refuse(f'{{{names},"1":1}}') for _ in range(3)) < 1


def seconds_to_refuse(body: str) -> float:
    """Processor time for reading one body that is refused."""
    started = time.thread_time()
    refusal(body)
    return time.thread_time() - started


def test_of_very_many_problems_some_are_named_and_the_rest_counted() -> None:
    detail = refusal(MARKET_BUY | {f"field-{number}": 1 for number in range(300)}).detail

    assert detail.startswith("unknown field 'field-0'; unknown field 'field-1'; ")
    named = detail.count("unknown field")
    assert detail.endswith(f"; and {300 - named} more")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELD_NAMES = sorted(READERS["binance-spot"])
NEARLY_WORDS: list[object] = [
    *("place", "cancel", "replace", "amend", "BUY", "sell", "MARKET", "limit", "STOP_LOSS_LIMIT", "OCO", "gtc", "IOC"),
    *("binance-spot", "main", "BTCUSDT", "PRIMARY_PEG", "filled", True, False),
]
NEARLY_RIGHT = st.one_of(
    JSON,
    st.sampled_from(NEARLY_WORDS),
    st.decimals("1e-19", "1e19", allow_nan=False).map(str),
    st.integers(1_480_000_000_000, 1_800_000_000_000),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
)


@given(st.text() | JSON.map(json.dumps))
@example("\ufeff{}")
@example('{"symbol": "\\ud800", "side": "BUY"}')
def test_any_text_is_a_refusal_or_a_signal_that_is_understood(body: str) -> None:
    assert_understood(parse(body))


@given(st.dictionaries(st.sampled_from(FIELD_NAMES) | st.text(max_size=3), NEARLY_RIGHT, max_size=8))
def test_any_mixture_of_fields_is_a_refusal_or_a_signal_that_is_understood(fields: dict[str, object]) -> None:
    assert_understood(parse(MARKET_BUY | fields))
    assert_understood(parse(LIMIT_SELL | fields))


def assert_understood(parsed: Signal | InvalidSignal) -> None:
    """Nothing in a signal is left to interpretation; a refusal says why, in words that any log takes."""
    if isinstance(parsed, InvalidSignal):
        assert parsed.detail
        assert parsed.detail.isprintable()
        return
    amounts = (parsed.quantity, parsed.quote_quantity, parsed.price, parsed.stop_price, parsed.iceberg_quantity)
    assert all(SMALLEST <= amount <= LARGEST for amount in amounts if amount is not None)
    if parsed.action in ("place", "replace"):
        assert_an_order(parsed)
    assert (parsed.target is None) == (parsed.action == "place") or parsed.action == "cancel"
    assert parsed.expires_at > parsed.issued_at
    assert parsed.identity.key.startswith(f"{parsed.identity.account}/binance-spot/")


def assert_an_order(parsed: Signal) -> None:
    assert parsed.side in ("BUY", "SELL")
    assert parsed.type is not None
    sizes = (parsed.quantity, parsed.quote_quantity, parsed.quantity_percent, parsed.quote_percent)
    assert sum(size is not None for size in sizes) == 1
    limited = parsed.type in ("LIMIT", "LIMIT_MAKER") or parsed.type.endswith("_LIMIT")
    assert limited == (parsed.price is not None or parsed.peg_price_type is not None)
    assert (parsed.time_in_force is not None) == (limited and parsed.type != "LIMIT_MAKER")
    assert (parsed.type == "OCO") <= (None not in (parsed.take_profit, parsed.stop_loss))
    triggered = parsed.type.startswith(("STOP_LOSS", "TAKE_PROFIT"))
    assert triggered == (parsed.stop_price is not None or parsed.trailing_delta is not None)


def test_the_words_for_a_value_stay_short() -> None:
    detail = refusal(MARKET_BUY | {"side": "x" * 5_000}).detail

    assert detail == f"side must be BUY or SELL, not '{'x' * 56}..."


def test_the_same_words_serve_a_signal_in_any_order_of_its_fields() -> None:
    backwards = dict(reversed(LIMIT_SELL.items()))

    assert parse(backwards) == signal(**LIMIT_SELL)
