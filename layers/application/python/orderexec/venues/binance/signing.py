"""How a request to Binance is signed: encoded first, then HMAC-SHA256 over exactly the text that is sent.

Source: "SIGNED Endpoint security" in rest-api.md; since 2026-01-15 a payload that is not percent-encoded before it
is signed is refused with -1022.
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlencode


def encoded(parameters: Mapping[str, str]) -> str:
    """`a=1&b=2` in the given order, percent-encoded as UTF-8."""
    return urlencode(parameters, quote_via=quote, safe="")


def signed(parameters: Mapping[str, str], api_secret: str) -> str:
    """The encoded parameters with their signature appended last."""
    payload = encoded(parameters)
    signature = hmac.new(api_secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    return f"{payload}&signature={signature}"
