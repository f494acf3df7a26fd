"""Each exchange by each type of key that it takes, from what a person stored to an order found again."""

import json
from collections.abc import Callable
from typing import cast

import pytest
from aws_lambda_powertools.utilities.parameters import SecretsProvider

from orderexec.aws.secrets import SecretsManager
from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.ports import Credentials
from tests.contract.binance_stages import BinanceStage
from tests.contract.bybit_stages import BybitStage
from tests.contract.futures import OF_BYBIT
from tests.contract.stage import complete
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


VENUES: dict[str, Callable[[PaperClient], BinanceStage | BybitStage]] = {"binance-spot": BinanceStage, **OF_BYBIT}
TAKEN = [("binance-spot", stored) for stored in STORED]
TAKEN += [(venue, stored) for venue in OF_BYBIT for stored in STORED if not stored.startswith("ed25519")]
OTHERS = [("binance-spot", *pair) for pair in (("rsa", "ed25519"), ("ed25519", "hmac"), ("hmac", "rsa"))]
# Bybit has no Ed25519 keys: one is refused as an RSA key that is wrong.
OTHERS += [(venue, *pair) for venue in OF_BYBIT for pair in (("rsa", "hmac"), ("hmac", "rsa"), ("ed25519", "rsa"))]
WRONG_SIGNATURE = {"binance-spot": "-1022"} | dict.fromkeys(OF_BYBIT, "10004")


@pytest.mark.parametrize(("venue", "stored"), TAKEN)
def test_an_order_is_placed_and_found_by_each_type_of_key(venue: str, stored: str, paper: PaperClient) -> None:
    stage = VENUES[venue](paper)
    key, order = credentials(registered(stored, paper), stored), stage.orders.limit

    placed = stage.venue.send(order, stage.venue.now(), key)
    found = stage.venue.find(order, key)

    assert isinstance(placed, Accepted), placed
    assert isinstance(found, Accepted), found
    assert placed.report is not None
    assert found.report is not None
    assert found.report == complete(placed.report, found.report)
    assert stage.venue.list_orders(order, stage.exchange_time() - 60_000, key) == [found.report]


@pytest.mark.parametrize(("venue", "stored", "other"), OTHERS)
def test_a_key_of_another_type_than_registered_is_refused(
    venue: str, stored: str, other: str, paper: PaperClient
) -> None:
    stage = VENUES[venue](paper)

    answer = stage.venue.send(stage.orders.limit, stage.venue.now(), credentials(registered(other, paper), stored))

    assert isinstance(answer, Failure)
    assert (answer.meaning, answer.code) == (Meaning.CREDENTIALS, WRONG_SIGNATURE[venue])
    assert stage.order_ids() == []
