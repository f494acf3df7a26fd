"""Bybit for the simulated exchange: what a request asks for, and how success and refusal are put there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from orderexec.venues.bybit.products import LAG_MS, PROCESSING_MS
from orderexec.venues.http import NoReply, Reply

from .. import dialect as asked
from ..dialect import Change, MarketData, Outcome, Question, Request, SimOrder, Wanted, Why
from ..timing import Source, Timing
from ..world import Broken
from . import bybit_replies as replies

Fields = dict[str, Any]
# What the fence assumes. Nothing is checked after the arrival; the acknowledgement comes somewhere before the work.
TIMING = Timing(
    before_engine=0,
    in_engine=PROCESSING_MS,
    lag=dict.fromkeys(Source, LAG_MS),
    stale=LAG_MS,
    list_lag=0,
    judged=(45_000, 58_000),
)
_MARKET = Decimal(65_000)
_EXITS = {"takeProfit": "tp", "stopLoss": "sl"}
_TIMES = {"GTC": "GTC", "IOC": "IOC", "FOK": "FOK", "PostOnly": "PostOnly", None: "GTC"}


@dataclass(frozen=True, slots=True)
class BybitDialect:
    """Implements dialect.Dialect for one of the three products."""

    product: replies.Product
    limits: Sequence[Reply] = replies.LIMITS
    server_errors: Sequence[Reply] = replies.SERVER_ERRORS

    @property
    def refusals(self) -> Sequence[Reply]:
        """See dialect.Dialect."""
        return self.product.refusals

    @property
    def orders_a_second(self) -> int:
        """How many orders an account may place in a second."""
        return self.product.orders_a_second

    def read(self, method: str, path: str, sent: str, headers: Mapping[str, str]) -> Request:
        """See dialect.Dialect."""
        key = headers.get("X-BAPI-API-KEY", "")
        if (data := self.product.market_data(path)) is not None:
            return Request(MarketData(data), key)
        fields: Fields = json.loads(sent) if method == "POST" else dict(parse_qsl(sent))
        call = self._change(path, fields) if method == "POST" else self._question(path, fields)
        return Request(call, key, int(headers["X-BAPI-TIMESTAMP"]), int(headers["X-BAPI-RECV-WINDOW"]))

    def market_data(self, data: MarketData, now: int) -> Reply:
        """See dialect.Dialect."""
        return replies.success(data.answer or {"timeNano": str(now * 1_000_000)}, now)

    def success(self, call: Change | Question, became: Outcome, now: int) -> Reply:
        """See dialect.Dialect."""
        return replies.success(self._tell(call, became), now)

    def refusal(self, why: Why) -> Reply:
        """See dialect.Dialect."""
        return self.product.why[why]

    def is_refusal(self, reply: Reply | NoReply) -> bool:
        """See dialect.Dialect."""
        return replies.says_no(reply)

    def _change(self, path: str, fields: Fields) -> Change:
        self._check(fields)
        name, service = fields.get("orderLinkId"), fields.get("orderFilter", "")
        match path.removeprefix("/v5/order/"):
            case "create":
                return asked.Place([self._read_order(fields)], self._measure_worth(fields))
            case "amend":
                return asked.Amend(fields["orderLinkId"], fields["qty"], fields.get("price"))
            case "cancel":
                number = fields.get("orderId")
                service = (service or "Order") if self.product.spot else ""
                return asked.Cancel(name, None if number is None else int(number), service=service)
            case "cancel-all":
                return asked.CancelAll(service=(service or "Order") if self.product.spot else "")
        raise AssertionError(f"nobody sends Bybit {path}")

    def _check(self, fields: Fields) -> None:
        if (fields["category"], fields["symbol"]) != (self.product.category, self.product.symbol):
            raise Broken(f"a request about {fields['category']} {fields['symbol']} goes to {self.product.category}")

    def _read_order(self, fields: Fields) -> Wanted:
        at_market = fields["orderType"] == "Market"
        closes = fields.get("reduceOnly") and fields.get("closeOnTrigger")
        if fields["qty"] == "0" and not closes:
            raise Broken("an order without a quantity closes nothing")
        return Wanted(
            fields["orderLinkId"],
            fields["side"].upper(),
            fields["qty"],
            price="0" if at_market else fields["price"],
            time_in_force="" if at_market else _TIMES[fields.get("timeInForce")],
            conditional="triggerPrice" in fields,
            reduce_only=fields.get("reduceOnly", False),
            exits=tuple(short for name, short in _EXITS.items() if name in fields),
            in_quote=self._counts_quote(fields),
        )

    def _counts_quote(self, fields: Fields) -> bool:
        """ "Market Buy order by value by default"."""
        if not self.product.spot or fields["orderType"] != "Market":
            return False
        return bool(fields.get("marketUnit", "quoteCoin" if fields["side"] == "Buy" else "baseCoin") == "quoteCoin")

    def _measure_worth(self, fields: Fields) -> Decimal:
        """The entry's, and the larger exit's."""
        quantity = Decimal(fields["qty"])
        exits = [
            max(Decimal(fields.get(name) or 0), Decimal(fields.get(limit) or 0))
            for name, limit in (("takeProfit", "tpLimitPrice"), ("stopLoss", "slLimitPrice"))
        ]
        if self.product.dollars:
            return quantity * (2 if any(exits) else 1)
        if self._counts_quote(fields):
            return quantity
        entry = Decimal(fields.get("price") or fields.get("triggerPrice") or _MARKET)
        return quantity * (entry + max(exits))

    def _question(self, path: str, fields: Fields) -> Question:
        if path == "/v5/user/query-api":
            return asked.WhoseKey()
        self._check(fields)
        name = fields.get("orderLinkId")
        match path, name:
            case "/v5/execution/list", None:
                return asked.Trades(int(fields["orderId"]))
            case "/v5/order/realtime", None:
                return asked.FindOpen(closed="openOnly" in fields)
            case "/v5/order/realtime", _:
                return asked.Find(name)
            case "/v5/order/history", str():
                return asked.History(int(fields.get("startTime", "0")), None, name=name)
        raise AssertionError(f"nobody asks Bybit for {path}")

    def _tell(self, call: Change | Question, became: Outcome) -> object:
        match call, became:
            case asked.WhoseKey(), str():
                return {"userID": int(became)}
            case asked.Trades(), list():
                return {"list": [replies.trade(order) for order in became], "nextPageCursor": ""}
            case asked.CancelAll(), list():
                return {"list": [self._name(order) for order in became], "success": "1"}
            case _, SimOrder():
                return self._name(became)
            case _, list():
                return {"list": [self.product.tell(order) for order in became], "nextPageCursor": ""}
        raise AssertionError(f"Bybit does not answer {became} to {call}")

    def _name(self, order: SimOrder) -> Fields:
        return {"orderId": str(order.number), "orderLinkId": "" if order.nameless else order.name}
