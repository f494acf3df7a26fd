"""Binance's futures for the simulated exchange: what a request asks for, and how success and refusal are put there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from orderexec.venues.http import NoReply, Reply

from .. import dialect as asked
from ..dialect import Change, MarketData, Outcome, Question, Request, SimOrder, Wanted, Why
from ..timing import Source, Timing
from . import binance_futures_replies as replies
from .binance_spot_replies import success, trade

Fields = dict[str, str]
# What the fence assumes (orderexec.venues.binance.futures_products), of plain orders and of conditional ones.
_PLAIN = Timing(
    before_engine=6_000,
    in_engine=20_000,
    lag={Source.LOOKUP: 10_000, Source.LISTS: 10_000},
    stale=10_000,
    list_lag=0,
)
TIMING = replace(
    _PLAIN,
    conditional=replace(
        _PLAIN, lag={Source.LOOKUP: 90_000, Source.LISTS: 90_000}, stale=90_000, judged=(112_000, 128_000)
    ),
)


@dataclass(frozen=True, slots=True)
class BinanceFutures:
    """Implements dialect.Dialect for one of the two products."""

    product: replies.Product
    refusals: Sequence[Reply] = replies.REFUSALS
    limits: Sequence[Reply] = replies.LIMITS
    server_errors: Sequence[Reply] = replies.SERVER_ERRORS

    def read(self, method: str, path: str, sent: str, headers: Mapping[str, str]) -> Request:
        """See dialect.Dialect."""
        key = headers.get("X-MBX-APIKEY", "")
        fields = dict(pair.split("=", 1) for pair in sent.split("&") if pair)  # nothing here is escaped
        name = path.rsplit("/", 1)[1]
        if (data := self.product.market_data.get(name)) is not None:
            return Request(MarketData(data), key)
        call = _question(name, fields) if method == "GET" else self._change(method, name, fields)
        return Request(call, key, int(fields["timestamp"]), int(fields["recvWindow"]))

    def market_data(self, data: MarketData, now: int) -> Reply:
        """See dialect.Dialect."""
        answer = data.answer
        return success(answer | {"serverTime": now} if isinstance(answer, dict) else answer)

    def success(self, call: Change | Question, became: Outcome, now: int) -> Reply:
        """See dialect.Dialect."""
        return success(self._document(call, became, now))

    def refusal(self, why: Why) -> Reply:
        """See dialect.Dialect."""
        return self.product.why[why]

    def is_refusal(self, reply: Reply | NoReply) -> bool:
        """See dialect.Dialect."""
        return not reply.left if isinstance(reply, NoReply) else self.product.says_no(reply)

    def _change(self, method: str, name: str, fields: Fields) -> Change:
        if method == "POST":
            return self._placing(name, fields)
        if method == "PUT":
            return asked.Amend(fields["origClientOrderId"], fields["quantity"], fields["price"])
        if name in ("allOpenOrders", "algoOpenOrders"):
            return asked.CancelAll(conditional=name == "algoOpenOrders")
        return asked.Cancel(*_named(name, fields), conditional=name == "algoOrder")

    def _placing(self, name: str, fields: Fields) -> asked.Place:
        conditional = name == "algoOrder"
        wanted = Wanted(
            fields["clientAlgoId" if conditional else "newClientOrderId"],
            fields["side"],
            fields["quantity"],
            price=fields.get("price", "0"),
            time_in_force=fields.get("timeInForce", ""),
            conditional=conditional,
            reduce_only=fields.get("reduceOnly") == "true",
        )
        price = fields.get("price") or fields.get("triggerPrice")
        return asked.Place([wanted], self.product.worth(Decimal(wanted.quantity), price and Decimal(price)))

    def _document(self, call: Change | Question, became: Outcome, now: int) -> object:
        tell = self.product.conditional if getattr(call, "conditional", False) else self.product.plain
        match call, became:
            case asked.WhoseKey(), _:
                return [{"accountAlias": became, "asset": self.product.asset, "availableBalance": "1000000"}]
            case asked.CancelAll(), _:
                return {"code": 200, "msg": "The operation of cancel all open order is done."}
            case asked.Place(), SimOrder():
                told = self.product.conditional if became.conditional else self.product.placed
                return told(became)
            case asked.Cancel(conditional=True), SimOrder():
                return {"algoId": became.number, "clientAlgoId": became.name, "code": "200", "msg": "success"}
            case asked.Cancel() | asked.Amend(), SimOrder():
                return self.product.placed(became)
            case asked.Trades(), list():
                return [trade(each) for each in became]
            case _, SimOrder():
                return tell(became)
            case _, list():
                return [tell(each) for each in became]
        raise AssertionError(f"futures do not answer {became} to {call}")


def _question(name: str, fields: Fields) -> Question:
    match name:
        case "balance":
            return asked.WhoseKey()
        case "allOrders" | "allAlgoOrders":
            end = fields.get("endTime")
            start = int(fields.get("startTime", "0"))
            return asked.History(start, None if end is None else int(end), conditional=name == "allAlgoOrders")
        case "openOrders" | "openAlgoOrders":
            return asked.FindOpen(conditional=name == "openAlgoOrders")
        case "userTrades":
            return asked.Trades(int(fields["orderId"]))
        case "order" | "algoOrder":
            return asked.Find(*_named(name, fields), conditional=name == "algoOrder")
    raise AssertionError(f"nobody asks futures for {name}")


def _named(name: str, fields: Fields) -> tuple[str | None, int | None]:
    by_name, by_number = ("clientAlgoId", "algoId") if name == "algoOrder" else ("origClientOrderId", "orderId")
    number = fields.get(by_number)
    return fields.get(by_name), None if number is None else int(number)
