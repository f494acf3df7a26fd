"""Bybit as the server sees it: its paths, its answers to what no endpoint answers, and what tests can set of it."""

from paper_exchange.accounts import Accounts
from paper_exchange.dialect import Handlers
from paper_exchange.dialects.bybit import errors
from paper_exchange.dialects.bybit.call import BybitCall
from paper_exchange.dialects.bybit.errors import Refused, body, refusal
from paper_exchange.dialects.bybit.gateway import Gateway
from paper_exchange.dialects.bybit.refusals import worded
from paper_exchange.dialects.bybit.request import Request
from paper_exchange.dialects.bybit.stage import Stage
from paper_exchange.messages import Answer, Error, Received, json_answer
from paper_exchange.refusal import Kind, Refusal

LIMIT = 10


class Bybit:
    """Implements dialect.Dialect and dialect.HasScene for /v5."""

    prefixes = ("/v5",)

    def __init__(self, accounts: Accounts) -> None:
        self._gateway = Gateway(accounts)

    def reset(self) -> None:
        """See dialect.Dialect."""
        self._gateway.reset()

    def call(self, received: Received) -> BybitCall:
        """See dialect.Dialect."""
        return BybitCall(Request.read(received), self._gateway)

    def answer(self, no: Refusal | Error) -> Answer:
        """See dialect.Dialect. A limit of requests is 10006 with HTTP 200; a ban is one of the address."""
        now_ms = self._gateway.now_ms()
        if isinstance(no, Error):
            return _error(no, now_ms)
        if no.kind is Kind.BANNED:
            return errors.TOO_FREQUENT
        told: Refused = worded(no, spot=True)
        if no.kind is Kind.TOO_MANY_REQUESTS:
            told = errors.too_many_visits(LIMIT, now_ms + no.facts["retry_after"] * 1_000)
        return refusal(told, now_ms)

    def handlers(self) -> Handlers:
        """See dialect.HasScene."""
        return Stage(self._gateway).handlers()


def _error(error: Error, now_ms: int) -> Answer:
    """Without a code it is a status alone, as from a gateway before the API."""
    if error.code is None:
        return Answer(error.status, error.text.encode(), error.headers)
    return json_answer(body({}, now_ms, error.code, error.text), error.status, error.headers)
