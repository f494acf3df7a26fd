"""The environment: what is read from it, and the sentence that says which variable is wrong."""

import pytest

from orderexec.config import URL_VARIABLES, ConfigurationError, read_environment, read_reporter_environment
from orderexec.venues.registry import ENTRIES

RIGHT = {
    "VENUES": "binance-spot,binance-usdm,binance-coinm,bybit",
    "BINANCE_SPOT_URL": "https://api.binance.com",
    "BINANCE_USDM_URL": "https://fapi.binance.com",
    "BINANCE_COINM_URL": "https://dapi.binance.com",
    "BYBIT_URL": "https://api.bybit.com",
    "SECRET_PREFIX": "orderexec/",
    "SIGNAL_MAX_AGE_SECONDS": "300",
    "RECV_WINDOW_MS": "5000",
    "LEDGER_TABLE": "ledger",
    "SHARED_TABLE": "shared",
    "SIGNAL_QUEUE_URL": "https://sqs/signals",
    "DEAD_LETTER_QUEUE_URL": "https://sqs/dead",
    "LIMITS_PREFIX": "/orderexec/limits/",
    "LIMIT_SHARE_PERCENT": "90",
    "MAXIMUM_CONCURRENCY": "10",
    "HALT_AFTER_CREDENTIAL_FAILURES": "5",
    "HALT_AFTER_REJECTIONS": "0",
    "FOLLOW_SHARE_PERCENT": "25",
    "REQUIRE_LIMITS": "false",
    "RESEND_AFTER_DOUBT": "default",
}


def test_only_the_addresses_of_the_venues_that_are_named_are_read_in_their_order() -> None:
    only_spot = {name: value for name, value in RIGHT.items() if not name.startswith(("BINANCE_", "BYBIT_"))}
    spot = {"VENUES": "binance-spot", "BINANCE_SPOT_URL": "https://api.binance.com"}

    assert list(read_environment(only_spot | spot).base_urls) == ["binance-spot"]
    assert list(read_environment(RIGHT | {"VENUES": "binance-coinm, binance-spot"}).base_urls) == [
        "binance-coinm",
        "binance-spot",
    ]


@pytest.mark.parametrize("value", ["binance", "binance-spot,", "binance-spot;binance-usdm", "okx"])
def test_a_venue_that_is_not_known_is_named_with_those_that_are(value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"VENUES must name venues .* any of binance-spot, binance-margin"):
        read_environment(RIGHT | {"VENUES": value})


def test_the_venues_are_those_of_the_registry_each_with_its_parameter() -> None:
    parameters = {name: "".join(word.capitalize() for word in each.split("_")) for name, each in URL_VARIABLES.items()}

    assert parameters == {name.partition("/")[0]: entry.url_parameter for name, entry in ENTRIES.items()}


def test_a_venue_with_several_products_is_named_once() -> None:
    traded = read_environment(RIGHT | {"VENUES": "bybit,binance-spot"}).base_urls

    assert list(traded) == ["bybit/spot", "bybit/linear", "bybit/inverse", "binance-spot"]


def test_margin_has_the_address_of_spot() -> None:
    assert read_environment(RIGHT | {"VENUES": "binance-margin"}).base_urls == {
        "binance-margin": "https://api.binance.com"
    }


def test_every_variable_has_its_place() -> None:
    config = read_environment(RIGHT)

    assert config.base_urls == {
        "binance-spot": "https://api.binance.com",
        "binance-usdm": "https://fapi.binance.com",
        "binance-coinm": "https://dapi.binance.com",
        "bybit/spot": "https://api.bybit.com",
        "bybit/linear": "https://api.bybit.com",
        "bybit/inverse": "https://api.bybit.com",
    }
    assert (config.policy.max_age_ms, config.recv_window_ms, config.secret_prefix) == (300_000, 5_000, "orderexec/")
    assert (config.ledger_table, config.shared_table) == ("ledger", "shared")
    assert (config.limits_prefix, config.limit_share, config.containers) == ("/orderexec/limits/", 0.9, 10)
    assert (config.policy.halt_after_credential_failures, config.policy.halt_after_rejections) == (5, 0)
    assert config.policy.follow_share == 0.25
    assert (config.signal_queue_url, config.dead_letter_queue_url) == ("https://sqs/signals", "https://sqs/dead")


@pytest.mark.parametrize("name", RIGHT)
def test_a_variable_that_is_missing_or_empty_is_named(name: str) -> None:
    for wrong in ({key: value for key, value in RIGHT.items() if key != name}, RIGHT | {name: ""}):
        with pytest.raises(ConfigurationError, match=f"{name} is not set; template.yaml sets it"):
            read_environment(wrong)


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [
        *[
            ("RECV_WINDOW_MS", value, "from 1 to 60000")
            for value in ("0", "60001", "-1", "5e3", "5.0", " 5", "²", "5_0")
        ],
        *[("SIGNAL_MAX_AGE_SECONDS", value, "from 1 to 1209600") for value in ("0", "1209601", "300s")],
        *[("LIMIT_SHARE_PERCENT", value, "from 1 to 100") for value in ("0", "101", "90%")],
        ("MAXIMUM_CONCURRENCY", "0", "from 1 to 1000"),
    ],
)
def test_a_number_out_of_range_is_named_with_its_limits(name: str, value: str, limits: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} must be a whole number {limits}, not '{value}'"):
        read_environment(RIGHT | {name: value})


@pytest.mark.parametrize("value", ["True", "yes", "1", "0", "no"])
def test_a_choice_of_two_is_one_of_the_two(value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"REQUIRE_LIMITS must be true or false, not '{value}'"):
        read_environment(RIGHT | {"REQUIRE_LIMITS": value})
    assert [read_environment(RIGHT | {"REQUIRE_LIMITS": each}).require_limits for each in ("true", "false")] == [
        True,
        False,
    ]


@pytest.mark.parametrize(("name", "value"), [("RECV_WINDOW_MS", "60000"), ("SIGNAL_MAX_AGE_SECONDS", "1209600")])
def test_the_limits_themselves_are_allowed(name: str, value: str) -> None:
    assert read_environment(RIGHT | {name: value})


@pytest.mark.parametrize(
    "value", ["api.binance.com", "ftp://api.binance.com", "https://api.binance.com/api", "https://"]
)
def test_an_address_that_is_no_base_url_is_named(value: str) -> None:
    with pytest.raises(ConfigurationError, match="BINANCE_SPOT_URL must be an https URL without a path"):
        read_environment(RIGHT | {"BINANCE_SPOT_URL": value})


def test_the_reporter_has_variables_of_its_own() -> None:
    right = {"STACK_NAME": "orderexec", "EVENT_BUS": "default", "UNREPORTED_QUEUE_URL": "https://sqs/unreported"}

    config = read_reporter_environment(right)

    assert tuple(right.values()) == (config.stack, config.event_bus, config.unreported_queue_url)
    for name in right:
        with pytest.raises(ConfigurationError, match=f"{name} is not set; template.yaml sets it"):
            read_reporter_environment(right | {name: ""})
