"""A venue of several products is one venue to people: one name, one table of errors, one place to halt."""

from dataclasses import dataclass
from typing import Any, cast

import pytest

from orderctl.explanation import explain_letter
from orderctl.sources.controls import parse_scope
from orderctl.sources.exchange import list_addresses
from orderctl.target import Stack
from orderctl.trouble import Misused
from orderexec.domain.advice import Remedy
from orderexec.domain.signals import Identity


@dataclass
class Deployed:
    """A stack, as far as its parameters go."""

    parameters: dict[str, str]

    def parameter(self, key: str) -> str:
        return self.parameters[key]


def addresses(**parameters: Any) -> dict[str, str]:
    return list_addresses(cast(Stack, Deployed(parameters)))


def test_the_venue_of_a_stack_is_each_of_its_products_at_one_address() -> None:
    urls = {"BinanceSpotUrl": "https://api.binance.com", "BybitUrl": "https://api.bybit.com"}

    assert addresses(Venues="bybit,binance-spot", **urls) == {
        "bybit/spot": "https://api.bybit.com",
        "bybit/linear": "https://api.bybit.com",
        "bybit/inverse": "https://api.bybit.com",
        "binance-spot": "https://api.binance.com",
    }
    assert addresses(Venues="kraken,binance-spot", **urls) == {"binance-spot": "https://api.binance.com"}


def test_a_letter_is_explained_by_the_venues_one_table() -> None:
    explained = explain_letter(Identity(venue="bybit", id="a"), "REJECTED", "110007", "ab not enough for new order")

    assert explained.remedy is Remedy.REDRIVE
    assert explained.what == "the account has too little free money for this order"


def test_a_halt_is_of_the_venue_and_not_of_a_product() -> None:
    assert parse_scope("venue/bybit") == "venue/bybit"
    with pytest.raises(Misused, match=r"there are binance-spot, binance-margin, binance-usdm, binance-coinm, bybit$"):
        parse_scope("venue/kraken")
