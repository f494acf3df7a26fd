"""How one symbol of the exchangeInfo of Binance's futures becomes an instrument ("Exchange Information")."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from orderexec.domain.futures_products import FuturesType
from orderexec.domain.instruments import Contract, Instrument, NotionalRule, PriceBand, Range, TrailingRule
from orderexec.venues.replies import Unreadable, read_items, read_number, read_text, read_whole

Filters = Mapping[str, Mapping[str, Any]]

# "callbackRate: min 0.1, max 10 where 1 for 1%" ("New Algo Order"), with one decimal: in basis points.
_TRAILING = TrailingRule(above=(10, 1_000), below=(10, 1_000), step=10)
_CONDITIONAL = frozenset(str(each) for each in FuturesType if each.kind.triggered)
_NO_HIGHEST = Decimal("Infinity")
_LIMITS_BESIDE_FILTERS = ("triggerProtect", "marketTakeBound", "contractSize")


def read_instrument(symbol: Mapping[str, Any]) -> Instrument:
    """Return one element of exchangeInfo's `symbols` as an instrument. Raises Unreadable."""
    try:
        filters = {read_text(entry["filterType"]): entry for entry in read_items(symbol["filters"])}
        lot = _read_range(filters["LOT_SIZE"], "Qty", "stepSize")
        status = read_text(symbol["status"] if "status" in symbol else symbol["contractStatus"])
        contract = Contract(Decimal(read_whole(symbol["contractSize"]))) if "contractSize" in symbol else None
        return Instrument(
            symbol=read_text(symbol["symbol"]),
            status=status,
            tradable=status == "TRADING",
            # The algo service takes its types for every symbol, whether they are listed here or not.
            order_types=frozenset(read_text(kind) for kind in symbol["orderTypes"]) | _CONDITIONAL,
            base_asset=read_text(symbol["baseAsset"]),
            quote_asset=read_text(symbol["quoteAsset"]),
            price=_read_range(filters["PRICE_FILTER"], "Price", "tickSize"),
            lot=lot,
            market_lot=lot.narrow(_read_range(filters["MARKET_LOT_SIZE"], "Qty", "stepSize")),
            # COIN-M's pages list no such filter: in which unit it would be is not said, so it is left to the exchange.
            notional=() if contract else tuple(_read_notional_rules(filters)),
            bands=tuple(_read_bands(filters)),
            trailing=_TRAILING,
            contract=contract,
            filters=_put_in_words(filters) | _name_other_limits(symbol),
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"exchangeInfo lacks or garbles {error}") from None


def _read_notional_rules(filters: Filters) -> Iterator[NotionalRule]:
    if rule := filters.get("MIN_NOTIONAL"):
        minimum = read_number(rule["notional"])
        yield NotionalRule("MIN_NOTIONAL", minimum, minimum_for_market=True, spares_reducing=True)


def _read_bands(filters: Filters) -> Iterator[PriceBand]:
    """A buyer's price is bound above, a seller's below; both are measured at the mark price."""
    if rule := filters.get("PERCENT_PRICE"):
        down, up = read_number(rule["multiplierDown"]), read_number(rule["multiplierUp"])
        yield PriceBand("PERCENT_PRICE", (Decimal(0), up), (down, _NO_HIGHEST), measure="mark price")


def _read_range(rule: Mapping[str, Any], name: str, step: str) -> Range:
    return Range(*(read_number(rule[field]).normalize() for field in (step, f"min{name}", f"max{name}")))


def _put_in_words(filters: Filters) -> dict[str, str]:
    return {
        kind: ", ".join(f"{name} {value}" for name, value in rule.items() if name != "filterType")
        for kind, rule in filters.items()
    }


def _name_other_limits(symbol: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{name} {symbol[name]}" for name in _LIMITS_BESIDE_FILTERS if name in symbol}
