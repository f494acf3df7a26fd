"""How request parameters are read: from query and form body, with the documented refusal for each bad one."""

import json
import re
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.rules.symbols import PRECISION

# Legal ranges as the live exchange prints them in -1100; \w there includes letters of every script.
CLIENT_ORDER_ID = r"^[a-zA-Z0-9-_]{1,36}$"
FUTURES_CLIENT_ORDER_ID = r"^[\.A-Z\:/a-z0-9_-]{1,36}$"
DECIMAL = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
INTEGER = r"^[0-9]{1,20}$"
SYMBOL = r"^[\w\-._&&[^a-z]]{1,50}$"
RECV_WINDOW = r"^[0-9]{1,5}(\.[0-9]{1,3})?$"

_LEGAL = {
    CLIENT_ORDER_ID: re.compile(r"[a-zA-Z0-9_-]{1,36}"),
    FUTURES_CLIENT_ORDER_ID: re.compile(r"[.A-Z:/a-z0-9_-]{1,36}"),
    DECIMAL: re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?"),
    INTEGER: re.compile(r"[0-9]{1,20}"),
    SYMBOL: re.compile(r"(?:(?![a-z])[\w\-.]){1,50}"),
    RECV_WINDOW: re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?"),
}

Choice = TypeVar("Choice", bound=StrEnum)


class Parameters:
    """The parameters of one request. Each reader returns None for one that was not sent.

    Once all are read, `finish` refuses what nobody asked for.
    """

    def __init__(self, query: str, body: str) -> None:
        in_query, in_body = _pairs(query), _pairs(body)
        self._values = dict(in_body) | dict(in_query)  # rest-api.md: the query string's value is used
        self._duplicates = any(len(dict(pairs)) != len(pairs) for pairs in (in_query, in_body))
        self._read: set[str] = set()

    def refuse_duplicates(self) -> None:
        """Refuse a request that sent a parameter twice."""
        if self._duplicates:
            raise errors.duplicate_parameter()

    def finish(self) -> None:
        """Refuse a request that sent what nobody asked for."""
        if self._values.keys() <= self._read:
            return
        if not self._read:
            raise errors.too_many_parameters(len(self._values))
        raise errors.unread_parameters(len(self._values.keys() & self._read), len(self._values))

    def peek(self, name: str) -> str | None:
        """Return a raw value, without counting it as read."""
        return self._values.get(name)

    def ending_with(self, ending: str) -> dict[str, str]:
        """Return raw values by name, without counting them as read."""
        return {name: value for name, value in self._values.items() if name.endswith(ending)}

    def text(self, name: str, legal: str | None = None) -> str | None:
        """Return a text; with `legal`, of those characters only."""
        self._read.add(name)
        value = self._values.get(name)
        if value is None:
            return None
        if not value:
            raise errors.empty_parameter(name)
        if legal is not None and not _LEGAL[legal].fullmatch(value):
            raise errors.illegal_characters(name, legal)
        return value

    def required(self, name: str, legal: str | None = None) -> str:
        """Return a text that must have been sent."""
        if not self._values.get(name):
            self._read.add(name)
            raise errors.missing_parameter(name)
        value = self.text(name, legal)
        assert value is not None  # noqa: S101 - sent and not empty, as just seen
        return value

    def integer(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.text(name, INTEGER)
        return None if value is None else int(value)

    def decimal(self, name: str) -> Decimal | None:
        """Return a decimal."""
        value = self.text(name, DECIMAL)
        if value is None:
            return None
        if len(value.partition(".")[2].rstrip("0")) > PRECISION:
            raise errors.too_precise(name)
        return Decimal(value)

    def required_decimal(self, name: str) -> Decimal:
        """Return a decimal that must have been sent."""
        self.required(name)
        value = self.decimal(name)
        assert value is not None  # noqa: S101 - required
        return value

    def choice(self, name: str, choices: type[Choice], refusal: Refused) -> Choice | None:
        """Return one of `choices`. Raises `refusal` for anything else."""
        value = self.text(name)
        if value is None:
            return None
        if value not in choices.__members__:
            raise refusal
        return choices[value]

    def required_choice(self, name: str, choices: type[Choice], refusal: Refused) -> Choice:
        """Return one of `choices`, which must have been sent. Raises `refusal` for anything else."""
        if self.required(name) not in choices.__members__:
            raise refusal
        return choices[self._values[name]]

    def flag(self, name: str) -> bool:
        """Return whether `true` was sent."""
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise errors.illegal_characters(name, "^(true|false)$")
        return value == "true"

    def symbol(self) -> str:
        """Return the name of the one symbol that must have been sent."""
        return self.required("symbol", SYMBOL)

    def symbols(self) -> list[str] | None:
        """Return the names of `symbols`, a JSON array of texts."""
        value = self.text("symbols")
        if value is None:
            return None
        try:
            names = json.loads(value)
        except ValueError:
            names = None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise errors.illegal_characters("symbols", r"^\[(\"[\w\-._&&[^a-z]]{1,50}\"(,...)*)?\]$")
        return names

    def absent(self, *names: str) -> None:
        """Refuse parameters that the other ones leave no room for."""
        for name in names:
            if self.text(name) is not None:
                raise errors.parameter_not_required(name)


def _pairs(encoded: str) -> list[tuple[str, str]]:
    return parse_qsl(encoded, keep_blank_values=True) if encoded else []
