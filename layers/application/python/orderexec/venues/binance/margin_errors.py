"""How an error of Binance margin is found: the table of both margin accounts, cross and isolated.

Facts: "General Info" of the margin API (November 2025): margin has Spot's engine, statuses and texts. The codes are
imported at the first failure. `make pages` writes docs/errors/binance-margin.md from this table.
"""

from functools import cache

from orderexec.venues.classifier import Table, describe_insecure, describe_transport

from .answers import Answers
from .error_answers import COMMON_STATUSES, guess_wait, read_error
from .errors import is_error
from .products import SPOT


@cache
def load_margin_table() -> Table:
    """Return all that is known of the errors of Binance margin. Its texts and filters are Spot's."""
    from .error_texts import FILTER_FAILURE, TEXT_CARRIERS, TEXTS
    from .margin_error_codes import CODES, FILTER_CODE

    return Table(
        statuses=COMMON_STATUSES,
        codes={str(code): known for code, known in CODES.items()},
        texts=TEXTS,
        text_carriers=frozenset(str(code) for code in (*TEXT_CARRIERS, FILTER_CODE) if code in CODES),
        filter_prefix=FILTER_FAILURE,
        transport=describe_transport(SPOT.url_parameter),  # both products have one address
        insecure=describe_insecure(SPOT.url_parameter),
        read_error=read_error,
        guess_wait=guess_wait,
    )


MARGIN_ANSWERS = Answers(load_margin_table, is_error)
