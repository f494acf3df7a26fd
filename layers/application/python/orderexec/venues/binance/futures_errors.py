"""How an error of Binance's futures is found: the texts of a 503, and the tables of USD-M and COIN-M.

Facts: "General Info" (HTTP return codes, variants of HTTP 503) of the pages of both APIs, November 2025. The codes are
imported at the first failure. `make pages` writes docs/errors/binance-usdm.md and binance-coinm.md from these tables.
"""

from collections.abc import Mapping
from functools import cache

from orderexec.domain.advice import redrive_after
from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import NOTHING, REPORT
from orderexec.venues.classifier import Known, Said, Table, describe_insecure, describe_transport

from .error_answers import COMMON_STATUSES, guess_wait, read_error

STATUSES = COMMON_STATUSES | {
    408: Known(
        "backend timeout",
        Meaning.UNKNOWN,
        "the exchange's own servers did not answer each other in time, so the order may exist",
        NOTHING,
    ),
}
_AGAIN = redrive_after("wait until the exchange works again")
# Each only with HTTP 503, and only as it stands here: any other 5xx leaves the order in doubt.
_STATUS_TEXTS = (
    Known(
        "Unknown error, please check your request or try again later.",
        Meaning.UNKNOWN,
        "the exchange passed the request on and got no answer in time, so the order may exist",
        NOTHING,
    ),
    Known("Service Unavailable.", Meaning.RETRY, "the exchange was not available; nothing was executed", _AGAIN),
    Known(
        "Internal error; unable to process your request. Please try again.",
        Meaning.RETRY,
        "the exchange had an internal error; nothing was executed",
        _AGAIN,
    ),
    Known(
        "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.",
        Meaning.RETRY,
        "the exchange is overloaded and takes only orders that reduce a position; nothing was executed",
        _AGAIN,
    ),
)
# -2010 and COIN-M name no text, and COIN-M no code, for a client order id that is in use ("Duplicate", "duplicated").
_FRAGMENTS = {
    "duplicate": Known(
        "duplicate",
        Meaning.DUPLICATE,
        "an order seems to have this client order id already, which an earlier request of the same signal placed",
        NOTHING,
    ),
}
_DONE = (200, "200")  # as text in the answers of the algo service
# Says "duplicate" of something else.
_TEXT_CARRIERS = frozenset({"-1101"})
_TEXTS = {
    "Duplicate values for a parameter detected.": Known(
        "Duplicate values for a parameter detected.", Meaning.REJECT, "the request has a parameter twice", REPORT
    ),
}


@cache
def load_usdm_table() -> Table:
    """Return all that is known of the errors of USD-M futures."""
    from .usdm_error_codes import CODES

    return _build_table(CODES, "BinanceUsdmUrl")


@cache
def load_coinm_table() -> Table:
    """Return all that is known of the errors of COIN-M futures."""
    from .coinm_error_codes import CODES

    return _build_table(CODES, "BinanceCoinmUrl")


def is_error(document: object) -> bool:
    """Return whether the body of an answer is an error, in either of the two shapes that futures have for one.

    `{"code": 200, "msg": "..."}` is a success: so they answer a cancellation, and a change of the account's settings.
    """
    if not isinstance(document, Mapping):
        return False
    return document["code"] not in _DONE if "code" in document else read_futures_error(document).code is not None


def read_futures_error(document: object) -> Said:
    """Return code and text of `{"code": -1121, "msg": "..."}`, and of `{"239999": "..."}`, whose key is the code."""
    if isinstance(document, dict) and len(document) == 1:
        [(key, text)] = document.items()
        if isinstance(key, str) and key.isdecimal() and key.isascii():
            return Said(key, text if isinstance(text, str) else "")
    return read_error(document)


def _build_table(codes: Mapping[int, Known], url_parameter: str) -> Table:
    return Table(
        statuses=STATUSES,
        codes={str(code): known for code, known in codes.items()},
        texts=_TEXTS,
        text_carriers=_TEXT_CARRIERS,
        filter_prefix="",
        transport=describe_transport(url_parameter),
        insecure=describe_insecure(url_parameter),
        read_error=read_futures_error,
        guess_wait=guess_wait,
        status_texts={(503, known.name): known for known in _STATUS_TEXTS},
        fragments=_FRAGMENTS,
    )
