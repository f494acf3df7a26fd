"""The published JSON Schemas of `docs/`, read so that no amount passes through a binary float."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

_DOCS = Path(__file__).parents[3] / "docs"


def published(name: str) -> dict[str, Any]:
    """The schema `docs/<name>.schema.json`."""
    schema: dict[str, Any] = json.loads((_DOCS / f"{name}.schema.json").read_text(), parse_float=Decimal)
    Draft202012Validator.check_schema(schema)
    return schema


def objections(schema: dict[str, Any], document: object) -> set[str]:
    """The names of the fields that `schema` objects to, "" for the document as a whole."""
    exact = json.loads(json.dumps(document), parse_float=Decimal)
    return {str(error.path[0]) if error.path else "" for error in _VALIDATOR(schema).iter_errors(exact)}


def _matches(_: object, pattern: str, text: object, __: object) -> Iterator[ValidationError]:
    # JSON Schema means the end of the text by `$`; Python also means the place before a last line break.
    if isinstance(text, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), text):
        yield ValidationError(f"{text!r} does not match {pattern}")


_VALIDATOR: Any = validators.extend(Draft202012Validator, {"pattern": _matches})  # type: ignore[no-untyped-call]
