"""Whom to ask about a request that was signed: only the account that it was signed for can say that it is not there.

The secret of an account may be replaced while a signal is in doubt, and the new key may belong to another account of
the exchange. "No such order" from there proves nothing, and to send again would place the order twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from orderexec.domain.outcomes import Accepted, Answer, Failure, Meaning
from orderexec.domain.row import Row
from orderexec.domain.signer import read_address
from orderexec.ports import Credentials, NoCredentials, Secrets, Venue

T = TypeVar("T")
_CLOSE = (
    'look for the order at the exchange, then `orderctl close {key} --as accepted --order-id ID --why "..."`, or '
    "`--as dead` if it is not there"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an answer may be about another account than the row's; `elsewhere`: it certainly is. `key` is the row's."""

    key: str
    why: str
    elsewhere: bool
    fix: str = "Store the old key again"


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """An answer of the exchange, and whether it may be about another account."""

    answer: T | Failure
    doubt: Doubt | None = None


def ask_its_account(
    row: Row, venue: Venue, secrets: Secrets, question: Callable[[Credentials], T | Failure]
) -> Told[T]:
    """Ask with the row's own key while it is stored and works; else with the present one, and tell what that proves.

    A row of an older version does not say who signed; it is taken to be the present key, as that version did.
    """
    refused: Failure | None = None
    for key in _list_keys(row, secrets):
        if row.signed_for in (None, venue.accounts.name_signer(key)):
            answer = question(key)
            if not (isinstance(answer, Failure) and answer.meaning is Meaning.CREDENTIALS):
                return Told(answer)
            refused = answer
    present = secrets.get_credentials(row.identity.account)
    if isinstance(present, NoCredentials):
        return Told(Failure(Meaning.CREDENTIALS, None, present.detail))
    if refused is not None and row.signed_for in (None, venue.accounts.name_signer(present)):
        return Told(refused)
    doubt = _find_doubt(row.identity.key, row.signed_for or "", present, venue)
    return Told(question(present), doubt)


def judge_answer(answer: Answer, doubt: Doubt | None) -> Answer:
    """What an answer says about the row although its account may be another one.

    An order that is found is believed, since its id is of this signal alone; but not where the row's request certainly
    was not sent to: another stack may have executed a signal of the same name there. That there is none is never.
    """
    if doubt is None or (isinstance(answer, Accepted) and answer.report is not None and not doubt.elsewhere):
        return answer
    if isinstance(answer, Failure) and not answer.shows_absence:
        return answer
    return Failure(Meaning.CREDENTIALS, None, f"{doubt.why}. {doubt.fix}, or {_CLOSE.format(key=doubt.key)}")


def find_own_key(row: Row, venue: Venue, secrets: Secrets) -> Credentials | None:
    """Return a stored key of the very account that the row's request was signed for; None if none is shown to be."""
    present = secrets.get_credentials(row.identity.account)
    if isinstance(present, Credentials) and _is_own(row, present, venue):  # the one before it may be deleted already
        return present
    return next((key for key in _list_keys(row, secrets) if _is_own(row, key, venue)), None)


def _is_own(row: Row, key: Credentials, venue: Venue) -> bool:
    if row.signed_for in (None, venue.accounts.name_signer(key)):
        return True
    return _find_doubt(row.identity.key, row.signed_for or "", key, venue) is None


def find_why_unreachable(row: Row, venue: Venue, secrets: Secrets) -> str | None:
    """Why an order of the row cannot be changed: it certainly is of another account than the present key."""
    present = secrets.get_credentials(row.identity.account)
    if row.signed_for is None or isinstance(present, NoCredentials):
        return None
    signer = venue.accounts.name_signer(present)
    if read_address(signer) != read_address(row.signed_for):
        return f"it is at {read_address(row.signed_for)}, and the venue's address is {read_address(signer)} now"
    known = venue.accounts.recall_id(row.signed_for) if signer != row.signed_for else None
    told = None if known is None else venue.accounts.find_id(present)
    if isinstance(told, str) and told != known:
        return f"it is of the exchange account {known}, and the key of {row.identity.account} is of {told} now"
    return None


def _list_keys(row: Row, secrets: Secrets) -> Iterator[Credentials]:
    """The account's keys, each once: the one at hand, the one that is stored now, the one before that."""
    account = row.identity.account
    at_hand = secrets.get_credentials(account)
    if isinstance(at_hand, Credentials):
        yield at_hand
    now = secrets.get_credentials(account, refetch=True)
    if isinstance(now, Credentials) and now != at_hand:
        yield now
    before = secrets.get_previous(account) if row.signed_for is not None else None
    if isinstance(before, Credentials) and before not in (at_hand, now):
        yield before


def _find_doubt(key: str, signed_for: str, present: Credentials, venue: Venue) -> Doubt | None:
    """Why the present key may belong to another account than the row's, None if it is shown to be the same."""
    signer = venue.accounts.name_signer(present)
    account = present.account or "this account"
    if read_address(signer) != read_address(signed_for):
        was, now = read_address(signed_for), read_address(signer)
        why = f"the request went to {was}, and the venue's address is {now} now"
        return Doubt(key, why, elsewhere=True, fix="Set the old address again")
    began = f"the key of {account} was replaced since the request was signed"
    known = venue.accounts.recall_id(signed_for)
    told = None if known is None else venue.accounts.find_id(present)
    if isinstance(told, Failure):
        return Doubt(
            key, f"{began}, and the exchange does not say whose the new key is: {told.detail}", elsewhere=False
        )
    if told is None:
        return Doubt(
            key, f"{began}, and nothing shows that the new key is of the same exchange account", elsewhere=False
        )
    if told != known:
        return Doubt(key, f"{began}, and the new key is of the exchange account {told}, not {known}", elsewhere=True)
    return None
