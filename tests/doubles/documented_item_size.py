"""How large an item is, as DynamoDB documents it, to the byte where it does: what moto only roughly counts.

Source: "Item size" of "Constraints" and "DynamoDB item sizes and formats" in the Developer Guide: names and values in
UTF-8; a number takes a byte for each two significant digits, and one more; a null or a boolean takes one; a map or a
list takes three bytes, its content, and one more for each element.
"""

from collections.abc import Mapping
from typing import Any

LARGEST_ITEM = 400 * 1024


def item_size(item: Mapping[str, Any]) -> int:
    """In bytes."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return len(inner.encode())
        case "N":
            return (len(inner.strip("-").replace(".", "")) + 1) // 2 + 2
        case "B":
            return len(inner)
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + item_size(inner) + len(inner)
        case "L":
            return 3 + sum(_value_size(each) + 1 for each in inner)
        case _:  # sets, of strings, numbers or bytes
            return 3 + sum(_value_size({kind[0]: each}) for each in inner)
