"""How an error of Binance Spot is found: its table, and what of an answer is an error at all.

The codes stand in error_codes.py, the texts and filters in error_texts.py; both are imported at the first failure,
because most containers never meet one. `make pages` writes docs/errors/binance-spot.md from all of them.
"""

from collections.abc import Mapping
from functools import cache

from orderexec.domain.outcomes import Meaning
from orderexec.venues.advice import NOTHING
from orderexec.venues.classifier import Known, Table, describe_insecure, describe_transport

from .answers import Answers
from .error_answers import COMMON_STATUSES, guess_wait, read_error
from .products import SPOT

# Decide before any code in the body: a 5xx is "execution status unknown" whatever it says.
STATUSES = COMMON_STATUSES | {
    409: Known("cancel-replace half done", Meaning.UNKNOWN, "one half of a cancel-replace worked", NOTHING),
}
TRANSPORT = describe_transport(SPOT.url_parameter)
INSECURE = describe_insecure(SPOT.url_parameter)


@cache
def load_table() -> Table:
    """Return all that is known of Binance Spot's errors."""
    from .error_codes import CODES
    from .error_texts import FILTER_FAILURE, TEXT_CARRIERS, TEXTS

    return Table(
        statuses=STATUSES,
        codes={str(code): known for code, known in CODES.items()},
        texts=TEXTS,
        text_carriers=frozenset(map(str, TEXT_CARRIERS)),
        filter_prefix=FILTER_FAILURE,
        transport=TRANSPORT,
        insecure=INSECURE,
        read_error=read_error,
        guess_wait=guess_wait,
    )


def is_error(document: object) -> bool:
    """Return whether the body of an answer is an error: a success, of whatever shape, has no `code`."""
    return isinstance(document, Mapping) and "code" in document


SPOT_ANSWERS = Answers(load_table, is_error)
