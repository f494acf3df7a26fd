"""RSA and Ed25519 keys at the paper exchange: their signatures are verified, against a registered public key only."""

from base64 import b64encode
from urllib.parse import quote

import pytest
import requests
from binance_common.configuration import ConfigurationRestAPI
from binance_common.errors import BadRequestError
from binance_sdk_spot.spot import Spot
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.doubles.key_pairs import pair, private_pem, public_pem
from tests.paper_exchange.paper_client import PaperClient, error, now_ms, sign

ORDER = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01"
INVALID_SIGNATURE = (400, -1022, "Signature for this request is not valid.")
KINDS = ["rsa", "ed25519"]


def signature(kind: str, payload: str) -> str:
    key = pair(kind)
    assert not isinstance(key, ec.EllipticCurvePrivateKey)
    sent = payload.encode()
    made = key.sign(sent, padding.PKCS1v15(), SHA256()) if isinstance(key, rsa.RSAPrivateKey) else key.sign(sent)
    return b64encode(made).decode()


def place(paper: PaperClient, payload: str, signature: str) -> requests.Response:
    return paper.raw("POST", "/api/v3/order", data=f"{payload}&signature={signature}")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, paper: PaperClient) -> str:
    """The client's API key is one of this kind."""
    paper.key = f"my-{request.param}"
    paper.control("keys", {paper.key: public_pem(pair(request.param))})
    return str(request.param)


def test_a_signature_of_the_pair_is_accepted(kind: str, paper: PaperClient) -> None:
    payload = f"{ORDER}&timestamp={now_ms()}"

    assert place(paper, payload, quote(signature(kind, payload), safe="")).json()["status"] == "FILLED"


@pytest.mark.parametrize(
    "wrong", ["another payload", "another case", "another pair", "no base64", "not text", "hmac of the public key"]
)
def test_any_other_signature_is_refused(kind: str, wrong: str, paper: PaperClient) -> None:
    payload = f"{ORDER}&timestamp={now_ms()}"
    signatures = {
        "another payload": signature(kind, payload + "0"),
        "another case": signature(kind, payload).swapcase(),
        "another pair": signature("rsa" if kind == "ed25519" else "ed25519", payload),
        "no base64": "!" + signature(kind, payload),
        "not text": "ü",
        "hmac of the public key": sign(payload, public_pem(pair(kind))),
    }

    assert error(place(paper, payload, quote(signatures[wrong], safe=""))) == INVALID_SIGNATURE
    assert paper.seen("orders") == []


def test_a_signature_that_was_not_percent_encoded_is_refused(kind: str, paper: PaperClient) -> None:
    start = now_ms()
    payloads = [f"{ORDER}&timestamp={start - age}" for age in range(500)]
    payload = next(payload for payload in payloads if "+" in signature(kind, payload))

    assert error(place(paper, payload, signature(kind, payload))) == INVALID_SIGNATURE


def test_a_key_that_was_deleted_is_rejected(kind: str, paper: PaperClient) -> None:
    assert paper.control("keys", {paper.key: None}) == ["paper-key", "paper-key-2"]

    payload = f"{ORDER}&timestamp={now_ms()}"
    assert error(place(paper, payload, quote(signature(kind, payload), safe="")))[1] == -2015


def test_a_reset_forgets_what_was_registered_and_remembers_what_was_deleted(kind: str, paper: PaperClient) -> None:
    paper.control("keys", {"paper-key": None, "paper-key-2": "another-secret"})

    paper.control("reset", {})

    assert paper.control("keys", {}) == ["paper-key", "paper-key-2"]
    paper.key = "paper-key"
    assert paper.market().ok


def test_only_keys_that_can_be_used_are_registered(paper: PaperClient) -> None:
    for useless in (public_pem(pair("ec")), "-----BEGIN PUBLIC KEY-----", 5):
        answer = requests.post(f"{paper.url}/control/keys", json={"mine": useless}, timeout=5)
        assert answer.status_code == 400
    assert paper.control("keys", {}) == ["paper-key", "paper-key-2"]


@pytest.mark.parametrize("passphrase", [None, "correct horse"], ids=["plain", "encrypted"])
def test_the_exchanges_own_sdk_signs_in_the_same_way(kind: str, passphrase: str | None, paper: PaperClient) -> None:
    def spot(private_key: str) -> Spot:
        return Spot(
            config_rest_api=ConfigurationRestAPI(
                api_key=paper.key,
                private_key=private_key,
                private_key_passphrase=passphrase,
                base_path=paper.url,
                retries=0,
            )
        )

    order = {"symbol": "币安人生USDT", "side": "BUY", "type": "MARKET", "quantity": 100}
    assert spot(private_pem(pair(kind), passphrase)).rest_api.new_order(**order).data().status == "FILLED"
    another = private_pem(pair("rsa" if kind == "ed25519" else "ed25519"), passphrase)
    with pytest.raises(BadRequestError, match="Signature for this request is not valid"):
        spot(another).rest_api.new_order(**order)
