"""Binance Spot for the simulated exchange: what a request asks for, and how success and refusal are put there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orderexec.venues.http import NoReply, Reply

from .. import dialect as asked
from ..dialect import Change, MarketData, Outcome, Placing, Question, Replaced, Request, SimOrder, Wanted, Why
from ..timing import Source, Timing
from ..world import Broken
from . import binance_spot_replies as replies

Fields = dict[str, str]
# The engine and the lag are what the fence assumes (orderexec.venues.binance.spot); lists are in a database only.
TIMING = Timing(
    before_engine=6_000,
    in_engine=20_000,
    lag={Source.LOOKUP: 10_000, Source.LISTS: 10_000},
    stale=10_000,
    list_lag=60_000,
)
_MARKET = Decimal(65_000)
_EXITS = ("above", "below", "pending")


@dataclass(frozen=True, slots=True)
class BinanceSpot:
    """Implements dialect.Dialect."""

    refusals: Sequence[Reply] = replies.REFUSALS
    limits: Sequence[Reply] = replies.LIMITS
    server_errors: Sequence[Reply] = replies.SERVER_ERRORS

    def read(self, method: str, path: str, sent: str, headers: Mapping[str, str]) -> Request:
        """See dialect.Dialect."""
        key = headers.get("X-MBX-APIKEY", "")
        fields = dict(pair.split("=", 1) for pair in sent.split("&") if pair)  # nothing here is escaped
        if (data := replies.market_data(path, "symbol" in fields)) is not None:
            return Request(MarketData(data), key)
        call = _change(method, path, fields) if method != "GET" else _question(path, fields)
        return Request(call, key, int(fields["timestamp"]), int(fields["recvWindow"]))

    def market_data(self, data: MarketData, now: int) -> Reply:
        """See dialect.Dialect."""
        if isinstance(data.answer, Reply):
            return data.answer
        return replies.success(data.answer | {"serverTime": now} if isinstance(data.answer, dict) else data.answer)

    def success(self, call: Change | Question, became: Outcome, now: int) -> Reply:
        """See dialect.Dialect."""
        return (
            replies.replaced(became) if isinstance(became, Replaced) else replies.success(_document(call, became, now))
        )

    def refusal(self, why: Why) -> Reply:
        """See dialect.Dialect."""
        return replies.WHY[why]

    def is_refusal(self, reply: Reply | NoReply) -> bool:
        """See dialect.Dialect."""
        return replies.is_refusal(reply)


def _change(method: str, path: str, fields: Fields) -> Change:
    if method == "PUT":
        return asked.Amend(fields["origClientOrderId"], fields["newQty"])
    if method == "DELETE":
        return _end(path, fields)
    return _placing(path, fields)


def _placing(path: str, fields: Fields) -> Placing:
    if path.startswith("/api/v3/orderList/"):
        return asked.Place(_orders_of_list(fields), _worth(fields), fields["listClientOrderId"])
    wanted = Wanted(fields["newClientOrderId"], fields["side"], fields["quantity"])
    if path != "/api/v3/order/cancelReplace":
        return asked.Place([wanted], _worth(fields))
    if fields["cancelReplaceMode"] != "STOP_ON_FAILURE":
        raise Broken("a replacement would place its order although the old one is not cancelled")
    if fields["cancelRestrictions"] != "ONLY_NEW":
        raise Broken("a replacement would trade its whole quantity on top of what the old order has traded")
    return asked.Replace(fields["cancelOrigClientOrderId"], wanted, _worth(fields))


def _end(path: str, fields: Fields) -> Change:
    if path == "/api/v3/openOrders":
        return asked.CancelAll()
    if path == "/api/v3/orderList":
        return asked.CancelList(fields["listClientOrderId"])
    number = fields.get("orderId")
    return asked.Cancel(fields.get("origClientOrderId"), None if number is None else int(number))


def _question(path: str, fields: Fields) -> Question:
    match path:
        case "/api/v3/account":
            return asked.WhoseKey()
        case "/api/v3/allOrders":
            end = fields.get("endTime")
            return asked.History(int(fields.get("startTime", "0")), None if end is None else int(end))
        case "/api/v3/orderList":
            return asked.FindList(fields["origClientOrderId"])
        case "/api/v3/openOrders":
            return asked.FindOpen()
        case "/api/v3/myTrades":
            return asked.Trades(int(fields["orderId"]))
        case _:
            return asked.Find(fields["origClientOrderId"])


def _orders_of_list(fields: Fields) -> list[Wanted]:
    names = [name for name in fields if name.endswith("ClientOrderId") and name != "listClientOrderId"]
    names.sort(key=lambda name: not name.startswith(("working", "above", "limit")))
    quantity, side = fields.get("workingQuantity") or fields["quantity"], fields.get("workingSide") or fields["side"]
    sides = [side, *[fields.get("pendingSide") or side] * (len(names) - 1)]
    return [Wanted(fields[name], side, quantity) for name, side in zip(names, sides, strict=True)]


def _worth(fields: Fields) -> Decimal:
    """The entry's, and the larger exit's."""
    quantity = Decimal(fields.get("workingQuantity") or fields["quantity"])
    exits = [Decimal(value) for name, value in fields.items() if name.startswith(_EXITS) and name.endswith("Price")]
    entry = Decimal(0)
    if "workingPrice" in fields or not exits:
        entry = Decimal(fields.get("workingPrice") or fields.get("price") or _MARKET)
    return quantity * (entry + max(exits, default=Decimal(0)))


def _document(
    call: Change | Question, became: SimOrder | Sequence[SimOrder] | asked.ListIsOpen | str, now: int
) -> object:
    if isinstance(became, str):
        return {"uid": int(became)}
    if isinstance(became, asked.ListIsOpen):
        return {"listOrderStatus": "EXECUTING" if became.open else "ALL_DONE"}
    if isinstance(became, SimOrder):
        return _one(call, became, now)
    if isinstance(call, asked.Trades):
        return [replies.trade(each) for each in became]
    told = replies.canceled if isinstance(call, asked.CancelAll | asked.CancelList) else replies.order
    documents = [told(each) for each in became]
    match call:
        case asked.Place():
            return {"listClientOrderId": call.list_name, "orderReports": documents}
        case asked.CancelList():
            return {"orderReports": documents}
        case _:
            return documents


def _one(call: Change | Question, became: SimOrder, now: int) -> object:
    match call:
        case asked.Amend():
            return {"transactTime": now, "amendedOrder": replies.amended(became)}
        case asked.Cancel():
            return replies.canceled(became)
        case _:
            return replies.order(became)
