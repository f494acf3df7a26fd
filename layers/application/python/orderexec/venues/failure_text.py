"""A failure as a text that containers share: why a fact of the exchange cannot be had now."""

import json

from orderexec.domain.outcomes import Failure, Meaning


def write_failure(failure: Failure) -> str:
    """Return the failure as a text for the shared cache."""
    return json.dumps([failure.meaning, failure.code, failure.detail, failure.retry_after])


def read_failure(text: str) -> Failure:
    """Return what `write_failure` wrote. A meaning that only another version of this code knows becomes RETRY."""
    meaning, code, detail, retry_after = json.loads(text)
    known = Meaning(meaning) if meaning in Meaning.__members__ else Meaning.RETRY
    return Failure(known, code, detail, retry_after)
