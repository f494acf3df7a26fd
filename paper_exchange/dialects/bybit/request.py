"""A request as Bybit reads it: authentication in headers, parameters in the query of a GET or a JSON body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from paper_exchange.dialects.bybit.parameters import Parameters
from paper_exchange.messages import Received


@dataclass(frozen=True)
class Request:
    """As it was signed. Names of headers are in lower case."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    ip: str = "127.0.0.1"

    @classmethod
    def read(cls, received: Received) -> "Request":
        """Return what came in over HTTP."""
        return cls(received.method, received.path, received.query, received.body, received.headers, received.ip)

    @property
    def key(self) -> tuple[str, str]:
        """Method and path: what the table of endpoints is searched for."""
        return self.method, self.path

    @property
    def api_key(self) -> str | None:
        """The API key, if one was sent."""
        return self.headers.get("x-bapi-api-key")

    @property
    def payload(self) -> str:
        """What is signed beside the headers, byte for byte."""
        return self.query if self.method == "GET" else self.body

    @cached_property
    def parameters(self) -> Parameters:
        """The parameters; the first look at them takes them apart."""
        return Parameters.of_query(self.query) if self.method == "GET" else Parameters.of_body(self.body)
