"""How an error of Bybit is found: in a body with HTTP 200, in a success that holds a refusal, or at the gate (403).

Facts: "Error Codes", "Rate Limit Rules", "Integration Guidance" and "Batch Place Order" of the V5 API documentation, of
2026-07-24. A business error comes with HTTP 200: `retCode` decides, and only 0 is a success. The codes are imported at
the first failure. `make pages` writes docs/errors/bybit.md from this table.
"""

from collections.abc import Mapping
from functools import cache

from orderexec.domain.outcomes import Failure, Meaning
from orderexec.venues import classifier
from orderexec.venues.classifier import Said, Table, describe_insecure, describe_transport
from orderexec.venues.http import NoReply, Reply, read_json

_URL_PARAMETER = "BybitUrl"
# "wait for at least 10 minutes. The ban will be lifted automatically" ("HTTP IP limit").
ADDRESS_SECONDS = 600.0
_RESET = "X-Bapi-Limit-Reset-Timestamp"  # epoch ms, by the exchange's clock
_WINDOW_SECONDS = 1.0  # "the rolling time window per second and UID"
_LONGEST_REST = 600.0
_NO_ERROR = Said(None, "")


@cache
def load_table() -> Table:
    """Return all that is known of Bybit's errors."""
    from .error_codes import CODES
    from .error_statuses import CODELESS_STATUSES, FRAGMENTS, STATUS_PARTS, STATUSES

    return Table(
        statuses=STATUSES,
        codes=CODES,
        texts={},
        text_carriers=frozenset(),
        filter_prefix="",
        transport=describe_transport(_URL_PARAMETER),
        insecure=describe_insecure(_URL_PARAMETER),
        read_error=read_error,
        guess_wait=guess_wait,
        fragments=FRAGMENTS,
        status_parts=STATUS_PARTS,
        codeless_statuses=CODELESS_STATUSES,
        blocked_seconds=ADDRESS_SECONDS,
    )


def is_error(document: object) -> bool:
    """Return whether the body of an answer is anything but a success: `retCode` 0 and no refusal inside."""
    if not isinstance(document, Mapping) or _name_code(document.get("retCode")) != "0":
        return True
    return any(_is_refusal(entry) for entry in _list_inside(document))


def read_error(document: object) -> Said:
    """Return code and text of `{"retCode": 110007, "retMsg": "..."}`, or of a refusal inside a success.

    The code is "0" of a success that an answer contradicts itself with: by its status, or by a refusal inside that is
    not all that it says. Code None and text "" where none stands.
    """
    if not isinstance(document, Mapping):
        return _NO_ERROR
    code, text = _name_code(document.get("retCode")), _read_text(document.get("retMsg"))
    return _read_refusal(document) if code == "0" else Said(code, text)


def guess_wait(reply: Reply, meaning: Meaning, _text: str) -> float:
    """Return the seconds until the account's limit turns, by the exchange's own clock, or a banned address's silence.

    Both the reset and the answer's `time` are of the exchange. Where they cannot be read, it is the documented window.
    """
    if meaning is Meaning.RATE_LIMIT:
        return ADDRESS_SECONDS
    document, until = read_json(reply), reply.headers.get(_RESET, "")
    now = document.get("time") if isinstance(document, dict) else None
    if not (isinstance(now, int) and until.isascii() and until.isdigit() and len(until) == len(str(now))):
        return _WINDOW_SECONDS
    rest = (int(until) - now) / 1000
    return rest if 0 < rest <= _LONGEST_REST else _WINDOW_SECONDS


def classify(reply: Reply | NoReply, document: object) -> Failure:
    """Return what a reply that is not a success means. `document` is its body as JSON, None where it is none."""
    return classifier.classify(reply, document, load_table())


def classify_question(reply: Reply | NoReply, document: object) -> Failure:
    """As `classify`, of a question about the market, from which no order can have come."""
    return classifier.classify_question(reply, document, load_table())


def _read_refusal(document: Mapping[str, object]) -> Said:
    """Return what the refusal inside a success says, else the success.

    The refusal's code counts only if it is all that the answer says of an order: if there is another word on it, or the
    order has an id, the order may exist.
    """
    entries = _list_inside(document)
    refused = next((entry for entry in entries if _is_refusal(entry)), None)
    if not isinstance(refused, Mapping):
        return Said("0", _read_text(document.get("retMsg")))
    certain = len(entries) == 1 and not _names_order(document.get("result"))
    return Said(_name_code(refused.get("code")) if certain else "0", _read_text(refused.get("msg")))


def _list_inside(document: Mapping[str, object]) -> list[object]:
    """Return what `retExtInfo` says of each order; most answers have {} there."""
    extra = document.get("retExtInfo")
    inside = extra.get("list") if isinstance(extra, Mapping) else None
    return inside if isinstance(inside, list) else [] if inside is None else [inside]


def _is_refusal(entry: object) -> bool:
    return not isinstance(entry, Mapping) or _name_code(entry.get("code")) != "0"


def _names_order(result: object) -> bool:
    if not isinstance(result, Mapping):
        return False
    orders = result.get("list")
    named = [result, *(orders if isinstance(orders, list) else [])]
    return any(isinstance(each, Mapping) and each.get("orderId") for each in named)


def _name_code(code: object) -> str | None:
    return str(code) if isinstance(code, int) else None


def _read_text(text: object) -> str:
    return text if isinstance(text, str) else ""
