"""What Bybit refuses beyond what the exchange does, and the form of its answers: HTTP 200, and a code in the body.

Texts are those of "Error Codes"; where it leaves one out, words of ours after them.
"""

from collections.abc import Mapping
from typing import Any

from paper_exchange.messages import Answer, json_answer


class Refused(Exception):
    """A refusal in Bybit's words. Only what stands before the API itself answers with another status than 200."""

    def __init__(self, code: int, text: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.headers = dict(headers or {})


def body(result: Any, now_ms: int, code: int = 0, text: str = "OK") -> dict[str, Any]:
    """Return the JSON of an answer, success or refusal."""
    return {"retCode": code, "retMsg": text, "result": result, "retExtInfo": {}, "time": now_ms}


def refusal(refused: Refused, now_ms: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a refusal as it goes out."""
    content = body({}, now_ms, refused.code, refused.text)
    return json_answer(content, headers={**(headers or {}), **refused.headers})


def invalid(what: str) -> Refused:
    """Return the refusal of a parameter."""
    return Refused(10001, f"Request parameter error: {what}")


def outside_window(timestamp: str, now_ms: int, window: str) -> Refused:
    """Return the refusal of a request that comes too late or too early."""
    told = f"req_timestamp[{timestamp}],server_timestamp[{now_ms}],recv_window[{window}]"
    return Refused(10002, f"invalid request, please check your server timestamp or recv_window param. {told}")


def unknown_key() -> Refused:
    """Return the refusal of an API key that is not known."""
    return Refused(10003, "API key is invalid.")


def wrong_signature() -> Refused:
    """Return the refusal of a signature that is not the key's."""
    return Refused(10004, "Error sign, please check your signature generation algorithm.")


def not_permitted() -> Refused:
    """Return the refusal of what the key may not do."""
    return Refused(10005, "Permission denied, please check your API key permissions.")


def too_many_visits(limit: int, reset_ms: int) -> Refused:
    """Return the refusal of one request too many in a second."""
    return Refused(10006, "Too many visits. Exceeded the API Rate Limit.", headers=limit_headers(limit, 0, reset_ms))


def limit_headers(limit: int, left: int, reset_ms: int) -> dict[str, str]:
    """Return what each answer to a signed request tells of its limit."""
    return {
        "X-Bapi-Limit": str(limit),
        "X-Bapi-Limit-Status": str(left),
        "X-Bapi-Limit-Reset-Timestamp": str(reset_ms),
    }


def blocked(status: int, text: str) -> Answer:
    """Return what a gateway before the API says, which is no JSON."""
    return Answer(status, text.encode(), {"content-type": "text/plain"})


TOO_FREQUENT = blocked(403, "access too frequent")
