"""What an HTTP status of Bybit, or a word in its answer, says before any code does.

Facts: "Error Codes" (HTTP Code), "Rate Limit Rules" (HTTP IP limit) and "Integration Guidance" of the V5 API
documentation, of 2026-07-24.
"""

from orderexec.domain.advice import look, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import KEY, MAY_EXIST, NOT_SERVED, NOTHING, REPORT
from orderexec.venues.classifier import Known

STATUSES = {
    403: Known(
        "Forbidden request",
        Meaning.BLOCKED,
        "the exchange's gate refused this address: it sent too many requests (more than 600 in 5 seconds), or it is in "
        "a region that the exchange does not serve, such as the USA or mainland China",
        look("look which of the two it is: where the stack is deployed, and what else uses the same address"),
    ),
    429: Known(
        "System level frequency protection",
        Meaning.UNKNOWN,
        "the exchange protects itself; it asks for another try, and does not promise that nothing was executed"
        + MAY_EXIST,
        NOTHING,
    ),
} | dict.fromkeys(
    range(500, 600),
    Known("server error", Meaning.UNKNOWN, "the exchange failed while it worked" + MAY_EXIST, NOTHING),
)
# The documentation has only the first; the second is how CloudFront, which stands before the exchange, says it.
STATUS_PARTS = {
    (403, "access too frequent"): Known(
        "access too frequent",
        Meaning.BLOCKED,
        "this address sent more requests than it may (600 in 5 seconds), and is locked out for 10 minutes",
        look("look at what else uses the same address; if signals die of it, lower MaximumConcurrency"),
    ),
    (403, "block access from your country"): Known(
        "block access from your country",
        Meaning.BLOCKED,
        NOT_SERVED,
        redrive_after("deploy the stack in a region that the exchange serves (not the USA, nor mainland China)"),
    ),
}
# "Error Codes", HTTP Code: each means this only where the body has no code that says more, or something else.
CODELESS_STATUSES = {
    400: Known("Bad request", Meaning.REJECT, "the exchange could not read the request", REPORT),
    401: Known(
        "Invalid request", Meaning.CREDENTIALS, "the request lacked a key and signature that the exchange takes", KEY
    ),
    404: Known(
        "Cannot find path",
        Meaning.REJECT,
        "the exchange has no such path at this address, or not for this kind of account",
        redrive_after("put BybitUrl right, or trade the product with an account that has it"),
        Cause.ACCOUNT_AND_SYMBOL,
    ),
}
# A second order under one client order id is refused; 10001 and unlisted codes may carry such words as well.
FRAGMENTS = {
    "duplicate": Known(
        "duplicate",
        Meaning.DUPLICATE,
        "an order seems to have this client order id already, which an earlier request of the same signal placed",
        NOTHING,
    ),
}
