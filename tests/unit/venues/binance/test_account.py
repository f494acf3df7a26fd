"""Which exchange a base URL leads to, and whose a key is by the exchange's own word."""

import pytest

from orderexec.domain.outcomes import Failure
from orderexec.venues.accounts import find_address
from orderexec.venues.binance.products import SAME_ADDRESSES
from tests.unit.venues.binance.scripted_venue import KEY, error, reply, venue


@pytest.mark.parametrize(
    "url",
    ["https://api.binance.com", "https://API.binance.com/", "https://api-gcp.binance.com", "https://api4.binance.com"],
)
def test_the_documented_base_endpoints_are_one_exchange(url: str) -> None:
    assert find_address(url, SAME_ADDRESSES) == "https://api.binance.com"


@pytest.mark.parametrize(
    "url",
    ["https://testnet.binance.vision", "https://api.binance.us", "https://api5.binance.com", "http://api1.binance.com"],
)
def test_any_other_address_is_an_exchange_of_its_own(url: str) -> None:
    assert find_address(url, SAME_ADDRESSES) == url


@pytest.mark.parametrize(
    ("document", "told"), [({"uid": 354937868}, "354937868"), ({}, None), ({"uid": None}, None), ({"uid": True}, None)]
)
def test_an_account_is_known_by_its_uid(document: dict[str, object], told: str | None) -> None:
    spot, transport = venue(reply(document))

    assert spot.accounts.find_id(KEY) == told
    assert transport.sent[0]["request"] == "GET /api/v3/account"


def test_what_was_told_once_is_not_asked_again() -> None:
    spot, transport = venue(reply({"uid": 5}))

    assert (spot.accounts.find_id(KEY), spot.accounts.find_id(KEY), len(transport.sent)) == ("5", "5", 1)


def test_a_failure_is_not_kept() -> None:
    spot, _ = venue(error(-1001, status=500), reply({"uid": 5}))

    assert isinstance(spot.accounts.find_id(KEY), Failure)
    assert spot.accounts.find_id(KEY) == "5"
