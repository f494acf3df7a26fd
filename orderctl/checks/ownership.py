"""Whose a key is, by the exchange's own word, and what a key of another account would do."""

from collections.abc import Iterator
from itertools import islice

from orderctl.findings import Finding, bad, ok, unknown, warning
from orderctl.sources import rows
from orderctl.target import Stack
from orderexec.domain.lifecycle import State
from orderexec.domain.outcomes import Failure
from orderexec.domain.row import Row
from orderexec.ports import Credentials, ExchangeAccounts

_ROWS = 500
_NOT_SAID = "the exchange does not tell whose a key is"


def ask_owner(whose: ExchangeAccounts, key: Credentials) -> Iterator[Finding]:
    """Ask for the exchange's id of the key's account, and note it for the functions: they need it without the key."""
    told = whose.find_id(key)
    if isinstance(told, str):
        yield ok("account", f"the key is of the exchange's account {told}")
    else:
        yield unknown("account", told.detail if isinstance(told, Failure) else _NOT_SAID)


def compare_owners(
    of: Stack, name: str, whose: ExchangeAccounts, stored: Credentials | str, new: Credentials
) -> Finding:
    """Look whether a key may take the place of the one that is stored: BAD if it is of another account."""
    if isinstance(stored, str):
        return warning("account", f"there is no key that the new one could be compared with: {stored}", "")
    old_id, new_id = whose.find_id(stored), whose.find_id(new)
    if isinstance(old_id, str) and isinstance(new_id, str):
        if old_id == new_id:
            return ok("account", f"the old and the new key are both of the exchange's account {old_id}")
        return bad(
            "account",
            f"the new key is of the exchange's account {new_id}, the stored one of {old_id}. {_foresee(of, name)}",
            f"if that is what you want: wait until no signal is in doubt (`orderctl list --open{of.options}`), cancel "
            f"what rests at account {old_id}, then give --other-account",
        )
    silent = next(each for each in (old_id, new_id) if not isinstance(each, str))
    why = silent.detail if isinstance(silent, Failure) else _NOT_SAID
    which = "stored" if not isinstance(old_id, str) else "new"
    return warning(
        "account",
        f"nothing shows that both keys are of one exchange account: of the {which} key {why}. "
        f"If they are not: {_foresee(of, name)}",
        "compare the two accounts at the exchange before you go on",
    )


def _foresee(of: Stack, name: str) -> str:
    """Return what would happen if the key of another account took over."""
    known = (row for row in islice(rows.read_open_rows(of), _ROWS) if isinstance(row, Row))
    doubts = sum(row.identity.account == name and row.state is State.SENT for row in known)
    return (
        f"Of {name}, {doubts} signals are in doubt, which only the old account's key can end. Signals could not "
        "cancel or change any more what rests at the old account. Limits, halts and the day's counts would go on as "
        "if nothing had changed"
    )
