"""What one product offers: its order types, and which fields of a signal go with each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from .order_types import LIMIT, MAKER, Kind, OrderType
from .order_words import MarginMode, TimeInForce

PLACE, CANCEL, REPLACE, AMEND, CLOSE = "place", "cancel", "replace", "amend", "close"
BY_BALANCE = frozenset({"quantity_percent", "reduce_to_position"})
PEG = frozenset({"peg_price_type", "peg_offset_type", "peg_offset_value"})
TRIGGER = frozenset({"stop_price", "trailing_delta"})
EXITS = frozenset({"take_profit", "stop_loss"})
OF_EVERY_SIGNAL = frozenset({"action", "id", "account", "venue", "symbol", "issued_at", "max_age_seconds", "strategy"})
OF_AN_EXIT = frozenset({"price", "stop_price", "trailing_delta", "time_in_force"})
_OF_A_CHANGE = frozenset({"target", "all_orders"})
# Of every order that may rest, whatever its type.
OF_WHAT_RESTS = frozenset({"cancel_after_seconds"})
OF_A_CLOSE = frozenset({"cancel_orders"})


class ExitStyle(Enum):
    """How an entry comes to have a take-profit and a stop-loss."""

    LISTED = auto()  # the exchange takes them together and links them
    STEPPED = auto()  # we send them one by one, the stop-loss first (protected.py)
    ATTACHED = auto()  # they are part of the entry's order, and the exchange makes orders of them as it fills


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The order types of one product, with the fields that a signal may name beside what every order may name.

    `of_every_order` are the fields of every order, `actions` what can be asked for, `of_an_amendment` what an amendment
    can change. `not_in_a_replacement` are the fields that do not go with an order that replaces another one.
    `resting_exit` is how a take-profit waits that names a limit price only. `derivative`: what is traded is a position,
    which can be long or short, not the asset itself. `symbol_marks` are what a symbol may hold beside letters and
    digits. `usual_margin` is the account of an order that names no margin mode, where an order belongs to one.
    `of_an_exit` are the fields of a take-profit or stop-loss. `amendable` is what can be given another price.
    `of_a_close` are the fields that say what action `close` closes, and what goes before it.
    """

    fields: Mapping[OrderType, frozenset[str]]
    of_every_order: frozenset[str]
    actions: frozenset[str]
    of_every_signal: frozenset[str] = OF_EVERY_SIGNAL
    not_in_a_replacement: frozenset[str] = frozenset()
    of_an_amendment: frozenset[str] = frozenset()
    times_in_force: tuple[TimeInForce, ...] = (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)
    resting_exit: Kind = MAKER
    exit_style: ExitStyle = ExitStyle.LISTED
    derivative: bool = False
    symbol_marks: str = ""
    margin_modes: tuple[MarginMode, ...] = tuple(MarginMode)
    usual_margin: MarginMode | None = None
    of_an_exit: frozenset[str] = OF_AN_EXIT
    amendable: tuple[Kind, ...] = (LIMIT,)
    of_a_close: frozenset[str] = OF_A_CLOSE

    def find_type(self, kind: Kind) -> OrderType:
        """Return the product's type of that kind. Raises LookupError if it has none."""
        for each in self.fields:
            if each.kind == kind:
                return each
        raise LookupError(f"the product has no order type of {kind}")

    def has_type(self, kind: Kind) -> bool:
        """Return whether it has a type of that kind."""
        return any(each.kind == kind for each in self.fields)

    def parse_type(self, word: str) -> OrderType:
        """Return the type that `word` names. Raises ValueError if the product has none of that name."""
        for each in self.fields:
            if each.value == word:
                return each
        raise ValueError(f"{word!r} is no order type that this version knows")

    def find_default_time_in_force(self, order_type: OrderType) -> TimeInForce | None:
        """Return what holds where a signal names no time in force; None where the type takes none."""
        return TimeInForce.GTC if "time_in_force" in self.fields[order_type] else None

    def list_fields(self) -> frozenset[str]:
        """Return every field that a signal for the product may name, with whatever else."""
        of_orders = self.of_every_order.union(*self.fields.values())
        changes = _OF_A_CHANGE if self.actions != {PLACE} else frozenset[str]()
        return self.of_every_signal | of_orders | changes | self.of_an_amendment | self.of_a_close

    @property
    def entries(self) -> tuple[OrderType, ...]:
        """The types of an order that may have a take-profit and a stop-loss."""
        return tuple(each for each, fields in self.fields.items() if fields >= EXITS and not each.kind.pair)
