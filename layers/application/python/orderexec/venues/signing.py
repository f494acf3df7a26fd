"""How a payload is signed, whatever the exchange: the encoding that must not change after it, the bare signature."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from orderexec.ports import PrivateKey


def encode_query(parameters: Mapping[str, str]) -> str:
    """Return `a=1&b=2` in the given order, percent-encoded as UTF-8."""
    return urlencode(parameters, quote_via=quote, safe="")


def sign(payload: bytes, api_secret: str | PrivateKey) -> bytes:
    """Return the bare signature: HMAC-SHA256 by a secret, else that of the private key. Each venue has its own text."""
    if isinstance(api_secret, str):
        return hmac.new(api_secret.encode(), payload, hashlib.sha256).digest()
    return api_secret.sign(payload)
