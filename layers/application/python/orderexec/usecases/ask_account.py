"""How an account is asked for a fact that its signal needs: with the key as it is now, and what no answer means."""

from collections.abc import Callable
from typing import TypeVar

from orderexec.domain.lifecycle import Reason
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials

from .prepared import NotReady, Refused, Task
from .reconcile_request import get_rotated_credentials

T = TypeVar("T")


def ask_account(
    task: Task, credentials: Credentials, what: str, ask: Callable[[Credentials], T | Failure]
) -> T | Refused | NotReady:
    """Return the account's answer, asked for once more if its key was rotated meanwhile. `what` names it in words."""
    answer = ask(credentials)
    if _is_refused(answer):
        rotated = get_rotated_credentials(task.signal.identity.account, credentials, task.ports.secrets)
        answer = ask(rotated) if rotated else answer
    if not isinstance(answer, Failure):
        return answer
    if _is_refused(answer):
        return Refused(Reason.CREDENTIALS, f"{what} cannot be asked for: {answer.detail}", answer.code, answer.about)
    if answer.meaning is Meaning.REJECT:  # the same question gets the same answer
        return Refused(Reason.REJECTED if answer.code else Reason.RULES, answer.detail, answer.code)
    return NotReady(answer)


def _is_refused(answer: object) -> bool:
    return isinstance(answer, Failure) and answer.meaning is Meaning.CREDENTIALS
