"""Each field of a signal: what it takes, what it becomes, and the words with which it refuses."""

from decimal import Decimal

import pytest

from tests.unit.examples import LIMIT_SELL, MARKET_BUY, NOW, parse, refusal, signal

AMOUNT = "must be a decimal number from 1E-18 to 1E+18"


def test_a_market_buy_of_nothing_but_the_needed_fields_has_the_contracts_defaults() -> None:
    read = signal()

    assert (read.identity.account, read.identity.venue, read.identity.id) == ("main", "binance-spot", "message-1")
    assert (read.symbol, read.side, read.type, read.quantity) == ("BTCUSDT", "BUY", "MARKET", Decimal("0.5"))
    assert (read.quote_quantity, read.price, read.time_in_force, read.strategy) == (None, None, None, None)
    assert read.dry_run is False
    assert read.issued_at == NOW - 1_000
    assert read.expires_at == NOW - 1_000 + 300_000


def test_a_limit_order_is_good_till_cancelled_unless_it_says_otherwise() -> None:
    assert signal(**LIMIT_SELL).time_in_force == "GTC"
    assert signal(**LIMIT_SELL, time_in_force="fok").time_in_force == "FOK"


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("side", "sell", "side", "SELL"),
        ("type", "Market", "type", "MARKET"),
        ("symbol", "１２３４５６", "symbol", "１２３４５６"),
        ("symbol", "1000SATSUSDT", "symbol", "1000SATSUSDT"),
        ("symbol", "1000satsUsdt", "symbol", "1000SATSUSDT"),
        ("symbol", "ｂtcusdtß", "symbol", "ｂTCUSDTß"),
        ("strategy", "Größe & Überraschung", "strategy", "Größe & Überraschung"),
        ("dry_run", True, "dry_run", True),
        ("max_age_seconds", 1.5, "expires_at", NOW + 500),
        ("max_age_seconds", "0.001", "expires_at", NOW - 999),
        ("max_age_seconds", 1_209_600, "expires_at", NOW - 1_000 + 1_209_600_000),
    ],
)
def test_a_field_is_taken(field: str, value: object, attribute: str, expected: object) -> None:
    assert getattr(signal(**{field: value}), attribute) == expected


@pytest.mark.parametrize("name", ["account", "venue", "id"])
def test_the_parts_of_the_identity_are_taken_as_they_stand(name: str) -> None:
    given = {"account": "desk_2-b", "venue": "Binance-Spot", "id": "a/b c:Ω"}
    expected = {"account": "desk_2-b", "venue": "binance-spot", "id": "a/b c:Ω"}

    assert getattr(signal(**given).identity, name) == expected[name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1", "0.1"),
        ("1e-7", "1E-7"),
        ("5", "5"),
        ("12e3", "12000"),
        ("1.50", "1.50"),
        ("0.100000000000000005551115123126", "0.100000000000000005551115123126"),
        ("123456789012345678.901234567890", "123456789012345678.901234567890"),
        ("1000000000000000000", "1E18"),
        ("0.000000000000000001", "1E-18"),
    ],
)
@pytest.mark.parametrize("quoted", ["", '"'])
def test_an_amount_keeps_every_digit_whether_it_is_a_json_number_or_a_string(
    text: str, expected: str, quoted: str
) -> None:
    read = parse(f'{{"symbol": "BTCUSDT", "side": "BUY", "quantity": {quoted}{text}{quoted}}}')

    # Equal as Decimal means equal to the last digit; 0.1 that passed through a float would be 0.1000000000000000055.
    assert getattr(read, "quantity", read) == Decimal(expected)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("action", "sell", "action must be place or cancel or replace or amend or close, not 'sell'"),
        ("id", "", "id must have 1 to 128 characters, not 0"),
        ("id", "x" * 129, "id must have 1 to 128 characters, not 129"),
        ("id", "a\nb", r"id must be a string of printable characters, not 'a\nb'"),
        ("id", 7, "id must be a string of printable characters, not 7"),
        ("account", "a/b", "account must be 1 to 64 letters, digits, '_' or '-', not 'a/b'"),
        ("account", "mäin", r"account must be 1 to 64 letters, digits, '_' or '-', not 'm\xe4in'"),
        ("account", "main\n", r"account must be 1 to 64 letters, digits, '_' or '-', not 'main\n'"),
        ("account", "", "account must be 1 to 64 letters, digits, '_' or '-', not ''"),
        (
            "venue",
            "kraken",
            "venue must be binance-spot or binance-margin or binance-usdm or binance-coinm or bybit, not 'kraken'",
        ),
        ("symbol", "BTC/USDT", "symbol must be the exchange's own symbol, such as BTCUSDT, not 'BTC/USDT'"),
        ("symbol", "B" * 41, f"symbol must be the exchange's own symbol, such as BTCUSDT, not '{'B' * 41}'"),
        ("symbol", 5, "symbol must be the exchange's own symbol, such as BTCUSDT, not 5"),
        ("side", "HOLD", "side must be BUY or SELL, not 'HOLD'"),
        ("side", ["BUY"], "side must be BUY or SELL, not a list"),
        ("type", "STOP", "TAKE_PROFIT_LIMIT or OCO, not 'STOP'"),
        ("time_in_force", "DAY", "time_in_force must be GTC or IOC or FOK, not 'DAY'"),
        ("quantity", 0, f"quantity {AMOUNT}, not 0"),
        ("quantity", -1, f"quantity {AMOUNT}, not -1"),
        ("quantity", "NaN", f"quantity {AMOUNT}, not 'NaN'"),
        ("quantity", float("inf"), f"quantity {AMOUNT}, not inf"),
        ("quantity", float("nan"), f"quantity {AMOUNT}, not nan"),
        ("quantity", True, f"quantity {AMOUNT}, not True"),
        ("quantity", "1_000", f"quantity {AMOUNT}, not '1_000'"),
        ("quantity", " 1", f"quantity {AMOUNT}, not ' 1'"),
        ("quantity", "٣", rf"quantity {AMOUNT}, not '\u0663'"),
        ("quantity", "0x10", f"quantity {AMOUNT}, not '0x10'"),
        ("quantity", "1e-19", f"quantity {AMOUNT}, not '1e-19'"),
        ("quantity", "1e999", f"quantity {AMOUNT}, not '1e999'"),
        ("quantity", "1" * 65, f"quantity {AMOUNT}, not '{'1' * 56}..."),
        ("quantity", None, "quantity is null; give it a value or leave the field out"),
        ("stop_loss", {"stop_price": "1", "price": None}, "stop_loss is wrong (price is null; give it a value"),
        ("max_age_seconds", 0, "max_age_seconds must be a number of seconds from 0.001 to 1209600, not 0"),
        ("max_age_seconds", 1_209_601, "must be a number of seconds from 0.001 to 1209600, not 1209601"),
        ("strategy", "s" * 65, "strategy must have 1 to 64 characters, not 65"),
        ("strategy", "\ud800", r"strategy must be a string of printable characters, not '\ud800'"),
        ("dry_run", "true", "dry_run must be true or false, not 'true'"),
        ("dry_run", 1, "dry_run must be true or false, not 1"),
        ("leverage", 3, "leverage does not go with venue binance-spot"),
        ("lever", 3, "unknown field 'lever'"),
    ],
)
def test_a_value_is_refused_in_words_that_name_field_rule_and_value(field: str, value: object, words: str) -> None:
    assert words in refusal(MARKET_BUY | {field: value}).detail


@pytest.mark.parametrize("field_value", [("side", "ſell"), ("type", "lımıt")])
def test_letters_that_only_look_like_the_word_are_refused(field_value: tuple[str, str]) -> None:
    field, value = field_value
    assert f"{field} must be" in refusal(LIMIT_SELL | {field: value}).detail


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_789_999_999_123, 1_789_999_999_123),
        ("1789999999123", 1_789_999_999_123),
        (1_789_999_999_123.75, 1_789_999_999_123),
        ("1789999999123.99", 1_789_999_999_123),
        ("2026-09-21T13:33:20Z", 1_789_997_600_000),
        ("2026-09-21T13:33:20.123+00:00", 1_789_997_600_123),
        ("2026-09-21T15:33:20+02:00", 1_789_997_600_000),
        ("2026-09-21 13:33:20.000999-00:00", 1_789_997_600_001),
        ("20260921T133320Z", 1_789_997_600_000),
    ],
)
def test_the_time_of_issue_is_read(value: object, expected: int) -> None:
    assert signal(issued_at=value).issued_at == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-09-21T13:33:20", "must be ISO 8601 with a zone or epoch milliseconds"),
        ("yesterday", "must be ISO 8601 with a zone or epoch milliseconds"),
        ("2026-02-30T00:00:00Z", "must be ISO 8601 with a zone or epoch milliseconds"),
        ("0001-01-01T00:00:00+23:59", "is before 2017"),
        ("1789999999123 ", "must be ISO 8601 with a zone or epoch milliseconds"),
        ("1.789999999123e12", "must be ISO 8601 with a zone or epoch milliseconds"),
        (-1, "must be ISO 8601 with a zone or epoch milliseconds"),
        (10**15, "must be ISO 8601 with a zone or epoch milliseconds"),
        (True, "must be ISO 8601 with a zone or epoch milliseconds"),
        (1_789_999_999, "1789999999 is before 2017 (are these seconds? multiply by 1000)"),
        (1_789_999_999.5, "1789999999.5 is before 2017 (are these seconds? multiply by 1000)"),
        ("1789999999", "is before 2017 (are these seconds? multiply by 1000)"),
        ("1999-12-31T00:00:00Z", "is before 2017"),
        (NOW + 5_001, "issued_at lies 5.0 s in the future"),
        ("2099-01-01T00:00:00Z", "s in the future"),
    ],
)
def test_a_time_of_issue_that_cannot_be_meant_is_refused(value: object, words: str) -> None:
    assert words in refusal(MARKET_BUY | {"issued_at": value}).detail


def test_a_producers_clock_may_be_a_little_ahead() -> None:
    assert signal(issued_at=NOW + 5_000).issued_at == NOW + 5_000
