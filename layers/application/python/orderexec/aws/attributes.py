"""The attributes of an SQS message in each of their three forms: from Lambda, from SQS's client, and to the client."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from orderexec.domain.kept import decode_value
from orderexec.domain.messages import Attribute

Attributes = Mapping[str, Attribute]
_LONGEST = 2_000  # characters; a longer detail would only hide its beginning
# SQS refuses these characters: "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF" are allowed
# ("SendMessage" in SQS's API reference).
_REFUSED = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The names and types that SQS takes ("Amazon SQS message metadata" in its developer guide), and the usual numbers.
_NAME = re.compile(r"(?!(?i:AWS|Amazon)\.)(?!.*\.\.)[A-Za-z0-9_-]([A-Za-z0-9_.-]{0,254}[A-Za-z0-9_-])?")
_TYPE = re.compile(r"(String|Number|Binary)(\.[A-Za-z0-9_.-]{1,200})?")
_NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,18})?")


def make_text(value: str) -> Attribute:
    """Return an attribute of type String with this value."""
    return Attribute("String", value)


def clean_text(words: str) -> str:
    """Return the first 2,000 characters of the words, with a question mark for each one that SQS refuses."""
    return _REFUSED.sub("?", words)[:_LONGEST]


def read_record_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Attribute]:
    """Return the attributes of a message that Lambda hands to a function; a binary value stays in base64."""
    return {
        name: Attribute(str(each["dataType"]), str(each.get("stringValue") or each.get("binaryValue") or ""))
        for name, each in attributes.items()
    }


def read_answer_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Attribute]:
    """Return the attributes of a message that SQS's client has received; a binary value is put into base64."""
    return {
        name: Attribute(each["DataType"], each.get("StringValue") or base64.b64encode(each["BinaryValue"]).decode())
        for name, each in attributes.items()
    }


def make_client_attributes(attributes: Attributes) -> dict[str, Any]:
    """Return the attributes in the form that SQS's client takes when it sends a message."""
    return {name: {"DataType": each.type} | _make_client_value(each) for name, each in attributes.items()}


def _make_client_value(attribute: Attribute) -> dict[str, str | bytes]:
    if attribute.type.startswith("Binary"):
        return {"BinaryValue": decode_value(attribute)}
    return {"StringValue": attribute.value}


def is_sound(name: str, attribute: Attribute) -> bool:
    """Return whether SQS takes the attribute under this name.

    It may have been read from a text, and then its name, type and value can be anything.
    """
    if not (_NAME.fullmatch(name) and _TYPE.fullmatch(attribute.type) and attribute.value):
        return False
    if attribute.type.startswith("Number"):
        return _NUMBER.fullmatch(attribute.value) is not None
    return not _REFUSED.search(attribute.value)


def count_bytes(attributes: Attributes) -> int:
    """Return how many bytes of a message SQS counts for the attributes: of their names, types and values."""
    return sum(
        len(name.encode()) + len(each.type.encode()) + len(decode_value(each)) for name, each in attributes.items()
    )
