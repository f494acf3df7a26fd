"""A request as Binance reads it: its key from the header, its parameters from query and body."""

from dataclasses import dataclass
from functools import cached_property

from paper_exchange.dialects.binance_common.parameters import Parameters
from paper_exchange.messages import Received

KEY_HEADER = "x-mbx-apikey"


@dataclass(frozen=True)
class Request:
    """As it was signed: `query` and `body` are still percent-encoded."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    api_key: str | None = None
    ip: str = "127.0.0.1"

    @classmethod
    def read(cls, received: Received) -> "Request":
        """Return what came in over HTTP; a GET has no body that counts."""
        return cls(
            method=received.method,
            path=received.path,
            query=received.query,
            body="" if received.method == "GET" else received.body,
            api_key=received.headers.get(KEY_HEADER),
            ip=received.ip,
        )

    @property
    def key(self) -> tuple[str, str]:
        """Method and path: what the table of endpoints is searched for."""
        return self.method, self.path

    @cached_property
    def parameters(self) -> Parameters:
        """The parameters; the first look at them takes them apart."""
        return Parameters(self.query, self.body)
