"""Which open signals were signed with another key, or sent to another address, than the stack has now."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from shlex import quote

from orderctl.findings import Finding, bad, ok, warning
from orderctl.screen import format_count
from orderctl.sources import exchange, rows
from orderctl.target import Stack
from orderexec.domain.row import Row
from orderexec.domain.signer import read_address
from orderexec.domain.unreadable import Unreadable
from orderexec.ports import Credentials

_ROWS = 500
_SHOWN = 3


def check_signers(of: Stack) -> Iterator[Finding]:
    """Report them, because only the account that a request was signed for can say what became of it."""

    @cache
    def find_signer(account: str, venue: str) -> str | None:
        key = exchange.read(of, account)
        return exchange.venue(of, venue).accounts.name_signer(key) if isinstance(key, Credentials) else None

    moved: list[Row] = []
    replaced: list[Row] = []
    for row in islice(rows.read_open_rows(of), _ROWS):
        if isinstance(row, Unreadable) or row.signed_for is None:
            continue
        if read_address(row.signed_for) != exchange.venue(of, row.market).accounts.address:
            moved.append(row)
        elif find_signer(row.identity.account, row.market) not in (None, row.signed_for):
            replaced.append(row)
    if moved:
        yield _report_moved(moved, of.options)
    if replaced:
        yield _report_replaced(replaced, of.options)
    if not moved and not replaced:
        yield ok("signers", "every open signal was signed for the current address and key")


def _report_replaced(found: list[Row], options: str) -> Finding:
    show = f"`orderctl show {quote(found[0].identity.key)}{options}`"
    return warning(
        "signers",
        f"{_name_rows(found)} signed with another key than the secret holds now; they end by themselves if "
        "both keys are of one exchange account, or while the old key works",
        f"look at each, as with {show}; if it says that the accounts differ, store the old key again until they ended",
    )


def _report_moved(found: list[Row], options: str) -> Finding:
    close = f'`orderctl close {quote(found[0].identity.key)} --as accepted --order-id ID --why "..."{options}`'
    addresses = Counter(read_address(row.signed_for or "") for row in found)
    return bad(
        "signers",
        f"{_name_rows(found)} sent to {', '.join(addresses)}, which is not the venue's address any more: "
        "nothing can end them from here",
        "deploy with the old address until they have ended (docs/deploy.md), or look for their orders at that "
        f"exchange and close each, as with {close}",
    )


def _name_rows(found: list[Row]) -> str:
    """Return how many signals it is and the first of their keys, as the beginning of a sentence in the past tense."""
    keys = ", ".join(row.identity.key for row in found[:_SHOWN])
    verb = "was" if len(found) == 1 else "were"
    return f"{format_count(len(found), 'open signal')} ({keys}{', ...' if len(found) > _SHOWN else ''}) {verb}"
