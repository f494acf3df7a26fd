"""A request as it came in, and an answer as it goes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from paper_exchange.errors import Refused
from paper_exchange.parameters import Parameters


@dataclass(frozen=True)
class Request:
    """As received: `query` and `body` still percent-encoded."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    api_key: str | None = None
    ip: str = "127.0.0.1"

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.path

    @cached_property
    def parameters(self) -> Parameters:
        return Parameters(self.query, self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"content-type": "application/json;charset=UTF-8", **(headers or {})})


def refusal_answer(refusal: Refused, headers: Mapping[str, str] | None = None) -> Answer:
    return json_answer(refusal.content, refusal.status, {**(headers or {}), **refusal.headers})
