"""What an exchange's answer means for the order that was asked for: the vocabulary every venue maps to."""

from dataclasses import dataclass, replace
from enum import StrEnum

from .orders import OrderReport


class Meaning(StrEnum):
    """What a failure says, and so what may follow. `NOT_EXECUTED` lists those after which nothing is there."""

    UNKNOWN = "UNKNOWN"  # the order may exist: ask
    BLOCKED = "BLOCKED"  # as UNKNOWN, and the exchange wants silence first: pause, then ask
    DUPLICATE = "DUPLICATE"  # an open order holds the client order id: ask for it
    NOT_FOUND = "NOT_FOUND"  # a lookup found no such order
    NO_EFFECT = "NO_EFFECT"  # a lookup found that the order is not cancelled, or not reduced, as it should be
    RETRY = "RETRY"  # not executed, worth trying again
    UNSENT = "UNSENT"  # not executed, a closed gate kept the request here: wait until it opens
    RATE_LIMIT = "RATE_LIMIT"  # not executed, too many requests of this address: wait as told
    ORDER_LIMIT = "ORDER_LIMIT"  # not executed, too many orders of this account: wait as told
    CLOCK = "CLOCK"  # not executed, the timestamp was outside the receive window
    STALE_RULES = "STALE_RULES"  # not executed, the order breaks rules that may have changed
    CREDENTIALS = "CREDENTIALS"  # not executed, key, signature or permission
    REJECT = "REJECT"  # not executed, and it would be refused again


NOT_EXECUTED = frozenset(
    {
        Meaning.RETRY,
        Meaning.UNSENT,
        Meaning.RATE_LIMIT,
        Meaning.ORDER_LIMIT,
        Meaning.CLOCK,
        Meaning.STALE_RULES,
        Meaning.CREDENTIALS,
        Meaning.REJECT,
    }
)


class Cause(StrEnum):
    """Whom a refusal is about: whose signals the exchange would refuse again for it."""

    ACCOUNT = "ACCOUNT"  # the account, or its key
    ACCOUNT_AND_SYMBOL = "ACCOUNT_AND_SYMBOL"  # what the account has or may do there
    ORDER = "ORDER"  # the order as it was made: the strategy of the account, or its symbol if it names none
    SYMBOL = "SYMBOL"  # the venue's symbol, for every account
    VENUE = "VENUE"  # the venue, for everybody


@dataclass(frozen=True, slots=True)
class Accepted:
    """The exchange has done it. `report` is of the order that the request is about, None if there is no such one.

    `others` are the further orders of a list or a plan, the one that was replaced, or all that were cancelled. `note`
    is what a person must know beside that.
    """

    report: OrderReport | None
    others: tuple[OrderReport, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Anything else. `code` is the exchange's own, None where there was none; `retry_after` in seconds.

    `filter` names the rule of the symbol or account that the exchange says is broken; `cause` is what the table of
    errors says of whom the refusal is about.
    """

    meaning: Meaning
    code: str | None
    detail: str
    retry_after: float | None = None
    filter: str | None = None
    cause: Cause | None = None

    @property
    def about(self) -> Cause:
        """Whom a refusal is about: where the table does not say, the account for its key, else the order."""
        return self.cause or (Cause.ACCOUNT if self.meaning is Meaning.CREDENTIALS else Cause.ORDER)

    @property
    def shows_absence(self) -> bool:
        """Whether the exchange itself says that what was looked for is not there: the order, or a change of it."""
        return self.meaning in (Meaning.NOT_FOUND, Meaning.NO_EFFECT)

    @property
    def certainly_not_executed(self) -> bool:
        """Whether the exchange itself says that no order came of the request."""
        return self.meaning in NOT_EXECUTED


Answer = Accepted | Failure


def leave_in_doubt(failure: Failure) -> Failure:
    """Return a failure of one request of several, of which an earlier one had an effect: never "not executed"."""
    return replace(failure, meaning=Meaning.UNKNOWN) if failure.certainly_not_executed else failure


@dataclass(frozen=True, slots=True)
class SendTiming:
    """One order request as it went: how long its answer took, and what that meant if it was not accepted."""

    milliseconds: int
    meaning: Meaning | None
