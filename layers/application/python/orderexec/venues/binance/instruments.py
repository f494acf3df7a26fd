"""How one symbol of exchangeInfo becomes an instrument: its filters (filters.md), its flags, its order types."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from orderexec.domain.instruments import Feature, Instrument, NotionalRule, PriceBand, Range, TrailingRule
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text, read_whole

Filters = Mapping[str, Mapping[str, Any]]

_PRECISION = 8  # of every asset so far
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
    """Return one element of exchangeInfo's `symbols` as an instrument. Raises Unreadable."""
    try:
        filters = {read_text(entry["filterType"]): entry for entry in read_items(symbol["filters"])}
        # A symbol without steps is still limited to the digits of its assets.
        lot = _read_range(filters.get("LOT_SIZE"), "Qty", "stepSize").narrow(
            Range(_read_unit(symbol, "baseAssetPrecision"))
        )
        return Instrument(
            symbol=read_text(symbol["symbol"]),
            status=read_text(symbol["status"]),
            tradable=symbol["status"] == "TRADING",
            order_types=frozenset(read_text(kind) for kind in symbol["orderTypes"]),
            base_asset=read_text(symbol.get("baseAsset", "")),
            quote_asset=read_text(symbol.get("quoteAsset", "")),
            price=_read_prices(symbol, filters.get("PRICE_FILTER")),
            lot=lot,
            # Market orders keep both filters; MARKET_LOT_SIZE mostly has step 0, which leaves LOT_SIZE's.
            market_lot=lot.narrow(_read_range(filters.get("MARKET_LOT_SIZE"), "Qty", "stepSize")),
            notional=_read_notional_rules(filters),
            bands=tuple(_read_bands(filters)),
            trailing=_read_trailing(filters.get("TRAILING_DELTA")),
            iceberg_parts=read_whole(filters.get("ICEBERG_PARTS", {}).get("limit", 0)),
            quote_step=_read_unit(symbol, "quoteAssetPrecision"),
            lacks=frozenset(feature for flag, feature in _FLAGS.items() if symbol.get(flag) is False),
            self_trade_prevention_modes=frozenset(map(read_text, symbol.get("allowedSelfTradePreventionModes", ()))),
            filters={name: _put_in_words(entry) for name, entry in filters.items()},
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"exchangeInfo lacks or garbles {error}") from None


def _read_notional_rules(filters: Filters) -> tuple[NotionalRule, ...]:
    rules = []
    if legacy := filters.get("MIN_NOTIONAL"):
        minimum = read_number(legacy["minNotional"])
        rules.append(
            NotionalRule("MIN_NOTIONAL", minimum, minimum_for_market=_holds_at_average(legacy, "applyToMarket"))
        )
    if current := filters.get("NOTIONAL"):
        rules.append(
            NotionalRule(
                "NOTIONAL",
                read_number(current["minNotional"]),
                read_number(current.get("maxNotional", "0")),
                minimum_for_market=_holds_at_average(current, "applyMinToMarket"),
                maximum_for_market=_holds_at_average(current, "applyMaxToMarket"),
            )
        )
    return tuple(rules)


def _read_bands(filters: Filters) -> Iterator[PriceBand]:
    if (rule := filters.get("PERCENT_PRICE")) and _has_average(rule):
        factors = (read_number(rule["multiplierDown"]), read_number(rule["multiplierUp"]))
        yield PriceBand("PERCENT_PRICE", factors, factors)
    if (rule := filters.get("PERCENT_PRICE_BY_SIDE")) and _has_average(rule):
        buy, sell = (
            (read_number(rule[f"{side}MultiplierDown"]), read_number(rule[f"{side}MultiplierUp"]))
            for side in ("bid", "ask")
        )
        yield PriceBand("PERCENT_PRICE_BY_SIDE", buy, sell)


def _holds_at_average(rule: Mapping[str, Any], switch: str) -> bool:
    return rule.get(switch) is True and _has_average(rule)


def _has_average(rule: Mapping[str, Any]) -> bool:
    # With 0 minutes the rule moves with every trade: only the exchange can check it.
    return rule.get("avgPriceMins") != 0


def _read_trailing(rule: Mapping[str, Any] | None) -> TrailingRule | None:
    if rule is None:
        return None
    above, below = (
        (read_whole(rule[f"minTrailing{place}Delta"]), read_whole(rule[f"maxTrailing{place}Delta"]))
        for place in ("Above", "Below")
    )
    return TrailingRule(above, below)


def _read_range(rule: Mapping[str, Any] | None, name: str, step: str) -> Range:
    if rule is None:
        return Range()
    return Range(*(read_number(rule[field]).normalize() for field in (step, f"min{name}", f"max{name}")))


def _read_prices(symbol: Mapping[str, Any], rule: Mapping[str, Any] | None) -> Range:
    """A tick of 0 switches the rule off (filters.md), and leaves the digits that the quote asset allows (-1111)."""
    allowed = _read_range(rule, "Price", "tickSize")
    if allowed.step:
        return allowed
    named = next((name for name in ("quotePrecision", "quoteAssetPrecision") if name in symbol), None)
    step = _read_unit(symbol, named) if named else Decimal(1).scaleb(-_PRECISION)
    return Range(step, allowed.minimum, allowed.maximum)


def _read_unit(symbol: Mapping[str, Any], precision: str) -> Decimal:
    return Decimal(1).scaleb(-read_whole(symbol[precision])) if precision in symbol else Decimal(0)


def _put_in_words(rule: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in rule.items() if name != "filterType")
