"""Where the signals are in a file: one, several one after the other, a JSON array, or a Lambda event of events/.

A body is copied character by character, because parsing and writing it again could change a number.
"""

import json
import sys
from pathlib import Path

from orderctl.trouble import Misused, Trouble

_SPACE = " \t\r\n"
_SCAN = json.JSONDecoder(parse_float=str, parse_int=str)


def read_text(file: str) -> str:
    """Return the text of a file, or of standard input for "-". Raises Misused if it cannot be read."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise Misused(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Misused(f"{file} is not a text in UTF-8") from None


def find_bodies(text: str) -> list[str]:
    """Return the message bodies in `text`. Raises Trouble if a part is not JSON, and says which."""
    spans = _read_values(text, _skip(text, 0, _SPACE), _SPACE)
    if len(spans) == 1:
        document, body = spans[0]
        if isinstance(document, list):
            start = _skip(text, 0, _SPACE) + 1
            return [inner for _, inner in _read_values(text, _skip(text, start, _SPACE), f"{_SPACE},", end="]")]
        if isinstance(document, dict) and isinstance(document.get("Records"), list):
            return [_read_body(number, record) for number, record in enumerate(document["Records"], 1)]
        return [body]
    return [body for _, body in spans]


def _read_values(text: str, position: int, between: str, *, end: str = "") -> list[tuple[object, str]]:
    """Return each JSON value from `position` up to `end`, and its text; characters of `between` may separate them."""
    found: list[tuple[object, str]] = []
    while position < len(text) and text[position] != end:
        try:
            document, after = _SCAN.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError) as error:
            raise Trouble(f"signal {len(found) + 1} is not JSON: {error}") from None
        found.append((document, text[position:after]))
        position = _skip(text, after, between)
    return found


def _skip(text: str, position: int, skipped: str) -> int:
    """Return the first position from `position` on whose character is not one of `skipped`."""
    while position < len(text) and text[position] in skipped:
        position += 1
    return position


def _read_body(number: int, record: object) -> str:
    body = record.get("body") if isinstance(record, dict) else None
    if not isinstance(body, str):
        raise Trouble(f"record {number} of the Lambda event has no text as its body")
    return body
