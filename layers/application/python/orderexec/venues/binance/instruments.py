"""How one symbol of exchangeInfo becomes an instrument: its filters (filters.md), its flags, its order types."""

from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Any

from orderexec.domain.instruments import Feature, Instrument, NotionalRule, PriceBand, Range, TrailingRule

from .values import Unreadable, items, number, text, whole

Filters = Mapping[str, Mapping[str, Any]]

_SIDES = ("bid", "ask")
# A flag that is missing leaves the refusal to the exchange.
_FLAGS = {
    "quoteOrderQtyMarketAllowed": Feature.QUOTE_QUANTITY,
    "icebergAllowed": Feature.ICEBERG,
    "allowTrailingStop": Feature.TRAILING_STOP,
    "pegInstructionsAllowed": Feature.PEGGED,
    "ocoAllowed": Feature.OCO,
    "otoAllowed": Feature.OTO,
    "opoAllowed": Feature.OPO,
    "cancelReplaceAllowed": Feature.CANCEL_REPLACE,
    "amendAllowed": Feature.AMEND,
}


def read_instrument(symbol: Mapping[str, Any]) -> Instrument:
    """One element of exchangeInfo's `symbols`. Raises Unreadable."""
    try:
        filters = {text(entry["filterType"]): entry for entry in items(symbol["filters"])}
        lot = _range(filters.get("LOT_SIZE"), "Qty", "stepSize")
        precision = symbol.get("quoteAssetPrecision", symbol.get("quotePrecision"))
        return Instrument(
            symbol=text(symbol["symbol"]),
            status=text(symbol["status"]),
            tradable=symbol["status"] == "TRADING",
            order_types=frozenset(text(kind) for kind in symbol["orderTypes"]),
            base_asset=text(symbol.get("baseAsset", "")),
            quote_asset=text(symbol.get("quoteAsset", "")),
            price=_range(filters.get("PRICE_FILTER"), "Price", "tickSize"),
            lot=lot,
            # Market orders keep both filters; MARKET_LOT_SIZE mostly has step 0, which leaves LOT_SIZE's.
            market_lot=lot.narrowed(_range(filters.get("MARKET_LOT_SIZE"), "Qty", "stepSize")),
            notional=_notional_rules(filters),
            band=_band(filters),
            trailing=_trailing(filters.get("TRAILING_DELTA")),
            iceberg_parts=whole(filters.get("ICEBERG_PARTS", {}).get("limit", 0)),
            quote_step=Decimal(0) if precision is None else Decimal(1).scaleb(-whole(precision)),
            lacks=frozenset(feature for flag, feature in _FLAGS.items() if symbol.get(flag) is False),
            self_trade_prevention_modes=frozenset(map(text, symbol.get("allowedSelfTradePreventionModes", ()))),
            filters={name: _in_words(entry) for name, entry in filters.items()},
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"exchangeInfo lacks or garbles {error}") from None


def _notional_rules(filters: Filters) -> tuple[NotionalRule, ...]:
    rules = []
    if legacy := filters.get("MIN_NOTIONAL"):
        minimum = number(legacy["minNotional"])
        rules.append(NotionalRule("MIN_NOTIONAL", minimum, minimum_for_market=legacy.get("applyToMarket") is True))
    if current := filters.get("NOTIONAL"):
        rules.append(
            NotionalRule(
                "NOTIONAL",
                number(current["minNotional"]),
                number(current.get("maxNotional", "0")),
                minimum_for_market=current.get("applyMinToMarket") is True,
                maximum_for_market=current.get("applyMaxToMarket") is True,
            )
        )
    return tuple(rules)


def _band(filters: Filters) -> PriceBand | None:
    if by_side := filters.get("PERCENT_PRICE_BY_SIDE"):
        buy, sell = (
            (number(by_side[f"{side}MultiplierDown"]), number(by_side[f"{side}MultiplierUp"]))
            for side in ("bid", "ask")
        )
        return PriceBand("PERCENT_PRICE_BY_SIDE", buy, sell) if _averages(by_side) else None
    if plain := filters.get("PERCENT_PRICE"):
        factors = (number(plain["multiplierDown"]), number(plain["multiplierUp"]))
        return PriceBand("PERCENT_PRICE", factors, factors) if _averages(plain) else None
    return None


def _averages(rule: Mapping[str, Any]) -> bool:
    # With 0 minutes the band moves with every trade: only the exchange can check it.
    return rule.get("avgPriceMins") != 0


def _trailing(rule: Mapping[str, Any] | None) -> TrailingRule | None:
    if rule is None:
        return None
    above, below = (
        (whole(rule[f"minTrailing{place}Delta"]), whole(rule[f"maxTrailing{place}Delta"]))
        for place in ("Above", "Below")
    )
    return TrailingRule(above, below)


def _range(rule: Mapping[str, Any] | None, name: str, step: str) -> Range:
    if rule is None:
        return Range()
    return Range(*(number(rule[field]).normalize() for field in (step, f"min{name}", f"max{name}")))


def _in_words(rule: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in rule.items() if name != "filterType")
