"""How a JSON object of a user's is read: digits as they stood there, and no name twice without it being told."""

import json
from collections import Counter

from .fields import Number, Problem, shown


def load_object(text: str) -> tuple[dict[str, object], list[str]]:
    """The object in `text`, and a problem in words for each name that stands twice in it or in an object within.

    Raises `Problem`, worded to follow the document's name, if there is no object.
    """
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        document = dict(pairs)
        if len(document) != len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated.extend(f"{shown(name)} stands there more than once" for name, count in times.items() if count > 1)
        return document

    try:
        document = json.loads(text, parse_float=Number, parse_int=Number, object_pairs_hook=collect)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        raise Problem(f"is not JSON: {reason}") from None
    if not isinstance(document, dict):
        raise Problem("is not a JSON object")
    return document, repeated
