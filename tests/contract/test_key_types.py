"""Binance Spot at the paper exchange by each type of key, from what a person stored to an order found again."""

import json
from typing import cast

import pytest
from aws_lambda_powertools.utilities.parameters import SecretsProvider

from orderexec.aws.secrets import SecretsManager
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.ports import Credentials
from tests.contract.binance_stages import BinanceStage
from tests.contract.stage import SPOT
from tests.doubles.key_pairs import PASSPHRASE, pair, private_pem, public_pem
from tests.paper_exchange.paper_client import SECRET, PaperClient

PEMS = {kind: private_pem(pair(kind)) for kind in ("rsa", "ed25519")}
STORED = {
    "hmac": {"api_secret": SECRET},
    **{kind: {"private_key": pem} for kind, pem in PEMS.items()},
    **{f"{kind}, flattened": {"private_key": pem.replace("\n", " ")} for kind, pem in PEMS.items()},
    **{
        f"{kind}, encrypted": {"private_key": private_pem(pair(kind), PASSPHRASE), "passphrase": PASSPHRASE}
        for kind in PEMS
    },
}


class Store:
    """As much of Powertools' provider as reading takes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get(self, name: str, *, max_age: int, force_fetch: bool) -> str:
        return self.text


def credentials(api_key: str, stored: str) -> Credentials:
    store = Store(json.dumps({"api_key": api_key} | STORED[stored]))
    found = SecretsManager(cast(SecretsProvider, store), "orderexec/").get_credentials("main")
    assert isinstance(found, Credentials), found
    return found


def registered(stored: str, paper: PaperClient) -> str:
    """An API key of that type; the exchange is given no more of it than it would be."""
    kind = stored.partition(",")[0]
    paper.control("keys", {"my-key": SECRET if kind == "hmac" else public_pem(pair(kind))})
    return "my-key"


@pytest.mark.parametrize("stored", STORED)
def test_an_order_is_placed_and_found_by_each_type_of_key(stored: str, paper: PaperClient) -> None:
    stage = BinanceStage(paper)
    key = credentials(registered(stored, paper), stored)

    placed = stage.venue.send(SPOT.limit, stage.venue.now(), key)
    found = stage.venue.find(SPOT.limit, key)

    assert isinstance(placed, Accepted), placed
    assert placed == found
    assert stage.venue.list_orders(SPOT.limit, stage.exchange_time() - 60_000, key) == [placed.report]


@pytest.mark.parametrize(("stored", "other"), [("rsa", "ed25519"), ("ed25519", "hmac"), ("hmac", "rsa")])
def test_a_key_of_another_type_than_registered_is_refused(stored: str, other: str, paper: PaperClient) -> None:
    stage = BinanceStage(paper)

    answer = stage.venue.send(SPOT.limit, stage.venue.now(), credentials(registered(other, paper), stored))

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.CREDENTIALS, "-1022")
    assert stage.order_ids() == []
