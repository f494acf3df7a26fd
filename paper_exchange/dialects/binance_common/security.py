"""Who may ask, and when: API key, signature, the receive window checked twice (rest-api.md, Request Security)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.parameters import INTEGER, RECV_WINDOW, Parameters
from paper_exchange.dialects.binance_common.signatures import signs
from paper_exchange.keys import Key

KEY_FORMAT = re.compile(r"[A-Za-z0-9_-]{1,128}")
DEFAULT_RECV_WINDOW_MS = "5000"
MAX_RECV_WINDOW_MS = 60_000
MAX_AHEAD_US = 1_000_000
FIRST_MICROSECOND_TIMESTAMP = 10**14  # as milliseconds that would be the year 5138


@dataclass(frozen=True, slots=True)
class ReceiveWindow:
    """`timestamp < serverTime + 1 second && serverTime - timestamp <= recvWindow`, in microseconds."""

    timestamp_us: int
    length_us: int

    def check_arrival(self, now_us: int) -> None:
        """Pass a request that is neither too early nor too late. Raises -1021."""
        if self.timestamp_us >= now_us + MAX_AHEAD_US:
            raise errors.early_timestamp()
        self.check_still_open(now_us)

    def check_still_open(self, now_us: int) -> None:
        """Pass a request that is not too late just before the matching engine. Raises -1021."""
        if now_us - self.timestamp_us > self.length_us:
            raise errors.stale_timestamp()


def receive_window(parameters: Parameters) -> ReceiveWindow:
    """Return the window that the request was sent for. Raises -1102 and -1131."""
    timestamp = int(parameters.required("timestamp", INTEGER))
    recv_window = Decimal(parameters.text("recvWindow", RECV_WINDOW) or DEFAULT_RECV_WINDOW_MS)
    if recv_window > MAX_RECV_WINDOW_MS:
        raise errors.recv_window_too_large()
    timestamp_us = timestamp if timestamp >= FIRST_MICROSECOND_TIMESTAMP else timestamp * 1_000
    return ReceiveWindow(timestamp_us, int(recv_window * 1_000))


def check_key_format(api_key: str | None) -> str:
    """Return the key. Raises -2014 for what cannot be one."""
    if api_key is None or not KEY_FORMAT.fullmatch(api_key):
        raise errors.bad_key_format()
    return api_key


def check_signature(keys: Mapping[str, Key], api_key: str, query: str, body: str, signature: str) -> None:
    """Pass a signature that is the key's. Raises -2015 and -1022.

    The payload is the query string followed directly by the body, percent-encoded, as it came in.
    """
    key = keys.get(api_key)
    if key is None:
        raise errors.rejected_key()
    payload = _unsigned(query) + _unsigned(body)
    if not payload.isascii() or not signs(key, payload.encode(), signature):
        raise errors.invalid_signature()


def _unsigned(encoded: str) -> str:
    return "&".join(part for part in encoded.split("&") if not part.startswith("signature="))
