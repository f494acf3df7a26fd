"""What margin's symbols are: those of Spot that exchangeInfo says may be traded on margin, with what margin lacks.

Whether a pair is for the cross account, isolated ones or both is told only to a key (allPairs and isolated/allPairs
of /sapi/v1/margin), and rules are asked for without one: there the refusal is the exchange's own (-3021, -3028).
"""

import json
from dataclasses import dataclass, replace

from orderexec.domain.instruments import Feature, Instrument
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.rate_limits import Budget
from orderexec.venues.traffic import VenueTraffic

from .limits import read_rate_limits
from .margin_errors import load_margin_table
from .margin_limits import WEIGHTS
from .rules import BinanceMarketData

_NOT_A_PAIR = "-3028"
# OPO has no endpoint; the others stand in "Margin Account New OCO", "New OTO" and "New OTOCO".
_LACKS = frozenset(
    {
        Feature.PEGGED,
        Feature.OPO,
        Feature.CANCEL_REPLACE,
        Feature.AMEND,
        Feature.TRIGGERED_PROFIT,
        Feature.TRAILING_PAIR,
        Feature.TRAILING_AT_MARKET,
        Feature.REPAYING_ENTRY,
    }
)
_SELF_TRADE_PREVENTION = frozenset({"EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "NONE"})


@dataclass(frozen=True, slots=True)
class MarginMarketData:
    """Implements venues.rules.MarketData. `spot` asks, in Spot's limits; `traffic` learns those of margin's orders."""

    spot: BinanceMarketData
    traffic: VenueTraffic

    def fetch_names(self) -> str | Failure:
        """See MarketData."""
        return self.spot.fetch_names()

    def fetch_instrument(self, symbol: str) -> str | Failure:
        """See MarketData."""
        return self.spot.fetch_instrument(symbol)

    def parse_instrument(self, text: str) -> Instrument | Failure:
        """See MarketData. A symbol that is not for margin is the exchange's word that margin has no such pair."""
        entry = json.loads(text)
        orders = (limit for limit in read_rate_limits(entry.get("rateLimits")) if limit.budget is Budget.ORDERS)
        self.traffic.learn((*WEIGHTS, *orders))
        instrument = self.spot.parse_instrument(text)
        if isinstance(instrument, Failure):
            return instrument
        if entry.get("isMarginTradingAllowed") is False:
            return _refuse(instrument.symbol)
        modes = instrument.self_trade_prevention_modes & _SELF_TRADE_PREVENTION
        return replace(instrument, lacks=instrument.lacks | _LACKS, self_trade_prevention_modes=modes)

    def fetch_market_price(self, symbol: str) -> str | Failure:
        """See MarketData."""
        return self.spot.fetch_market_price(symbol)

    def fetch_last_price(self, symbol: str) -> str | Failure:
        """See MarketData."""
        return self.spot.fetch_last_price(symbol)

    def refuse_unlisted(self, symbol: str, count: int) -> Failure:
        """See MarketData."""
        return self.spot.refuse_unlisted(symbol, count)


def _refuse(symbol: str) -> Failure:
    known = load_margin_table().codes[_NOT_A_PAIR]
    detail = f"the exchange trades {symbol} on Spot only: {known.what}; {known.do.words}"
    return Failure(Meaning.REJECT, _NOT_A_PAIR, detail, cause=known.cause)
