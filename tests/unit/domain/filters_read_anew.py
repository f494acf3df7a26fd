"""filters.md and the price rules of order lists in rest-api.md, read anew for the parameters that go out.

Fractions, and another hand than the code's: what is refused here must never be sent.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

Filters = dict[str, dict[str, Any]]
Parameters = dict[str, str]

# As exchangeInfo writes them, with eight decimals; a zero switches a check off.
STEPS = st.sampled_from(
    ["0", "0.00000001", "0.00001", "0.001", "0.01", "0.02", "0.05", "0.1", "0.25", "1", "10", "100"]
)
LIMITS = st.sampled_from(["0", "0.00001", "0.001", "0.015", "1", "5", "10"])
MAXIMA = st.sampled_from(["0", "1", "50", "9000", "1000000"])
DOWN, UP = st.sampled_from(["0", "0.2", "0.8", "0.99"]), st.sampled_from(["1.01", "1.2", "5", "100000"])
DELTAS = st.integers(1, 3000)


def _filter(kind: str, **rules: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"filterType": st.just(kind), **rules})


FILTERS: st.SearchStrategy[Filters] = st.fixed_dictionaries(
    {},
    optional={
        "PRICE_FILTER": _filter("PRICE_FILTER", minPrice=LIMITS, maxPrice=MAXIMA, tickSize=STEPS),
        "LOT_SIZE": _filter("LOT_SIZE", minQty=LIMITS, maxQty=MAXIMA, stepSize=STEPS),
        "MARKET_LOT_SIZE": _filter("MARKET_LOT_SIZE", minQty=LIMITS, maxQty=MAXIMA, stepSize=STEPS),
        "MIN_NOTIONAL": _filter("MIN_NOTIONAL", minNotional=LIMITS, applyToMarket=st.booleans()),
        "NOTIONAL": _filter(
            "NOTIONAL",
            minNotional=LIMITS,
            maxNotional=MAXIMA,
            applyMinToMarket=st.booleans(),
            applyMaxToMarket=st.booleans(),
        ),
        "PERCENT_PRICE": _filter("PERCENT_PRICE", multiplierDown=DOWN, multiplierUp=UP),
        "PERCENT_PRICE_BY_SIDE": _filter(
            "PERCENT_PRICE_BY_SIDE",
            bidMultiplierDown=DOWN,
            bidMultiplierUp=UP,
            askMultiplierDown=DOWN,
            askMultiplierUp=UP,
        ),
        "ICEBERG_PARTS": _filter("ICEBERG_PARTS", limit=st.integers(1, 20)),
        "TRAILING_DELTA": _filter(
            "TRAILING_DELTA",
            minTrailingAboveDelta=DELTAS,
            maxTrailingAboveDelta=DELTAS,
            minTrailingBelowDelta=DELTAS,
            maxTrailingBelowDelta=DELTAS,
        ),
    },
)


def broken_filters(order: Parameters, filters: Filters, average: object) -> list[str]:
    """The names of the filters that one order would fail."""
    return [name for name, rule in filters.items() if not _passes(name, rule, order, Fraction(str(average)))]


def _passes(name: str, rule: dict[str, Any], order: Parameters, average: Fraction) -> bool:
    market = order["type"] in ("MARKET", "STOP_LOSS", "TAKE_PROFIT")
    quantity = Fraction(order.get("quantity", "0"))
    match name:
        case "PRICE_FILTER":
            prices = [Fraction(order[each]) for each in ("price", "stopPrice") if each in order]
            return all(_within(price, rule, "minPrice", "maxPrice", "tickSize") for price in prices)
        case "LOT_SIZE":
            sizes = [Fraction(order[each]) for each in ("quantity", "icebergQty") if each in order]
            return all(_within(size, rule, "minQty", "maxQty", "stepSize") for size in sizes)
        case "MARKET_LOT_SIZE":
            return not market or "quantity" not in order or _within(quantity, rule, "minQty", "maxQty", "stepSize")
        case "ICEBERG_PARTS":
            return "icebergQty" not in order or -(-quantity // Fraction(order["icebergQty"])) <= rule["limit"]
        case "TRAILING_DELTA":
            above = (order["type"].split("_")[0], order["side"]) in (("STOP", "BUY"), ("TAKE", "SELL"))
            where = "Above" if above else "Below"
            delta = int(order.get("trailingDelta", rule[f"minTrailing{where}Delta"]))
            return "trailingDelta" not in order or bool(
                rule[f"minTrailing{where}Delta"] <= delta <= rule[f"maxTrailing{where}Delta"]
            )
        case "PERCENT_PRICE" | "PERCENT_PRICE_BY_SIDE":
            side = {"PERCENT_PRICE": "m", "BUY": "bidM", "SELL": "askM"}[
                name if name == "PERCENT_PRICE" else order["side"]
            ]
            down, up = (average * Fraction(rule[f"{side}ultiplier{end}"]) for end in ("Down", "Up"))
            return "price" not in order or down <= Fraction(order["price"]) <= up
        case _:
            return all(_worth_enough(worth, rule, market=market) for worth in _worths(order, quantity, average))


def _worths(order: Parameters, quantity: Fraction, average: Fraction) -> list[Fraction]:
    if "quoteOrderQty" in order:
        return [Fraction(order["quoteOrderQty"])]
    if "price" in order:
        return [Fraction(order["price"]) * quantity]
    if "pegPriceType" in order:
        return []
    # When a trigger without limit price is measured is not documented: now, or when it is reached.
    return [price * quantity for price in (average, Fraction(order.get("stopPrice", average)))]


def _worth_enough(worth: Fraction, rule: dict[str, Any], *, market: bool) -> bool:
    floored = not market or rule.get("applyToMarket") or rule.get("applyMinToMarket")
    capped = not market or rule.get("applyMaxToMarket")
    most = Fraction(rule.get("maxNotional", "0"))
    return not (floored and worth < Fraction(rule["minNotional"])) and not (capped and most and worth > most)


def _within(value: Fraction, rule: dict[str, Any], least: str, most: str, step: str) -> bool:
    low, high, grid = (Fraction(rule[name]) for name in (least, most, step))
    return value >= low and (not high or value <= high) and (not grid or value % grid == 0)


def orders_of(sent: Parameters) -> Iterator[Parameters]:
    """The orders of a list, each as it would be sent alone; those of an OPO have no quantity."""
    shared = {"side": sent.get("side") or sent["pendingSide"]}
    quantity = sent.get("quantity") or sent.get("pendingQuantity")
    shared |= {"quantity": quantity} if quantity else {}
    for prefix in ("working", "above", "below", "pendingAbove", "pendingBelow", "pending"):
        if f"{prefix}Type" in sent:
            found = re.compile(rf"{prefix}([A-Z])(.*)").fullmatch
            own = {m[1].lower() + m[2]: value for name, value in sent.items() if (m := found(name))}
            yield own if prefix == "working" else shared | own


def misplaced(orders: list[Parameters], last: Fraction) -> bool:
    """Whether a pair of exits breaks "Price restrictions" of the OCO in rest-api.md at that last price."""
    for order in orders:
        name = "price" if order["type"] in ("LIMIT_MAKER", "TAKE_PROFIT_LIMIT") else "stopPrice"
        upper = order["type"].startswith("STOP") == (order["side"] == "BUY")
        if name in order and not (Fraction(order[name]) > last if upper else Fraction(order[name]) < last):
            return True
    return False


_AMOUNT = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,36}")
_AMOUNTS = ("quantity", "quoteorderqty", "price", "stopprice", "icebergqty", "trailingdelta")


def badly_written(sent: Parameters) -> list[str]:
    """Parameters that are no plain number above 0 without trailing zeros, or no plain word."""

    def fine(name: str, value: str) -> bool:
        amount = name.lower().endswith(_AMOUNTS)
        return bool((_AMOUNT if amount else _WORD).fullmatch(value)) and value != "0"

    return [f"{name}={value}" for name, value in sent.items() if not fine(name, value)]
