"""The parameters of a request, read one by one: those of a query and those of a JSON body, which have types."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from paper_exchange.dialects.bybit import errors

NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,20})?")
WHOLE = re.compile(r"-?\d{1,18}")
LINK_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")
AnyWord = TypeVar("AnyWord", bound=StrEnum)


class Parameters:
    """Reads parameters. What is null or empty counts as not sent, what nobody reads is ignored, as there."""

    def __init__(self, values: Mapping[str, Any], *, readable: bool = True) -> None:
        self._values = values
        self._readable = readable

    @classmethod
    def of_query(cls, query: str) -> "Parameters":
        """Return those of a query string."""
        return cls(dict(parse_qsl(query)))

    @classmethod
    def of_body(cls, body: str) -> "Parameters":
        """Return those of a JSON body; one that is no object is refused when `check_readable` looks at it."""
        try:
            values = json.loads(body)
        except ValueError:
            return cls({}, readable=False)
        return cls(values) if isinstance(values, dict) else cls({}, readable=False)

    def check_readable(self) -> None:
        """Pass a body that is a JSON object. Raises 10001."""
        if not self._readable:
            raise errors.invalid("the body is no JSON object")

    def peek(self, name: str) -> str | None:
        """Return a parameter for the logs and for the faults, whatever it is."""
        value = self._values.get(name)
        return value if isinstance(value, str) and value else None

    def text(self, name: str) -> str | None:
        """Return a text; None if it was not sent."""
        value = self._values.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, str):
            raise errors.invalid(f"{name} is no string")
        return value

    def required(self, name: str) -> str:
        """Return a text that must be sent."""
        value = self.text(name)
        if value is None:
            raise errors.invalid(f"{name} is missing")
        return value

    def choice(self, name: str, words: type[AnyWord]) -> AnyWord | None:
        """Return one of some words; None if it was not sent."""
        value = self.text(name)
        if value is not None and value not in {*words}:
            raise errors.invalid(f"{name} invalid")
        return None if value is None else words(value)

    def required_choice(self, name: str, words: type[AnyWord]) -> AnyWord:
        """Return one of some words, which must be sent."""
        value = self.choice(name, words)
        if value is None:
            raise errors.invalid(f"{name} is missing")
        return value

    def decimal(self, name: str) -> Decimal | None:
        """Return a number of zero or more, which is sent as text; None if it was not sent."""
        value = self.text(name)
        if value is not None and not NUMBER.fullmatch(value):
            raise errors.invalid(f"{name} invalid")
        return None if value is None else Decimal(value)

    def required_decimal(self, name: str) -> Decimal:
        """Return a number that must be sent."""
        value = self.decimal(name)
        if value is None:
            raise errors.invalid(f"{name} is missing")
        return value

    def integer(self, name: str) -> int | None:
        """Return a whole number, which may also be sent as text; None if it was not sent."""
        value = self._values.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not WHOLE.fullmatch(str(value)):
            raise errors.invalid(f"{name} invalid")
        return int(value)

    def flag(self, name: str) -> bool:
        """Return yes or no; no if it was not sent."""
        value = self._values.get(name)
        if value in (None, "", False, "false"):
            return False
        if value not in (True, "true"):
            raise errors.invalid(f"{name} invalid")
        return True

    def link_id(self) -> str | None:
        """Return the client's own id of an order; None if it was not sent."""
        value = self.text("orderLinkId")
        if value is not None and not LINK_ID.fullmatch(value):
            raise errors.invalid("orderLinkId invalid")
        return value
