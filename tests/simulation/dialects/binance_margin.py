"""Binance margin for the simulated exchange: Spot's words under paths of its own, and of which account each is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from orderexec.venues.binance.products import MARGIN

from .. import dialect as asked
from ..dialect import Request
from ..timing import Source
from . import binance_spot
from .binance_spot import BinanceSpot

_ROOT, _SPOT_ROOT = "/sapi/v1/margin/", "/api/v3/"
_LISTS = {f"{_ROOT}order/{kind}": f"{_SPOT_ROOT}orderList/{kind}" for kind in ("oco", "oto", "otoco")}
ISOLATED = " isolated"
TIMING = replace(binance_spot.TIMING, lag=dict.fromkeys(Source, MARGIN.lag_ms))


@dataclass(frozen=True, slots=True)
class BinanceMargin(BinanceSpot):
    """Implements dialect.Dialect."""

    def read(self, method: str, path: str, sent: str, headers: Mapping[str, str]) -> Request:
        """See dialect.Dialect. What names no account is about the cross account, as documented."""
        told = _LISTS.get(path) or path.replace(_ROOT, _SPOT_ROOT)
        request = BinanceSpot.read(self, method, told, sent, headers)
        isolated = "isIsolated=TRUE" in sent.split("&")
        if isinstance(request.call, asked.WhoseKey | asked.MarketData) or not isolated:
            return request
        return replace(request, account=ISOLATED)
