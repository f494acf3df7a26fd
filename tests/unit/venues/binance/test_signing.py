"""Signatures, against the examples that Binance publishes ("SIGNED Endpoint Examples" in rest-api.md).

Of RSA it publishes payloads, signatures and requests, but neither half of the key, so those tests hold the payload
that is signed and the request that is made of the signature. What it publishes there as Ed25519 signatures are 256
bytes long, as RSA's are (Ed25519's have 64), and one is the RSA example's; Ed25519 is held by the example of
fix-api.md, which has its private key.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderexec.aws.private_keys import read_private_key
from orderexec.ports import PrivateKey
from orderexec.venues.binance.connection import sign_parameters
from orderexec.venues.signing import encode_query
from paper_exchange.dialects.binance_common.signatures import signs
from paper_exchange.keys import key
from tests.doubles.key_pairs import pair, private_pem, public_pem

SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"  # Binance's, published as an example
REST = {
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "1",
    "price": "0.1",
    "recvWindow": "5000",
    "timestamp": "1499827319559",
}
FULL_WIDTH = "１２３４５６", "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96"


def private_key(kind: str) -> PrivateKey:
    opened = read_private_key(private_pem(pair(kind)), None)
    assert isinstance(opened, PrivateKey)
    return opened


@pytest.mark.parametrize(
    ("symbol", "on_the_wire", "signature"),
    [
        ("LTCBTC", "LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
        (*FULL_WIDTH, "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"),
    ],
    ids=["ascii", "full-width"],
)
def test_the_published_hmac_examples_are_signed_as_published(symbol: str, on_the_wire: str, signature: str) -> None:
    assert sign_parameters({"symbol": symbol} | REST, SECRET) == (
        f"symbol={on_the_wire}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
        f"&timestamp=1499827319559&signature={signature}"
    )


def test_the_published_example_of_futures_is_signed_as_published() -> None:
    """ "SIGNED Endpoint Examples for POST /fapi/v1/order" of the page "General Info", with the secret printed there."""
    secret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"
    payload = (
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000"
        "&timestamp=1591702613943"
    )

    signature = "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"
    assert sign_parameters(dict(parse_qsl(payload)), secret) == f"{payload}&signature={signature}"


RSA_ASCII = (
    "HZ8HOjiJ1s%2FigS9JA%2Bn7%2B7Ti%2FihtkRF5BIWcPIEluJP6tlbFM%2FBf44LfZka%2FiemtahZAZzcO9TnI5uaXh3%2B%2BlrqtNonCwp6%2F"
    "245UFWkiW1elpgtVAmJPbogcAv6rSlokztAfWk296ZJXzRDYAtzGH0gq7CgSJKfH%2BXxaCmR0WcvlKjNQnp12%2FeKXJYO4tDap8UCBLuyxDnR7"
    "oJKLHQHJLP0r0EAVOOSIbrFang%2F1WOq%2BJaq4Efc4XpnTgnwlBbWTmhWDR1pvS9iVEzcSYLHT%2FfNnMRxFc7u%2Bj3qI%2F%2F5yuGuu14KR"
    "0MuQKKCSpViieD%2BfIti46sxPTsjSemoUKp0oXA%3D%3D"
)
RSA_FULL_WIDTH = (
    "qJtv66wyp%2F1mZE%2BmIFAAMUoTe8xkmLN7%2FeAZjuC9x1ocxovItHLl%2FsNK7Wq8QjgiHqGn0bb8P7yVvGBEd1gFe71NQ8aM0M%2BJNIMz5U"
    "FxfeA53rXjFlvsyH1Sig%2BOuO9Nz5nhCaJ6bEfj2iuv7w27pB3L8MVqmoCi6D9C%2FQMiLxtPaR70CxtnvoOlIgPmpv2bQy029A31NEK19ieVLk"
    "oyp1EUkXRaX3v0mohx8yMnUG1dhX9nUg3Oy8TYZ03DQy7kHDGkMKisNX7rt%2FGuGx1HIgjFclDGLsbAFIodvSLjm9FbseasMELoxlAJDlwRnW8z"
    "o5sQmL0Fz7ao935QBynrng%3D%3D"
)


@pytest.mark.parametrize(
    ("symbol", "on_the_wire", "signature"),
    [("BTCUSDT", "BTCUSDT", RSA_ASCII), (*FULL_WIDTH, RSA_FULL_WIDTH)],
    ids=["ascii", "full-width"],
)
def test_the_published_rsa_examples_are_sent_as_published(symbol: str, on_the_wire: str, signature: str) -> None:
    payloads: list[bytes] = []

    def sign(payload: bytes) -> bytes:
        payloads.append(payload)
        return b64decode(unquote(signature))

    parameters = {"symbol": symbol, "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1"}
    parameters |= {"price": "0.2", "timestamp": "1668481559918", "recvWindow": "5000"}
    payload = (
        f"symbol={on_the_wire}&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2"
        "&timestamp=1668481559918&recvWindow=5000"
    )

    assert sign_parameters(parameters, PrivateKey(b"", sign)) == f"{payload}&signature={signature}"
    assert payloads == [payload.encode()]


def test_the_published_ed25519_example_is_signed_as_published() -> None:
    # fix-api.md, "Signature Computation": "provided solely for illustrative purposes".
    content = "MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u"
    opened = read_private_key(f"-----BEGIN PRIVATE KEY-----\n{content}\n-----END PRIVATE KEY-----\n", None)
    assert isinstance(opened, PrivateKey)

    signature = opened.sign(b"\x01".join([b"A", b"EXAMPLE", b"SPOT", b"1", b"20240627-11:17:25.223"]))

    published = "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA=="
    assert b64encode(signature).decode() == published


@given(st.dictionaries(st.text(min_size=1), st.text(st.characters(exclude_categories=["Cs"]))))
def test_what_is_signed_is_what_is_sent_and_reads_back_as_it_was(parameters: dict[str, str]) -> None:
    parameters = {name: value for name, value in parameters.items() if name.isprintable()}

    payload, _, signature = sign_parameters(parameters, SECRET).rpartition("&signature=")

    assert payload == encode_query(parameters)
    assert payload.isascii()
    assert dict(parse_qsl(payload, keep_blank_values=True)) == parameters
    assert signature == hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@settings(deadline=None)  # an RSA key takes its time on a busy machine
@given(symbol=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_signature_by_a_private_key_survives_the_way_and_fits_the_public_key(kind: str, symbol: str) -> None:
    payload, _, signature = sign_parameters({"symbol": symbol}, private_key(kind)).rpartition("&signature=")

    [(_, received)] = parse_qsl(f"signature={signature}")
    assert not set("+/=") & set(signature)
    assert signs(key(public_pem(pair(kind))), payload.encode(), received)


def test_every_character_with_a_meaning_of_its_own_is_encoded() -> None:
    assert encode_query({"a": "x&y=z +/?%~"}) == "a=x%26y%3Dz%20%2B%2F%3F%25~"
