"""Message attributes between SQS and the inside: as Lambda hands them over, as the client takes and answers them."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from orderexec.domain.kept import decode_value
from orderexec.domain.messages import Attribute

Attributes = Mapping[str, Attribute]
_LONGEST = 2_000
# What SQS takes in an attribute (the XML character set); a longer detail would only hide its beginning.
_NOT_TAKEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Names, types and numbers that SQS takes ("Amazon SQS message metadata"), of numbers the usual ones.
_NAME = re.compile(r"(?!(?i:AWS|Amazon)\.)(?!.*\.\.)[A-Za-z0-9_-]([A-Za-z0-9_.-]{0,254}[A-Za-z0-9_-])?")
_TYPE = re.compile(r"(String|Number|Binary)(\.[A-Za-z0-9_.-]{1,200})?")
_NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,18})?")


def text(value: str) -> Attribute:
    """An attribute of type String."""
    return Attribute("String", value)


def taken(words: str) -> str:
    """As much of the words as SQS takes in an attribute."""
    return _NOT_TAKEN.sub("?", words)[:_LONGEST]


def of_record(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Attribute]:
    """As Lambda hands them to the function."""
    return {
        name: Attribute(str(each["dataType"]), str(each.get("stringValue") or each.get("binaryValue") or ""))
        for name, each in attributes.items()
    }


def of_answer(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Attribute]:
    """As SQS's client answers with them."""
    return {
        name: Attribute(each["DataType"], each.get("StringValue") or base64.b64encode(each["BinaryValue"]).decode())
        for name, each in attributes.items()
    }


def for_client(attributes: Attributes) -> dict[str, Any]:
    """As SQS's client takes them."""
    return {name: {"DataType": each.type} | _client_value(each) for name, each in attributes.items()}


def _client_value(attribute: Attribute) -> dict[str, str | bytes]:
    if attribute.type.startswith("Binary"):
        return {"BinaryValue": decode_value(attribute)}
    return {"StringValue": attribute.value}


def is_sound(name: str, attribute: Attribute) -> bool:
    """Whether SQS takes it under this name. What stood in a text may be anything, whoever wrote that."""
    if not (_NAME.fullmatch(name) and _TYPE.fullmatch(attribute.type) and attribute.value):
        return False
    if attribute.type.startswith("Number"):
        return _NUMBER.fullmatch(attribute.value) is not None
    return not _NOT_TAKEN.search(attribute.value)


def size_of(attributes: Attributes) -> int:
    """How many bytes of a message SQS counts for them."""
    return sum(
        len(name.encode()) + len(each.type.encode()) + len(decode_value(each)) for name, each in attributes.items()
    )
