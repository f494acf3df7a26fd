"""How the stop-loss of a plan is ended that has no entry: its row says so first, then the request leaves."""

from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.domain.protected import Protected, Step
from orderexec.domain.requests import get_request
from orderexec.domain.row import Row
from orderexec.ports import Ports

from .account_proof import find_own_key


def may_leave_stop(row: Row) -> bool:
    """Return whether a plan that is not under way any more may have left its stop for an entry in doubt."""
    return row.doubted and isinstance(row.request, Protected) and row.request.step is not Step.STOP


def end_stop(row: Row, ports: Ports) -> tuple[Row, Failure | None]:
    """Cancel the stop of a plan that waits or is dead. Return its row as it stands then, and why that failed, if so.

    Whatever becomes of the request, the next stop of the signal has another name. Raises RowChanged if overtaken.
    """
    plan, venue = row.request, ports.venues[row.market]
    if not isinstance(plan, Protected):
        return row, None
    key = find_own_key(row, venue, ports.secrets)
    if key is None:
        return row, _fail(Failure(Meaning.CREDENTIALS, None, "no stored key is known to be of its account"))
    undone, signed_at = plan.undo(None), venue.now()
    noted = row.note_undo(undone, signed_at=signed_at, token=ports.randomness.token())
    ports.ledger.write(noted, over=row)
    answer = venue.send(get_request(undone), signed_at, key)
    if isinstance(answer, Accepted) or answer.meaning is Meaning.NOT_FOUND:
        return noted, None
    return noted, _fail(answer)


def _fail(failure: Failure) -> Failure:
    detail = f"its stop-loss cannot be cancelled: {failure.detail}"
    return Failure(Meaning.RETRY, failure.code, detail, failure.retry_after)
