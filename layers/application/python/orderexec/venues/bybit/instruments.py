"""How one entry of Bybit's instruments-info becomes an instrument ("Get Instruments Info", of 2026-07-24).

Price limits are left to the exchange. Spot's are measured at an index price that no public answer gives, and futures by
default do not refuse a price beyond them but take the nearest one ("Set Price Limit Behaviour"): never a worse one.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from orderexec.domain.instruments import ZERO, Contract, Instrument, NotionalRule, Range
from orderexec.venues.replies import Unreadable, read_number, read_text

from .products import INVERSE, BybitProduct

_TRADING = "Trading"
_ONE_DOLLAR = Contract(Decimal(1))  # "Place Order": inverse counts contracts of 1 USD
_FILTERS = ("priceFilter", "lotSizeFilter", "riskParameters", "leverageFilter")


def read_instrument(entry: Mapping[str, Any], product: BybitProduct) -> Instrument:
    """Return one element of instruments-info's `list` as an instrument of the product. Raises Unreadable."""
    try:
        lots = entry["lotSizeFilter"]
        lot, market_lot = _read_spot_lots(lots) if product.spot else _read_lots(lots)
        status = read_text(entry["status"])
        return Instrument(
            symbol=read_text(entry["symbol"]),
            status=status,
            tradable=status == _TRADING,
            order_types=frozenset(str(each) for each in product.offers.fields),
            base_asset=read_text(entry["baseCoin"]),
            quote_asset=read_text(entry["quoteCoin"]),
            price=_read_prices(entry["priceFilter"]),
            lot=lot,
            market_lot=market_lot,
            notional=tuple(_read_notional_rules(lots, product)),
            contract=_ONE_DOLLAR if product is INVERSE else None,
            quote_step=_read(lots, "quotePrecision") if product.spot else ZERO,
            filters=dict(_put_in_words(entry)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, DecimalException) as error:
        raise Unreadable(f"instruments-info lacks or garbles {error}") from None


def _read_spot_lots(lots: Mapping[str, Any]) -> tuple[Range, Range]:
    """Spot has no least quantity any more ("no longer check minOrderQty"), and a post-only order may be larger."""
    step, post_only = _read(lots, "basePrecision"), lots.get("postOnlyMaxLimitOrderSize")
    most = max(_read(lots, "maxLimitOrderQty"), read_number(post_only) if post_only else ZERO)
    return Range(step, ZERO, most), Range(step, ZERO, _read(lots, "maxMarketOrderQty"))


def _read_lots(lots: Mapping[str, Any]) -> tuple[Range, Range]:
    step, least = _read(lots, "qtyStep"), _read(lots, "minOrderQty")
    return Range(step, least, _read(lots, "maxOrderQty")), Range(step, least, _read(lots, "maxMktOrderQty"))


def _read_prices(prices: Mapping[str, Any]) -> Range:
    least, most = (read_number(prices[name]).normalize() if name in prices else ZERO for name in _BOUNDS)
    return Range(_read(prices, "tickSize"), least, most)


_BOUNDS = ("minPrice", "maxPrice")


def _read_notional_rules(lots: Mapping[str, Any], product: BybitProduct) -> Iterator[NotionalRule]:
    """Of inverse the page does not say in which unit the least worth is, so it is left to the exchange."""
    if product.spot:
        yield NotionalRule("minOrderAmt", _read(lots, "minOrderAmt"), minimum_for_market=True)
    elif product is not INVERSE and lots.get("minNotionalValue"):
        minimum = _read(lots, "minNotionalValue")
        yield NotionalRule("minNotionalValue", minimum, minimum_for_market=True, spares_reducing=True)


def _read(rule: Mapping[str, Any], name: str) -> Decimal:
    return read_number(rule[name]).normalize()


def _put_in_words(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _FILTERS:
        if isinstance(rule := entry.get(name), Mapping):
            yield name, ", ".join(f"{each} {value}" for each, value in rule.items())
