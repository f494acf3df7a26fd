"""What Binance refuses beyond what the exchange does: a request's key and parameters, and how it names an order.

Texts are those of errors.md of the exchange's documentation; where it leaves one out, the text seen in answers
of the live exchange, and the comment says so.
"""

from collections.abc import Mapping

from paper_exchange.messages import Answer, Error, json_answer

# The documentation gives only the family (4XX); these were seen on the live exchange. Others answer 400.
STATUS_OF_CODE = {-1003: 429, -1015: 429, -2014: 401, -2015: 401}


class Refused(Exception):
    """A refusal in Binance's words: `content` becomes the JSON body, `status` the HTTP status."""

    def __init__(
        self,
        code: int,
        msg: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        data: object = None,
    ) -> None:
        super().__init__(f"{code} {msg}")
        self.code = code
        self.msg = msg
        self.status = STATUS_OF_CODE.get(code, 400) if status is None else status
        self.headers = dict(headers or {})
        self.data = data

    @property
    def content(self) -> dict[str, object]:
        """The JSON body; `data` only where a refusal has more to tell."""
        told: dict[str, object] = {"code": self.code, "msg": self.msg}
        return told if self.data is None else told | {"data": self.data}

    def answer(self, headers: Mapping[str, str] | None = None) -> Answer:
        """Return it as it goes out."""
        return json_answer(self.content, self.status, {**(headers or {}), **self.headers})


def error_answer(error: Error) -> Answer:
    """Return an error as it goes out."""
    return json_answer({"code": error.code, "msg": error.text}, error.status, error.headers)


def stale_timestamp() -> Refused:
    """Return the refusal of a request that comes too late."""
    return Refused(-1021, "Timestamp for this request is outside of the recvWindow.")


def early_timestamp() -> Refused:
    """Return the refusal of a request that is from the future."""
    return Refused(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")


def invalid_signature() -> Refused:
    """Return the refusal of a signature that is not the key's."""
    return Refused(-1022, "Signature for this request is not valid.")


def illegal_characters(name: str, legal: str) -> Refused:
    """Return the refusal of a value that is not in the legal range."""
    return Refused(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def too_many_parameters(sent: int) -> Refused:
    """Return the refusal of parameters where none are wanted."""
    return Refused(-1101, f"Too many parameters; expected '0' and received '{sent}'.")


def duplicate_parameter() -> Refused:
    """Return the refusal of a parameter that was sent twice."""
    return Refused(-1101, "Duplicate values for a parameter detected.")


def missing_parameter(name: str) -> Refused:
    """Return the refusal of a request without a parameter that it needs."""
    return Refused(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def missing_either(first: str, second: str) -> Refused:
    """Return the refusal of a request without either of two parameters."""
    return Refused(-1102, f"Param '{first}' or '{second}' must be sent, but both were empty/null!")


def unread_parameters(read: int, sent: int) -> Refused:
    """Return the refusal of parameters that nobody asked for."""
    return Refused(-1104, f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'.")


def empty_parameter(name: str) -> Refused:
    """Return the refusal of a parameter without a value."""
    return Refused(-1105, f"Parameter '{name}' was empty.")


def parameter_not_required(name: str) -> Refused:
    """Return the refusal of a parameter that the others leave no room for."""
    return Refused(-1106, f"Parameter '{name}' sent when not required.")


def too_precise(name: str) -> Refused:
    """Return the refusal of a number with too many decimals."""
    return Refused(-1111, f"Parameter '{name}' has too much precision.")


def interval_too_long() -> Refused:
    """Return the refusal of more than a day of history."""
    return Refused(-1127, "More than 24 hours between startTime and endTime.")


def bad_combination() -> Refused:
    """Return the refusal of parameters that do not go together."""
    return Refused(-1128, "Combination of optional parameters invalid.")


def should_also_be_sent(name: str) -> Refused:
    # Not in errors.md: as seen live, for an order list that is not named.
    """Return the refusal of a request that lacks what belongs to its other parameters."""
    return Refused(-1128, f"Combination of optional parameters invalid. Recommendation: '{name}' should also be sent.")


def must_come_together(first: str, second: str) -> Refused:
    """Return the refusal of one of two parameters without the other."""
    text = f"Combination of optional fields invalid. Recommendation: '{first}' and '{second}' must both be sent."
    return Refused(-1128, text)


def too_great(name: str, most: int) -> Refused:
    """Return the refusal of a number that is too great."""
    return Refused(-1102, f"'{name}' contains unexpected value. Cannot be greater than {most}.")


def invalid_value(name: str) -> Refused:
    """Return the refusal of a value that is none of those known."""
    return Refused(-1130, f"Data sent for parameter '{name}' is not valid.")


def recv_window_too_large() -> Refused:
    """Return the refusal of a receive window that is too long."""
    return Refused(-1131, "recvWindow must be less than 60000.")  # gone from errors.md; the live text


def bad_key_format() -> Refused:
    """Return the refusal of what cannot be an API key."""
    return Refused(-2014, "API-key format invalid.")


def rejected_key() -> Refused:
    """Return the refusal of an API key that is unknown, or lacks the permission."""
    return Refused(-2015, "Invalid API-key, IP, or permissions for action.")
