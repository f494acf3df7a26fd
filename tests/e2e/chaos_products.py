"""The signals of the chaos test for margin and futures: orders of every service, entries with their exits, refusals."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

Fields = dict[str, Any]
Draw = Callable[[Random], Fields]

MARGIN, USDM, COINM = "binance-margin", "binance-usdm", "binance-coinm"
QUANTITIES = {"BTCUSDT": "0.00234", "ETHUSDT": "0.0456"}
PRICES = {"BTCUSDT": 65_000, "ETHUSDT": 3_500}
# Of what trades on futures, so that a position only grows: a smaller one would end the take-profits beyond its size.
SIDES = {"BTCUSDT": "BUY", "ETHUSDT": "SELL", "BTCUSD_PERP": "BUY"}
ABOVE, BELOW = 1.06, 0.94  # of the price: nothing there trades or is triggered, since the market stays where it is
CROSSING = {"BUY": 1.02, "SELL": 0.98}
RESTING = {"BUY": BELOW, "SELL": ABOVE}
LOSSES, PROFITS = {"BUY": BELOW, "SELL": ABOVE}, {"BUY": ABOVE, "SELL": BELOW}  # of an entry of that side


def _order(random: Random, venue: str) -> Fields:
    symbol = random.choice(list(QUANTITIES))
    side = random.choice(["BUY", "SELL"]) if venue == MARGIN else SIDES[symbol]
    return {"venue": venue, "symbol": symbol, "side": side, "quantity": QUANTITIES[symbol]}


def find_price(fields: Fields, factors: Mapping[str, float]) -> str:
    """The price of the symbol times the factor of the order's side."""
    return f"{PRICES.get(fields['symbol'], PRICES['BTCUSDT']) * factors[fields['side']]:.1f}"


def set_price(fields: Fields, factors: Mapping[str, float], time_in_force: str) -> Fields:
    """The same as a limit order at that price."""
    return fields | {"type": "LIMIT", "price": find_price(fields, factors), "time_in_force": time_in_force}


def _borrow(random: Random) -> Fields:
    return _order(random, MARGIN) | {"side_effect": random.choice(["borrow", "borrow_repay"])}


def _isolated(random: Random) -> Fields:
    return _order(random, MARGIN) | {"margin_mode": "isolated"}


def _conditional(random: Random) -> Fields:
    """It waits for a price that does not come."""
    side, watched = random.choice(["BUY", "SELL"]), random.choice(["LAST", "MARK"])
    fields = _order(random, USDM) | {"side": side, "working_type": watched}
    stop = {"type": "STOP_MARKET", "stop_price": find_price(fields, PROFITS)}  # of a BUY above the market
    profit = {"type": "TAKE_PROFIT_MARKET", "stop_price": find_price(fields, RESTING)}
    trailing = {"type": "TRAILING_STOP_MARKET", "stop_price": find_price(fields, RESTING), "trailing_delta": 100}
    return fields | random.choice([stop, profit, trailing])


def _protect(fields: Fields, *, profit: bool = False) -> Fields:
    return (
        fields
        | {"stop_loss": find_price(fields, LOSSES)}
        | ({"take_profit": find_price(fields, PROFITS)} if profit else {})
    )


def _protected(random: Random) -> Fields:
    return _protect(_order(random, USDM), profit=True)


def _protected_resting(random: Random) -> Fields:
    """The stop lies beyond the entry."""
    fields = set_price(_order(random, USDM), {"BUY": 0.97, "SELL": 1.03}, "GTC")
    return _protect(fields)


def _protected_in_vain(random: Random) -> Fields:
    """The entry trades nothing, so that its stop is ended."""
    fields = set_price(_order(random, USDM), {"BUY": 0.97, "SELL": 1.03}, "IOC")
    return _protect(fields)


def _contracts(random: Random) -> Fields:
    symbol = "BTCUSD_PERP"
    return {"venue": COINM, "symbol": symbol, "side": SIDES[symbol], "contracts": random.randint(1, 5)}


def _base(random: Random) -> Fields:
    fields = _contracts(random) | {"quantity": "0.0123"}
    del fields["contracts"]
    return fields


def _fixed(**fields: Any) -> Draw:
    order = {"venue": USDM, "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    return lambda _: order | fields


PROTECTED: dict[str, tuple[int, Draw]] = {
    "usdm protected": (9, _protected),
    "usdm protected, resting": (4, _protected_resting),
    "usdm protected, in vain": (4, _protected_in_vain),
    "coinm protected": (4, lambda random: _protect(_contracts(random))),
}
# What waits for a price at the exchange: a doubt about it lasts the longest.
WAITING: dict[str, tuple[int, Draw]] = PROTECTED | {"usdm conditional": (9, _conditional)}
DRY_RUN = "usdm dry run"
ACCEPTED: dict[str, tuple[int, Draw]] = WAITING | {
    "margin": (5, lambda random: _order(random, MARGIN)),
    "margin, borrowing": (5, _borrow),
    "margin, isolated": (7, _isolated),
    "margin, isolated and resting": (5, lambda random: set_price(_isolated(random), RESTING, "GTC")),
    "usdm": (12, lambda random: _order(random, USDM)),
    "usdm limit": (8, lambda random: set_price(_order(random, USDM), CROSSING, random.choice(["GTC", "IOC", "FOK"]))),
    "usdm resting": (5, lambda random: set_price(_order(random, USDM), RESTING, "GTX")),
    DRY_RUN: (3, lambda random: _order(random, USDM) | {"dry_run": True}),
    "coinm": (6, _contracts),
    "coinm by base": (4, _base),
    "coinm resting": (3, lambda random: set_price(_contracts(random), RESTING, "GTX")),
}
# One of each venue, so that each has the rules of its symbols before anything fails.
FIRST = ("margin", "usdm", "coinm")
REFUSED: dict[str, tuple[int, Draw]] = {
    "usdm unknown symbol": (1, _fixed(symbol="NOSUCHPAIR")),
    "usdm other leverage": (1, _fixed(leverage=7)),
    "usdm profit may come first": (1, _fixed(type="LIMIT", price="64000", take_profit="69000", stop_loss="61000")),
    "coinm part of a contract": (1, _fixed(venue=COINM, symbol="BTCUSD_PERP", quantity="0.0001")),
    "margin cannot pay": (1, _fixed(venue=MARGIN, margin_mode="isolated", side="SELL", quantity="50")),
}
