"""What can be traded where: for each venue its order types, and which fields of a signal go with each of them.

This is the one table of it. The readers of a signal (signal_fields.py), the rules of what goes together
(signal_rules.py) and the type of each exit (exits.py) come from it; tests hold docs/signal.schema.json and
docs/signals.md equal to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .order_types import LIMIT, MAKER, MARKET, PAIR, Kind, OrderType, Trigger
from .order_words import TimeInForce

DEFAULT_VENUE = "binance-spot"  # of a signal that names none

_BY_BALANCE = frozenset({"quantity_percent", "reduce_to_position"})
PEG = frozenset({"peg_price_type", "peg_offset_type", "peg_offset_value"})
TRIGGER = frozenset({"stop_price", "trailing_delta"})
EXITS = frozenset({"take_profit", "stop_loss", "exit_quantity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The order types of one product, with the fields that a signal may name beside what every order may name.

    `not_in_a_replacement` are the fields that do not go with an order that replaces another one.
    """

    fields: Mapping[OrderType, frozenset[str]]
    not_in_a_replacement: frozenset[str]

    def find_type(self, kind: Kind) -> OrderType:
        """Return the product's type of that kind. Raises LookupError if it has none."""
        for each in self.fields:
            if each.kind == kind:
                return each
        raise LookupError(f"the product has no order type of {kind}")

    def parse_type(self, word: str) -> OrderType:
        """Return the type that `word` names. Raises ValueError if the product has none of that name."""
        for each in self.fields:
            if each.value == word:
                return each
        raise ValueError(f"{word!r} is no order type that this version knows")

    def find_default_time_in_force(self, order_type: OrderType) -> TimeInForce | None:
        """Return what holds where a signal names no time in force; None where the type takes none."""
        return TimeInForce.GTC if "time_in_force" in self.fields[order_type] else None

    @property
    def entries(self) -> tuple[OrderType, ...]:
        """The types of an order that may have a take-profit and a stop-loss."""
        return tuple(each for each, fields in self.fields.items() if fields >= EXITS)


class SpotType(OrderType):
    """The order types of Binance Spot: "New order" in rest-api.md, and OCO, which stands for a list of two orders."""

    MARKET = "MARKET", MARKET
    LIMIT = "LIMIT", LIMIT
    LIMIT_MAKER = "LIMIT_MAKER", MAKER
    # These two execute a market order once they are triggered.
    STOP_LOSS = "STOP_LOSS", Kind(at_market=True, trigger=Trigger.LOSS)
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT", Kind(trigger=Trigger.LOSS)
    TAKE_PROFIT = "TAKE_PROFIT", Kind(at_market=True, trigger=Trigger.PROFIT)
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT", Kind(trigger=Trigger.PROFIT)
    OCO = "OCO", PAIR


_SPOT_STOP = _BY_BALANCE | TRIGGER | {"dry_run"}
_SPOT_STOP_LIMIT = _SPOT_STOP | PEG | {"price", "quote_percent", "time_in_force", "iceberg_quantity"}
_SPOT_MAKER = _BY_BALANCE | PEG | EXITS | {"price", "quote_percent", "iceberg_quantity", "dry_run"}
_SPOT = Product(
    fields={
        SpotType.MARKET: _BY_BALANCE | {"quote_quantity", "quote_percent", "smart_order_routing", "dry_run"},
        SpotType.LIMIT: _SPOT_MAKER | {"time_in_force", "smart_order_routing"},
        SpotType.LIMIT_MAKER: _SPOT_MAKER,
        SpotType.STOP_LOSS: _SPOT_STOP,
        SpotType.STOP_LOSS_LIMIT: _SPOT_STOP_LIMIT,
        SpotType.TAKE_PROFIT: _SPOT_STOP,
        SpotType.TAKE_PROFIT_LIMIT: _SPOT_STOP_LIMIT,
        SpotType.OCO: _BY_BALANCE | {"take_profit", "stop_loss"},
    },
    # The old order's funds are not free yet, and the exchange has neither lists nor a dry run for it.
    not_in_a_replacement=_BY_BALANCE | EXITS | {"quote_percent", "smart_order_routing", "dry_run"},
)

PRODUCTS: Mapping[str, Product] = {"binance-spot": _SPOT}


def find_product(venue: str) -> Product:
    """Return what is traded at the venue. Raises ValueError if this version knows no venue of that name."""
    if venue not in PRODUCTS:
        raise ValueError(f"{venue!r} is no venue that this version knows")
    return PRODUCTS[venue]
