"""One look right after a request whose answer says nothing: it finds most orders before their fence has passed."""

from dataclasses import replace

from orderexec.domain.outcomes import Accepted, Failure, Meaning
from orderexec.ports import Ports

from .delivery import Delivery, Submitted
from .reconcile_request import look_up


def look_at_once(delivery: Delivery, step: Submitted, ports: Ports) -> Submitted:
    """Return the attempt with the order that was found as its answer; as it is where nothing is found, or needs to be.

    If it finds nothing, only time past the fence can tell.
    """
    answer, ready, venue = step.answer, step.ready, delivery.venue
    if isinstance(answer, Accepted) or step.refusal is not None or ready.request.dry_run:
        return step
    if isinstance(answer, Failure) and answer.meaning is Meaning.BLOCKED:
        return step  # the exchange wants silence
    found = look_up(ready.request, step.row, venue, ports.secrets)
    if isinstance(found, Accepted):
        return replace(step, answer=found)
    if found.shows_absence:  # while the key still works: it may be replaced before the fence
        venue.accounts.find_id(ready.credentials)
    return step
