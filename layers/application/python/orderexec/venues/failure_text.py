"""A failure as a text that containers share: why a fact of the exchange cannot be had now."""

import json

from orderexec.domain.outcomes import Failure, Meaning


def text_of(failure: Failure) -> str:
    """For the shared cache."""
    return json.dumps([failure.meaning, failure.code, failure.detail, failure.retry_after])


def failure_of(text: str) -> Failure:
    """What `text_of` wrote; a meaning that another version of this code knows is worth trying again here."""
    meaning, code, detail, retry_after = json.loads(text)
    known = Meaning(meaning) if meaning in Meaning.__members__ else Meaning.RETRY
    return Failure(known, code, detail, retry_after)
