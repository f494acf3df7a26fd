"""What is kept of a message when its room is bounded: a body cut to size, attributes as one text; never silently."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress

from .messages import Attribute

# Of a signal's body, in UTF-8. A signal with every field has about 2,000; SQS takes 1,048,576, an item of the ledger
# 409,600, and each further kilobyte of a row costs a write unit each time that it is written.
MOST_SIGNAL_BYTES = 16_384
MOST_ROW_ATTRIBUTE_BYTES = 2_048


def cut_body(body: str, most: int) -> tuple[str, str | None]:
    """Return as much of `body` as has `most` bytes; and, if that is not all, what the whole body was, in words."""
    whole = body.encode("utf-8", "surrogatepass")
    if len(whole) <= most:
        return body, None
    begins = whole[: max(most, 0)].decode("utf-8", "ignore")
    digest = hashlib.sha256(whole).hexdigest()
    return begins, f"cut: the first {len(begins.encode())} of {len(whole)} bytes; SHA-256 of the whole body: {digest}"


def pack(attributes: Mapping[str, Attribute]) -> str:
    """Return the attributes as one JSON text, in ASCII."""
    told = {
        name: {"type": each.type} | ({"cut": each.cut} if each.cut else {"value": each.value})
        for name, each in sorted(attributes.items())
    }
    return json.dumps(told, separators=(",", ":"))


def unpack(text: str) -> dict[str, Attribute] | None:
    """Return the attributes that `pack` made the text of; None if somebody has changed it so that it cannot be read."""
    try:
        found = {
            name: Attribute(each["type"], each.get("value", ""), each.get("cut", ""))
            for name, each in json.loads(text).items()
        }
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return None
    texts = (part for each in found.values() for part in (each.type, each.value, each.cut))
    return found if all(isinstance(part, str) for part in texts) else None


def pack_for_row(attributes: Mapping[str, Attribute]) -> str:
    """Return the attributes as `pack` does, in the room that a row has for them; empty where there are none."""
    if not attributes:
        return ""
    texts = (pack(smaller) for smaller in shrink_attributes(attributes))
    return next((text for text in texts if len(text.encode()) <= MOST_ROW_ATTRIBUTE_BYTES), "")


def shrink_attributes(attributes: Mapping[str, Attribute]) -> Iterator[Mapping[str, Attribute]]:
    """Yield all attributes, then all without the value of the largest, and so on.

    Of each value that is cut it stays said what it was.
    """
    yield attributes
    left = dict(attributes)
    while whole := {name: each for name, each in left.items() if not each.cut}:
        largest = max(whole, key=lambda name: len(whole[name].value))
        left = left | {largest: _cut_value(whole[largest])}
        yield left


def _cut_value(attribute: Attribute) -> Attribute:
    value = decode_value(attribute)
    return Attribute(attribute.type, "", f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()}")


def decode_value(attribute: Attribute) -> bytes:
    """Return the value itself, in bytes."""
    if attribute.type.startswith("Binary"):
        with suppress(ValueError):
            return base64.b64decode(attribute.value, validate=True)
    return attribute.value.encode("utf-8", "surrogatepass")
