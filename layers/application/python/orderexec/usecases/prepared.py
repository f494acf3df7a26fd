"""What preparing a signal may look at, and how it can end: a request that can be sent, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from orderexec.domain.daily_count import Countable
from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Cause, Failure, Meaning
from orderexec.domain.requests import Plan, describe_request
from orderexec.domain.row import Row
from orderexec.domain.signals import Signal
from orderexec.ports import Credentials, Ports, Venue


@dataclass(frozen=True, slots=True)
class Task:
    """One signal that is to be sent for the `row.attempts + 1`th time.

    `target` is the row that a change of an earlier signal's order is about, None if no such signal is known (yet).
    """

    signal: Signal
    row: Row
    venue: Venue
    ports: Ports
    target: "Row | NotReady | None" = None


@dataclass(frozen=True, slots=True)
class Ready:
    """What a send needs; `limits` says what each filter of the symbol allows, to explain a refusal with.

    `countable` is what counts against the account's day, None if nothing does.
    """

    request: Plan
    credentials: Credentials
    limits: Mapping[str, str] = field(default_factory=dict)
    countable: Countable | None = None

    def explain(self, failure: Failure) -> Failure:
        """Return a refusal of what was sent, with that and the limit it broke, where the exchange names one."""
        if failure.meaning not in (Meaning.REJECT, Meaning.STALE_RULES):
            return failure
        limit = self.limits.get(failure.filter or "")
        allowed = f"; {failure.filter} here: {limit}" if limit else ""
        return replace(failure, detail=f"{failure.detail}{allowed}; sent: {describe_request(self.request)}")


@dataclass(frozen=True, slots=True)
class Refused:
    """No request must be made for this signal. `cause` is whom that is about, None if it says nothing of others."""

    reason: Reason
    detail: str
    code: str | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class NotReady:
    """Something that is needed cannot be had now; it may pass."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """There is nothing that a cancellation could end, or a close could close: the signal is done."""

    detail: str


Prepared = Ready | Refused | NotReady | NothingToDo


def not_ready(why: str, retry_after: float | None = None) -> NotReady:
    """For what is not there yet and was not refused by anybody; looked for again in `retry_after` seconds, or later."""
    return NotReady(Failure(Meaning.RETRY, None, why, retry_after))
