"""What the function sees of each exchange: only it knows, because its network and its region are its own."""

import json
from collections.abc import Iterator
from typing import Any

from orderctl.findings import Finding, bad, ok, unknown, warning
from orderctl.sources.exchange import most_ahead_ms
from orderctl.sources.logs import RECONCILING
from orderctl.target import Stack
from orderexec.venues.advice import NOT_SERVED

# Written as the function reads it (orderexec/questions.py).
_QUESTION = json.dumps({"ask": "exchange"}).encode()
_OTHER_PLACE = (
    "deploy the stack in a region that the exchange serves (eu-west-1, ap-northeast-1, ...); its terms say which"
)


def ask_function(of: Stack) -> Iterator[Finding]:
    """Ask the reconcile function, which has the same code, network and role of the exchange as the other one."""
    answer = of.client("lambda").invoke(FunctionName=of.output(RECONCILING), Payload=_QUESTION)
    document = _read_document(answer["Payload"].read())
    if "FunctionError" in answer:
        yield bad(
            "function's view",
            f"the function failed when it was asked: {document.get('errorMessage', 'no word why')}",
            "its log has the whole story; deploy it again if it cannot even start",
        )
        return
    if "exchange" not in document:
        yield unknown("function's view", "the function is older than this tool and does not answer; deploy it anew")
        return
    for venue, sight in document["exchange"].items():
        yield _judge(venue, sight)


def _judge(venue: str, sight: dict[str, Any]) -> Finding:
    about, trouble, offset = f"function's view of {venue}", sight["trouble"], sight["offset_ms"]
    if trouble is not None:
        detail = trouble["detail"]
        to_do = _OTHER_PLACE if NOT_SERVED in detail else "signals wait till that is over; the sentence says what to do"
        return bad(about, f"from where the function runs: {detail}", to_do)
    text = f"it answers within {sight['took_ms']} ms and lists {sight['symbols']} symbols"
    if offset <= -most_ahead_ms(venue):
        return warning(
            about,
            f"{text}; the function's clock is {-offset} ms ahead of it",
            "AWS sets that clock; the function corrects it once the exchange objects",
        )
    return ok(about, text)


def _read_document(payload: bytes) -> dict[str, Any]:
    try:
        document = json.loads(payload)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
