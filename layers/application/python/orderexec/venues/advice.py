"""What a person should do about a refusal of an exchange: the few sentences that the errors of all exchanges share.

A signal that is wrong stays wrong however often it is redriven, and one that met trouble from outside needs no new id.
So each advice says of what kind it is (`Remedy`), and the sentences of a kind begin or end alike.
"""

from enum import StrEnum
from typing import NamedTuple


class Remedy(StrEnum):
    """What helps. It decides whether orderctl offers to redrive a letter; the words of an advice never do."""

    REDRIVE = "REDRIVE"  # the cause is outside the signal: fix it, then redrive the signal
    NEW_SIGNAL = "NEW_SIGNAL"  # the signal is wrong: publish a corrected one under a new id
    NOTHING = "NOTHING"  # the system deals with it, or there is nothing to be done
    LOOK = "LOOK"  # a person must look before anything is done


class Advice(NamedTuple):
    """What helps, and the same in words that stand in a detail as they are."""

    remedy: Remedy
    words: str


_CORRECTED = "publish a corrected signal under a new id"


def redrive_after(fix: str, *, or_publish: str | None = None) -> Advice:
    """Return the advice for a cause outside the signal; `fix` says what removes it.

    `or_publish` says how a corrected signal would do without the fix.
    """
    instead = "" if or_publish is None else f"; or {_CORRECTED}, {or_publish}"
    return Advice(Remedy.REDRIVE, f"{fix}, then redrive it{instead}")


def publish_corrected(how: str | None = None) -> Advice:
    """Return the advice for a signal that is wrong; `how` says what the corrected one has, where one can tell."""
    return Advice(Remedy.NEW_SIGNAL, _CORRECTED if how is None else f"{_CORRECTED}, {how}")


def look(words: str) -> Advice:
    """Return the advice for what a person must look at first."""
    return Advice(Remedy.LOOK, words)


MAY_EXIST = ", so the order may exist"  # as it stands in the entries: left out of the answer to a mere question

NOTHING = Advice(Remedy.NOTHING, "nothing")  # left out of a detail

READ = look(
    "read the exchange's own words: if they blame a field of the signal, publish a corrected signal under a new id; "
    "if not, report it as a fault of this function"
)
LOOK_AT_OLD = look("look at the old order; if a new one is still wanted, publish it under a new id")
REPORT = look("report it as a fault of this function, which should not send such a request")
NOT_OURS = look("report it: this function does not use that part of the exchange's interface")

CORRECT = publish_corrected()
OTHER_SYMBOL_OR_FORM = publish_corrected("with another type of order, or another symbol")
OTHER_PRICE = publish_corrected("with a price inside the limits")
OTHER_QUANTITY = publish_corrected("with a quantity inside the limits")
OTHER_WORTH = publish_corrected("for an order whose worth is inside the limits")
NEARER_PRICE = publish_corrected("with a price nearer to the market")
CANCEL_AND_PLACE = publish_corrected("with action cancel, and place the new order with a second signal")
PLACE_AFTER_ALL = publish_corrected("with action place: the old order is canceled already")
REPLACE_OR_CANCEL = publish_corrected("with action replace or cancel instead of amend")

KEY = redrive_after("store the right key and secret")
SUPPORT = redrive_after("ask the exchange's support what the account may do, and have it permitted")
SLOWER = redrive_after(
    "if signals die of it, lower MaximumConcurrency, or send less with other programs from the same address or account"
)
MONEY = redrive_after("deposit more, or cancel orders that lock some", or_publish="for a smaller order")
CLEAR_ORDERS = redrive_after("cancel some of these orders or wait until they are done")
THIN_BOOK = redrive_after("wait until there are orders on the book", or_publish="as a LIMIT order")
ONCE_MORE = Advice(Remedy.REDRIVE, "redrive it; if it dies of this again, report it as a fault of this function")
