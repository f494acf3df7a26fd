"""How a JSON object of a user's is read: digits as they stood there, and no name twice without it being told."""

import json
from collections import Counter

from .fields import Number, Problem, show_value


def load_object(text: str) -> tuple[dict[str, object], list[str]]:
    """Return the object in `text`, and a problem in words for each name that stands twice in it or in an object within.

    Raises Problem, worded to follow the document's name, if there is no object.
    """
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        document = dict(pairs)
        if len(document) != len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated.extend(
                f"{show_value(name)} stands there more than once" for name, count in times.items() if count > 1
            )
        return document

    try:
        # Some editors and libraries write a byte order mark; it says nothing.
        document = json.loads(
            text.removeprefix("\ufeff"), parse_float=Number, parse_int=Number, object_pairs_hook=collect
        )
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        raise Problem(f"is not JSON: {reason}") from None
    if not isinstance(document, dict):
        raise Problem(f"is not a JSON object{_describe_instead(document)}")
    return document, repeated


def _describe_instead(value: object) -> str:
    """Return what stands there in place of an object, where that tells how the mistake was made."""
    if isinstance(value, list):
        return " but a list of them" if any(isinstance(each, dict) for each in value) else " but a list"
    if isinstance(value, str) and not isinstance(value, Number) and value.lstrip().startswith(("{", '"')):
        return " but a string that holds one: it was made JSON twice; make it JSON once"
    return ""
