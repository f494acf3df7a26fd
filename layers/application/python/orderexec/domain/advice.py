"""What a person should do about a signal that got no order: the kinds of help there are, and how each is worded.

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


CORRECT = publish_corrected()
MONEY = redrive_after("deposit more, or cancel orders that lock some", or_publish="for a smaller order")
NO_POSITION = look("look at the position of the account at the exchange: it may be closed already")
CANCEL_AND_PLACE = publish_corrected("with action cancel, and place the new order with a second signal")
PLACE_ANEW = publish_corrected("with action place, if an order is still wanted")
AT_THE_EXCHANGE = look("change the order at the exchange yourself")
