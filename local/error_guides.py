"""What a venue's page of errors says beside its table: its sources, and where a guide that users come from is wrong."""

from collections.abc import Callable
from typing import NamedTuple

from orderexec.venues.binance import errors, futures_errors, margin_errors
from orderexec.venues.bybit import errors as bybit_errors
from orderexec.venues.classifier import Table


class Claim(NamedTuple):
    """What the guide says of a code, and what the documentation says instead."""

    guide: str
    documentation: str


class Guide(NamedTuple):
    """One venue's table of errors, and the words around it.

    `filters` and `other_codes` are what stands above the filters, and above the codes that no request can meet.
    "" where there are none.
    `claims` are the codes that a guide names, as text, with a claim where it is wrong; `at_large` is about no one code.
    """

    load_table: Callable[[], Table]
    sources: str
    filters: str
    other_codes: str
    claims: dict[str, Claim | None] = {}  # noqa: RUF012 - never written to
    at_large: tuple[Claim, ...] = ()


_FUTURES_ONLY = "a code of the futures API; on Spot, -2010 with the text of insufficient balance"
_BLIND = Claim(
    "send again with backoff", "execution status unknown: the order may exist, and must be looked up before any resend"
)
_SPOT: dict[int, Claim | None] = dict.fromkeys(
    (
        -1000,
        -1001,
        -1002,
        -1003,
        -1006,
        -1007,
        -1013,
        -1015,
        -1020,
        -1021,
        -1022,
        -1100,
        -1101,
        -1102,
        -1103,
        -1104,
        -1105,
        -1106,
        -1111,
        -1112,
        -1114,
        -1115,
        -1116,
        -1117,
        -1121,
        -2010,
        -2011,
        -2013,
        -2014,
        -2015,
        -2018,
        -2019,
        -2021,
    )
) | {
    -1003: Claim(
        "wait 60 seconds",
        "no such number: `Retry-After` says how long, and the text of a ban says until when",
    ),
    -1006: _BLIND,
    -1007: _BLIND,
    -1013: Claim(
        "a malformed message, bad JSON",
        "refused before the matching engine, mostly by a filter that the text names; bad JSON is -1135",
    ),
    -1015: Claim(
        "wait 10 seconds",
        "the limit's interval stands in the text and may be a day; `Retry-After` says how long",
    ),
    -1021: Claim(
        "the clock is off by more than 1000 ms",
        "1000 ms limits a clock that is *ahead*; one that is behind has the whole receive window (5000 ms by default)",
    ),
    -2010: Claim("carries the filter failures", "they normally come with -1013; the text counts, under either code"),
    -2018: Claim("a Spot account is short of balance", _FUTURES_ONLY),
    -2019: Claim("a Spot account is short of margin", _FUTURES_ONLY),
    -2021: Claim(
        "PRICE_QTY_EXCEED_HARD_LIMITS",
        "half of a cancel-replace failed; on futures, the order would trigger at once; nowhere what the guide says",
    ),
}
_HTTP_200 = Claim(
    "some errors come with HTTP 200",
    "an error about a single order has a 4xx or 5xx status (a 200 may still be an order that expired unfilled)",
)

_FUTURES_OTHERS = (
    "Market data, transfers, options, keys, batches, and how the exchange itself defines a symbol: no request of this "
    "function can be answered with them."
)

GUIDES = {
    "binance-spot": Guide(
        load_table=errors.load_table,
        sources="errors.md, filters.md and rest-api.md of Binance's Spot API documentation, July 2026",
        filters="The limits of a symbol's filters are in `exchangeInfo`.",
        other_codes="Market data, FIX, WebSocket and SBE: no request of this function can be answered with them.",
        claims={str(code): claim for code, claim in _SPOT.items()},
        at_large=(_HTTP_200,),
    ),
    "binance-usdm": Guide(
        load_table=futures_errors.load_usdm_table,
        sources='"Error Codes" and "General Info" of Binance\'s USD-M futures API documentation, November 2025, with '
        "the error codes of 2026-05-28",
        filters="",
        other_codes=_FUTURES_OTHERS,
    ),
    "binance-coinm": Guide(
        load_table=futures_errors.load_coinm_table,
        sources='"Error Codes" and "General Info" of Binance\'s COIN-M futures API documentation, November 2025, and '
        "the notice of June 2026 on the joint architecture of both futures",
        filters="",
        other_codes=_FUTURES_OTHERS,
    ),
    "binance-margin": Guide(
        load_table=margin_errors.load_margin_table,
        sources='"Error Code" and "General Info" of Binance\'s margin API documentation, November 2025, and what its '
        'page "Margin Account New Order" says of errors; for the texts '
        "and filters, which are Spot's, errors.md and filters.md of the Spot API documentation, July 2026",
        filters="The limits of a symbol's filters are in Spot's `exchangeInfo`.",
        other_codes="Transfers, history and streams: no request of this function can be answered with them.",
    ),
    "bybit": Guide(
        load_table=bybit_errors.load_table,
        sources='"Error Codes", "Rate Limit Rules", "Integration Guidance" and "Batch Place Order" of Bybit\'s V5 API '
        "documentation, 2026-07-24; how a region is refused, of CloudFront's own answer",
        filters="",
        other_codes="Loans, options, spread trading, event futures, subaccounts, WebSocket: no order of this function "
        "can be answered with them.",
    ),
}
