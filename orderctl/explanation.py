"""What became of a signal in plain words, and what to do: by its state, its reason, and the venue's table of errors."""

import re
import shlex
from typing import NamedTuple

from orderctl.screen import format_instant
from orderexec.domain.advice import CORRECT, Remedy
from orderexec.domain.cancellations import came_too_late
from orderexec.domain.following import is_resting
from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.products import list_markets
from orderexec.domain.row import Row
from orderexec.domain.signals import Identity
from orderexec.venues.classifier import find_known
from orderexec.venues.registry import inspect_venue


class Explained(NamedTuple):
    """What it means, what to do about it, and what kind of help that is."""

    what: str
    do: str
    remedy: Remedy


BY_QUEUE = Explained(
    "the queue itself gave the message up: it was delivered as often as it may be, and the function never finished it",
    "look at the function's log and its event source (`orderctl doctor{stack}`); once it works again, redrive it",
    Remedy.REDRIVE,
)
_PLACEHOLDER = re.compile(r"\{(key|account|venue|stack)\}")
# `{key}` is the signal's key, `{account}` and `{venue}` are its own, `{stack}` the options that name its stack.
_REASONS = {
    Reason.INVALID_SIGNAL: Explained(
        "the message cannot be read as a signal; the detail names every problem",
        f"correct the producer, then {CORRECT.words}",
        Remedy.NEW_SIGNAL,
    ),
    Reason.RULES: Explained(
        "the order breaks a rule of the exchange; no request was made",
        f"{CORRECT.words}; only if the detail says that the symbol did not trade, or that no balance was free, wait "
        "until it is, then `orderctl redrive --signal {key}{stack}`",
        Remedy.NEW_SIGNAL,
    ),
    Reason.REJECTED: Explained(
        "the exchange refused it for good",
        f"read the exchange's own words in the detail: if they blame the signal, {CORRECT.words}; if they blame "
        "something else, put that right, then `orderctl redrive --signal {key}{stack}`",
        Remedy.LOOK,
    ),
    Reason.CREDENTIALS: Explained(
        "the account's key cannot be used",
        "put right what `orderctl accounts check {account} --venue {venue}{stack}` names, then redrive it",
        Remedy.REDRIVE,
    ),
    Reason.EXPIRED: Explained(
        "it was too old when an order could have been sent",
        "nothing, if the trade is no longer wanted. If it is, publish it under a new id, or execute it at today's "
        "price: `orderctl redrive --signal {key} --max-age AGE{stack}`. If this happens often, `orderctl "
        "doctor{stack}`",
        Remedy.LOOK,
    ),
    Reason.LIMITS: Explained(
        "a risk limit of the account forbids it",
        f"find out why the producer wanted it: if the signal is wrong, {CORRECT.words}; if the limit is wrong, change "
        "it (`orderctl limits show {account}{stack}`, then `orderctl limits set {account} FILE{stack}`), then "
        "`orderctl redrive --signal {key}{stack}`",
        Remedy.LOOK,
    ),
    Reason.EXHAUSTED: Explained(
        "it was tried until its attempts ran out; nothing was executed",
        "read in the detail what went wrong last; once that is over, redrive it",
        Remedy.REDRIVE,
    ),
    Reason.DOUBTFUL: Explained(
        "no answer came to its request, no source of the exchange shows the order, and it may not be sent again",
        "look for the order at the exchange; if it is not there and is still wanted, "
        "`orderctl redrive --signal {key}{stack}`",
        Remedy.LOOK,
    ),
    Reason.CANCELED: Explained(
        "another signal, or a person, ended it before anything was sent", "nothing", Remedy.NOTHING
    ),
}
# Of these what the exchange answered is why the signal ended; of others it is at most what was heard before.
_BY_THE_EXCHANGE = frozenset({Reason.RULES, Reason.REJECTED, Reason.CREDENTIALS, Reason.EXHAUSTED})
_LOOK = "look at what you hold: the order was closed before it could be canceled"
_LOOK_FOR_ORDER = "look for the order on the exchange's own pages; nothing was sent or cancelled"
_LOOK_FOR_MORE = "look at your orders at the exchange: one may be there that should not be; the detail says why"
_DO_NOT_PLACE = (
    "nothing: do not place the order by hand. If it stays so for minutes after that time, look at the order at the "
    "exchange and at `orderctl doctor{stack}`. If the exchange cannot be asked any more (the key is gone), look there "
    'yourself, then `orderctl close {key} --as accepted --order-id ID --why "..."{stack}`, or `--as dead` if it is not '
    "there"
)


def explain_row(row: Row, stack: str = "") -> Explained:
    """Say where the signal stands, and what to do. `stack` are the options that name its stack, as Stack.options."""
    return _fill(_explain_state(row), row.identity, stack)


def explain_letter(
    identity: Identity, reason: str | None, code: str | None, detail: str | None, stack: str = ""
) -> Explained:
    """Say why a signal was given up. What the exchange's code or text says is more precise than the reason."""
    return _fill(_explain_end(identity.venue, reason, code, detail), identity, stack)


def suggest_redrive(explained: Explained, chosen: str, stack: str = "") -> str | None:
    """Return the command that redrives the chosen letters, None where a redrive alone does not help."""
    return f"orderctl redrive {chosen}{stack}" if explained.remedy is Remedy.REDRIVE else None


def _explain_state(row: Row) -> Explained:
    if row.closed_by is not None:
        return Explained(
            "a person has closed it; the detail says who and why. Nothing more is tried or asked",
            "nothing; if it is wanted after all, publish it under a new id",
            Remedy.NOTHING,
        )
    match row.state:
        case State.ACCEPTED:
            return _explain_accepted(row)
        case State.WAITING:
            sure = "as far as the exchange shows" if row.doubted else "certainly"
            return Explained(
                f"{sure} nothing is at the exchange; it is tried again from {format_instant(row.retry_at)} on, "
                f"and given up after {format_instant(row.expires_at)}",
                "nothing, unless what the detail names needs you",
                Remedy.NOTHING,
            )
        case State.SENT:
            off = f"; nor later, for signal {row.canceled_by!r} has cancelled it" if row.canceled_by else ""
            return Explained(
                "a request may have left and its answer is not known; the exchange is being asked. Before "
                f"{format_instant(row.fence)} nothing is sent again, whatever happened{off}",
                _DO_NOT_PLACE,
                Remedy.NOTHING,
            )
        case State.DEAD if row.doubted and row.reason is Reason.CANCELED:
            return Explained("another signal, or a person, ended it after a doubt", _LOOK_FOR_MORE, Remedy.LOOK)
        case State.DEAD:
            return _explain_dead(row)


def _explain_accepted(row: Row) -> Explained:
    """Say what the exchange did. After a doubt the detail tells of a late or surplus order."""
    what = _describe_accepted(row)
    if row.doubted and row.detail is not None:
        return Explained(what, _LOOK_FOR_MORE, Remedy.LOOK)
    if came_too_late(row.request, row.report):
        return Explained(what, _LOOK, Remedy.LOOK)
    if row.lost or (row.unclear_since is not None and row.detail is not None):
        return Explained(what, _LOOK_FOR_ORDER, Remedy.LOOK)
    return Explained(what, "nothing", Remedy.NOTHING)


def _explain_dead(row: Row) -> Explained:
    explained = _explain_end(row.market, row.reason and row.reason.value, row.code, row.detail)
    if row.part_of is not None:
        made_by = f"look at signal {row.part_of!r}, which made it and tells what became of it"
        return explained._replace(do=made_by, remedy=Remedy.LOOK)
    if row.mark is None and row.reason is not Reason.CANCELED:
        return explained._replace(do="nothing: another signal has canceled it since", remedy=Remedy.NOTHING)
    return explained


def _explain_end(venue: str, reason: str | None, code: str | None, detail: str | None) -> Explained:
    if reason is None:
        return BY_QUEUE
    if reason not in _REASONS:
        what = f"{reason} is no reason that this tool knows"
        return Explained(what, "see the detail, and who wrote the letter", Remedy.LOOK)
    by_code = _explain_code(venue, code, detail) if reason in _BY_THE_EXCHANGE else None
    return by_code or _REASONS[Reason(reason)]


def _explain_code(venue: str, code: str | None, detail: str | None) -> Explained | None:
    """Return what the venue's own table of errors says; None if it says nothing, or nothing is to be done."""
    inspection = inspect_venue(next(iter(list_markets(venue)), venue))  # all its products have one table
    known = None if inspection is None else find_known(code, detail, inspection.load_table())
    if known is None or known.do.remedy is Remedy.NOTHING:
        return None
    return Explained(known.what, known.do.words, known.do.remedy)


def _fill(explained: Explained, identity: Identity, stack: str) -> Explained:
    """Put the signal's own names into the commands of the advice."""
    names = {
        "key": shlex.quote(identity.key),
        "account": identity.account,
        "venue": shlex.quote(identity.venue),
        "stack": stack,
    }
    return explained._replace(do=_PLACEHOLDER.sub(lambda found: names[found[1]], explained.do))


def _describe_accepted(row: Row) -> str:
    if row.report is None or came_too_late(row.request, row.report):
        return row.detail or ("the exchange would take the order" if row.request and row.request.dry_run else "done")
    if row.lost:
        return f"the exchange does not show its order {row.report.order_id} any more; it is looked for no more"
    followed = "; it is followed until it has ended" if is_resting(row) else ""
    return f"the exchange has it: order {row.report.order_id}, {row.report.status} when it was last heard of{followed}"
