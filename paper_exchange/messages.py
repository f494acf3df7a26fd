"""A request as it came in over HTTP, and an answer as it goes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came in, of any dialect: `query` and `body` are still percent-encoded."""

    method: str
    path: str
    query: str
    body: str
    headers: Mapping[str, str]
    """Their names are in lower case."""
    ip: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out, byte for byte."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A code and a text that a dialect puts into the form of its errors."""

    status: int
    code: int | None
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer whose body is JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"content-type": "application/json;charset=UTF-8", **(headers or {})})
