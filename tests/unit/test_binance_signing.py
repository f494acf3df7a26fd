"""Signatures, against the examples that Binance publishes ("SIGNED Endpoint Examples" in rest-api.md)."""

import hashlib
import hmac
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderexec.venues.binance.signing import encoded, signed

SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"  # Binance's, published as an example
REST = {
    "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "0.1", "recvWindow": "5000",
    "timestamp": "1499827319559",
}  # fmt: skip


@pytest.mark.parametrize(
    ("symbol", "on_the_wire", "signature"),
    [
        ("LTCBTC", "LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
        (
            "１２３４５６",
            "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96",
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
        ),
    ],
)
def test_the_published_examples_are_signed_as_published(symbol: str, on_the_wire: str, signature: str) -> None:
    assert signed({"symbol": symbol} | REST, SECRET) == (
        f"symbol={on_the_wire}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
        f"&timestamp=1499827319559&signature={signature}"
    )


@given(st.dictionaries(st.text(min_size=1), st.text(st.characters(exclude_categories=["Cs"]))))
def test_what_is_signed_is_what_is_sent_and_reads_back_as_it_was(parameters: dict[str, str]) -> None:
    parameters = {name: value for name, value in parameters.items() if name.isprintable()}

    payload, _, signature = signed(parameters, SECRET).rpartition("&signature=")

    assert payload == encoded(parameters)
    assert payload.isascii()
    assert dict(parse_qsl(payload, keep_blank_values=True)) == parameters
    assert signature == hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest()


def test_every_character_with_a_meaning_of_its_own_is_encoded() -> None:
    assert encoded({"a": "x&y=z +/?%~"}) == "a=x%26y%3Dz%20%2B%2F%3F%25~"
