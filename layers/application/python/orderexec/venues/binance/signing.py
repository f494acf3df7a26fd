"""How a request to Binance is signed: encoded first, then exactly the text that is sent, as the kind of key demands.

Source: "SIGNED Endpoint security" and its examples in rest-api.md; since 2026-01-15 a payload that is not
percent-encoded before it is signed is refused with -1022.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from orderexec.ports import PrivateKey


def encoded(parameters: Mapping[str, str]) -> str:
    """`a=1&b=2` in the given order, percent-encoded as UTF-8."""
    return urlencode(parameters, quote_via=quote, safe="")


def signed(parameters: Mapping[str, str], api_secret: str | PrivateKey) -> str:
    """The encoded parameters with their signature appended last."""
    payload = encoded(parameters)
    return f"{payload}&signature={_signature(payload.encode(), api_secret)}"


def _signature(payload: bytes, api_secret: str | PrivateKey) -> str:
    """HMAC-SHA256 in hexadecimal; RSA and Ed25519 in base64, of which `+`, `/` and `=` are percent-encoded."""
    if isinstance(api_secret, str):
        return hmac.new(api_secret.encode(), payload, hashlib.sha256).hexdigest()
    return quote(b64encode(api_secret.sign(payload)), safe="")
