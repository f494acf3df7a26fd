"""From a signal to a request that can be sent: the account's key, then whatever the signal's action needs."""

from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Cause
from orderexec.domain.product import AMEND, CANCEL, CLOSE, PLACE, REPLACE
from orderexec.domain.requests import Cancel, CancelAll
from orderexec.ports import Credentials, NoCredentials

from .prepare_amend import prepare_amend
from .prepare_change import prepare_cancel, prepare_replace
from .prepare_close import prepare_close
from .prepare_order import prepare_order
from .prepared import Prepared, Ready, Refused, Task

_BY_ACTION = {PLACE: prepare_order, REPLACE: prepare_replace, AMEND: prepare_amend, CLOSE: prepare_close}


def prepare(task: Task, *, rules_since: int | None = None) -> Prepared:
    """The request and its key. With `rules_since` (epoch ms) only rules fetched from then on will do."""
    if task.signal.action == CANCEL:  # what was not sent yet is ended without the exchange, and so without a key
        request = prepare_cancel(task)
        if not isinstance(request, Cancel | CancelAll):
            return request
        credentials = _get_credentials(task)
        return credentials if isinstance(credentials, Refused) else Ready(request, credentials)
    credentials = _get_credentials(task)
    if isinstance(credentials, Refused):
        return credentials
    return _BY_ACTION[task.signal.action](task, credentials, rules_since)


def _get_credentials(task: Task) -> Credentials | Refused:
    account = task.signal.identity.account
    credentials = task.ports.secrets.get_credentials(account)
    if isinstance(credentials, NoCredentials):  # perhaps only in the cache: it may have been repaired meanwhile
        credentials = task.ports.secrets.get_credentials(account, refetch=True)
    if isinstance(credentials, NoCredentials):
        # A name without a secret is whatever a message said: it must not be counted, nor halted.
        return Refused(Reason.CREDENTIALS, credentials.detail, cause=Cause.ACCOUNT if credentials.exists else None)
    return credentials
