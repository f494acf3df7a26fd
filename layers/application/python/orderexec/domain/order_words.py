"""The words that orders are made of at every venue: sides, times in force, statuses, and the kinds of order lists.

Each word is the very text that stands in a signal, in a ledger item and on the wire.
"""

from enum import StrEnum


class Side(StrEnum):
    """Whether an order buys or sells the base asset."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> "Side":
        """The side of an order that undoes what an order of this side has done."""
        return Side.SELL if self is Side.BUY else Side.BUY


class TimeInForce(StrEnum):
    """How long a limit order stands."""

    GTC = "GTC"  # until it is canceled
    IOC = "IOC"  # what fills at once, the rest expires
    FOK = "FOK"  # all of it at once, or nothing
    GTX = "GTX"  # as GTC, and refused where it would trade at once


class PositionSide(StrEnum):
    """Which of the two positions of a symbol an order is about, for an account that holds both (hedge mode)."""

    LONG = "LONG"
    SHORT = "SHORT"

    @property
    def opened_by(self) -> Side:
        """The side of an order that opens or enlarges it; the other one reduces it."""
        return Side.BUY if self is PositionSide.LONG else Side.SELL


class WorkingType(StrEnum):
    """Which price of a derivative a trigger watches."""

    LAST = "LAST"  # of the last trade
    MARK = "MARK"  # the exchange's estimate of the fair price, by which it also liquidates


class MarginMode(StrEnum):
    """What stands behind an account's borrowed money or open position."""

    CROSS = "cross"  # all that the account has
    ISOLATED = "isolated"  # only what was set aside for the symbol


class SideEffect(StrEnum):
    """What an order on margin may do to the account's loans."""

    BORROW = "borrow"  # borrow what is missing
    REPAY = "repay"  # repay with what the order brings
    BORROW_REPAY = "borrow_repay"  # both


class OrderStatus(StrEnum):
    """What became of an order, as far as this version knows the words for it.

    A report keeps the exchange's word as a text, since an exchange may say one that does not stand here.
    """

    NEW = "NEW"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"
    FINISHED = "FINISHED"  # a conditional order was triggered, and what came of it was filled or cancelled


# In these an order can trade no more. A status that does not stand here leaves it open: nothing ends on a guess.
CLOSED = frozenset(
    {
        OrderStatus.FILLED,
        OrderStatus.CANCELED,
        OrderStatus.REJECTED,
        OrderStatus.EXPIRED,
        OrderStatus.EXPIRED_IN_MATCH,
        OrderStatus.FINISHED,
    }
)


class ListKind(StrEnum):
    """Which orders a list is made of, and what links them."""

    OCO = "OCO"  # a pair of exits: whichever trades first ends the other
    OTO = "OTO"  # an entry, and one exit that is placed once the entry has filled
    OTOCO = "OTOCO"  # an entry, and a pair of exits
    OPO = "OPO"  # as OTO, but the exit sells what the entry has bought, less its commission
    OPOCO = "OPOCO"  # as OTOCO, and as OPO

    @property
    def has_entry(self) -> bool:
        """Whether its exits wait until an entry has filled."""
        return self is not ListKind.OCO

    @property
    def has_pair(self) -> bool:
        """Whether it has two exits, of which only one can trade."""
        return self in (ListKind.OCO, ListKind.OTOCO, ListKind.OPOCO)

    @property
    def pays_with_filled(self) -> bool:
        """Whether its exits sell what the entry has bought, so that they have no quantity of their own."""
        return self in (ListKind.OPO, ListKind.OPOCO)
