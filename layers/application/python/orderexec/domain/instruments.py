"""The rules of one symbol as the exchange publishes them, and what breaks each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from .decimals import divide, format_plain, is_on_grid, multiply, round_down
from .order_words import Side

ZERO = Decimal(0)
_WHOLE = Decimal(1)


class Feature(StrEnum):
    """What a symbol may or may not offer; the words complete "the symbol takes no ..."."""

    QUOTE_QUANTITY = "market orders sized by quote_quantity; give quantity"
    ICEBERG = "iceberg orders"
    TRAILING_STOP = "trailing stops; give stop_price instead of trailing_delta"
    PEGGED = "pegged orders; give price instead of peg_price_type"
    OCO = "OCO lists, so no take_profit together with a stop_loss"
    OTO = "OTO lists, so no take_profit or stop_loss with an entry"
    OPO = "OPO lists; give exit_quantity ordered, or leave it out"
    TRIGGERED_PROFIT = "take_profit with a stop_price beside a stop_loss; give its price alone"
    TRAILING_PAIR = "trailing stop in a pair of exits without an entry; give stop_price instead of trailing_delta"
    TRAILING_AT_MARKET = "trailing exit without a price after an entry; give it a price, or stop_price instead"
    REPAYING_ENTRY = "side_effect repay for an entry with exits; give borrow or borrow_repay, or leave it out"
    CANCEL_REPLACE = "replacements; cancel the order, then place another"
    AMEND = "amendments; replace the order instead"


@dataclass(frozen=True, slots=True)
class Range:
    """Allowed values: a multiple of `step`, from `minimum` to `maximum`. A zero switches that check off."""

    step: Decimal = ZERO
    minimum: Decimal = ZERO
    maximum: Decimal = ZERO

    def find_problem(self, value: Decimal) -> str | None:
        """Return what `value` breaks, in words that follow it, or None."""
        if self.minimum and value < self.minimum:
            return f"is below the minimum {format_plain(self.minimum)}"
        if self.maximum and value > self.maximum:
            return f"is above the maximum {format_plain(self.maximum)}"
        if not is_on_grid(value, self.step):
            return f"is not a multiple of the step {format_plain(self.step)}"
        return None

    def narrow(self, other: "Range") -> "Range":
        """Return the values that both ranges allow."""
        maxima = [limit for limit in (self.maximum, other.maximum) if limit]
        return Range(
            _find_common_step(self.step, other.step), max(self.minimum, other.minimum), min(maxima, default=ZERO)
        )


@dataclass(frozen=True, slots=True)
class NotionalRule:
    """Limits on price times quantity, in quote units; market orders are measured at a recent average price."""

    name: str
    minimum: Decimal = ZERO
    maximum: Decimal = ZERO
    minimum_for_market: bool = False
    maximum_for_market: bool = False
    spares_reducing: bool = False

    def find_problem(self, notional: Decimal, *, market: bool, reducing: bool = False) -> str | None:
        """Return what an order worth `notional` breaks, in words, or None.

        `market`: it names no price. `reducing`: it only makes a position smaller, which the minimum may not keep.
        """
        spared = reducing and self.spares_reducing
        if self.minimum and not spared and notional < self.minimum and (not market or self.minimum_for_market):
            return (
                f"the order is worth {format_plain(notional)}, below {self.name}'s minimum {format_plain(self.minimum)}"
            )
        if self.maximum and notional > self.maximum and (not market or self.maximum_for_market):
            return (
                f"the order is worth {format_plain(notional)}, above {self.name}'s maximum {format_plain(self.maximum)}"
            )
        return None


@dataclass(frozen=True, slots=True)
class PriceBand:
    """How far a limit price may lie from the market price: factors of it, lowest and highest, for each side.

    A highest factor of infinity is none. `measure` is what the exchange calls the market price. Of a trigger's price
    filters.md says nothing here, unlike at PRICE_FILTER.
    """

    name: str
    buy: tuple[Decimal, Decimal]
    sell: tuple[Decimal, Decimal]
    measure: str = "average price"

    def find_problem(self, side: Side, price: Decimal, average: Decimal) -> str | None:
        """Return what a limit price breaks, in words, or None."""
        lowest, highest = (multiply(factor, average) for factor in (self.buy if side == Side.BUY else self.sell))
        if lowest <= price <= highest:
            return None
        band = f"band of {format_plain(lowest)} to {format_plain(highest)}"
        if highest.is_infinite():
            band = f"lowest price {format_plain(lowest)}"
        return f"price {format_plain(price)} lies outside {self.name}'s {band} ({self.measure} {format_plain(average)})"


@dataclass(frozen=True, slots=True)
class TrailingRule:
    """Allowed trailing deltas in basis points, lowest and highest: for triggers above the market, and below it.

    Only multiples of `step` are allowed.
    """

    above: tuple[int, int]
    below: tuple[int, int]
    step: int = 1

    def find_problem(self, delta: int, *, above: bool) -> str | None:
        """Return what a delta (basis points) breaks, in words, or None; `above`: it triggers above the market."""
        lowest, highest = self.above if above else self.below
        if lowest <= delta <= highest:
            multiple = delta % self.step == 0
            return None if multiple else f"trailing_delta {delta} is not a multiple of {self.step} basis points"
        return f"trailing_delta {delta} is not in TRAILING_DELTA's range of {lowest} to {highest} basis points"


@dataclass(frozen=True, slots=True)
class Contract:
    """What one contract is worth: `size` units of the quote asset, whatever the price (an inverse contract)."""

    size: Decimal

    def count_for_quote(self, quote_quantity: Decimal) -> Decimal:
        """Return how many whole contracts `quote_quantity` units of the quote asset are, rounded down."""
        return round_down(divide(quote_quantity, self.size), _WHOLE)

    def count_for_base(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Return how many whole contracts `quantity` units of the base asset are at `price`, rounded down."""
        return self.count_for_quote(multiply(quantity, price))

    def measure_worth(self, contracts: Decimal) -> Decimal:
        """Return what so many contracts are worth in quote units."""
        return multiply(contracts, self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What the exchange says of one symbol. `market_lot` already falls back to `lot` where it names no step.

    `contract` is what is traded in place of the base asset; the lots count contracts then. `lacks` names features that
    the symbol does not offer; `filters` says the limits of each filter in words, for those that only the exchange can
    check. `iceberg_parts` 0 means no limit. `bands_at_trigger`: the limit price of an order that waits for a price
    is measured at that price, not at the market's.
    """

    symbol: str
    status: str
    tradable: bool
    order_types: frozenset[str]
    base_asset: str = ""
    quote_asset: str = ""
    price: Range = Range()
    lot: Range = Range()
    market_lot: Range = Range()
    notional: tuple[NotionalRule, ...] = ()
    bands: tuple[PriceBand, ...] = ()
    bands_at_trigger: bool = False
    trailing: TrailingRule | None = None
    iceberg_parts: int = 0
    contract: Contract | None = None
    quote_step: Decimal = ZERO
    lacks: frozenset[Feature] = frozenset()
    self_trade_prevention_modes: frozenset[str] = frozenset()
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """What its quantities count, in a word that follows the number."""
        return self.base_asset if self.contract is None else "contracts"

    def explain_lack(self, *features: Feature) -> str | None:
        """Return why a request that needs `features` cannot be made, or None."""
        return next((f"{self.symbol} takes no {feature}" for feature in features if feature in self.lacks), None)

    def measures_market_orders(self) -> bool:
        """Return whether a market order's notional is limited, so that a price is needed to check it."""
        return any(rule.minimum_for_market or rule.maximum_for_market for rule in self.notional)


def _find_common_step(one: Decimal, other: Decimal) -> Decimal:
    if not one or not other:
        return one or other
    # Their least common multiple, in units of the finer exponent of the two.
    exponent = min(one.as_tuple().exponent, other.as_tuple().exponent, 0, key=int)
    unit = Decimal(1).scaleb(int(exponent))
    return math.lcm(int(one / unit), int(other / unit)) * unit
