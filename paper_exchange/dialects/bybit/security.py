"""Who may ask, and when: the headers, the receive window, the signature ("Integration Guidance")."""

import re
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.request import Request
from paper_exchange.keys import Key
from paper_exchange.signatures import signs

NEEDED = ("x-bapi-api-key", "x-bapi-timestamp", "x-bapi-sign")
DEFAULT_WINDOW_MS = "5000"
MOST_AHEAD_MS = 1_000
WHOLE = re.compile(r"\d{1,16}")


def bears_authentication(request: Request) -> bool:
    """Return whether every header is there without which a request is not even read (HTTP 401)."""
    return all(request.headers.get(name) for name in NEEDED)


def check(request: Request, keys: Mapping[str, Key], now_ms: int) -> None:
    """Pass a request of a known key, in its window, with the key's signature. Raises 10001 to 10004."""
    api_key, timestamp, sign = (request.headers[name] for name in NEEDED)
    window = request.headers.get("x-bapi-recv-window") or DEFAULT_WINDOW_MS
    key = keys.get(api_key)
    if key is None:
        raise errors.unknown_key()
    if not (WHOLE.fullmatch(timestamp) and WHOLE.fullmatch(window)):
        raise errors.invalid("timestamp or recv_window invalid")
    # "server_time - recv_window <= timestamp < server_time + 1000"; nobody documents a second check.
    if not now_ms - int(window) <= int(timestamp) < now_ms + MOST_AHEAD_MS:
        raise errors.outside_window(timestamp, now_ms, window)
    # As it came: the window is not part of it where the header was left out.
    signed = f"{timestamp}{api_key}{request.headers.get('x-bapi-recv-window', '')}{request.payload}"
    if isinstance(key, Ed25519PublicKey) or not signs(key, signed.encode(), sign):
        raise errors.wrong_signature()
