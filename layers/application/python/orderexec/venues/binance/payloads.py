"""How an order reads on Binance's wire, and how its answers and its exchangeInfo are understood."""

from collections.abc import Mapping
from decimal import Context, Decimal, DecimalException

from orderexec.domain.decimals import plain
from orderexec.domain.instruments import Instrument, NotionalRule, Range
from orderexec.domain.orders import Order, OrderReport

_AVERAGE = Context(prec=16)


class Unreadable(ValueError):
    """The exchange's answer is not what its documentation says; what it asks about stays unknown."""


def order_parameters(order: Order) -> dict[str, str]:
    """Parameters of POST /api/v3/order. RESULT tells what was executed, without the list of fills."""
    amounts = {"quantity": order.quantity, "quoteOrderQty": order.quote_quantity, "price": order.price}
    parameters = {"symbol": order.symbol, "side": order.side, "type": order.type}
    if order.time_in_force:
        parameters["timeInForce"] = order.time_in_force
    parameters |= {name: plain(amount) for name, amount in amounts.items() if amount is not None}
    return parameters | {"newClientOrderId": order.client_order_id, "newOrderRespType": "RESULT"}


def read_placed(answer: Mapping[str, object], order: Order) -> OrderReport:
    """The report in the answer to a placement: any of its forms ACK, RESULT, FULL. Raises Unreadable."""
    # ACK leaves out what was asked for; the client order id alone tells whose answer this is.
    asked = {
        "symbol": order.symbol, "side": order.side, "status": "NEW", "origQty": str(order.quantity or 0),
        "executedQty": "0", "cummulativeQuoteQty": "0", "time": answer.get("transactTime"),
    }  # fmt: skip
    report = read_order(asked | dict(answer))
    if report.client_order_id != order.client_order_id:
        raise Unreadable(f"the answer is about order {report.client_order_id}")
    return report


def read_order(answer: Mapping[str, object]) -> OrderReport:
    """The report in the answer to GET /api/v3/order. Raises Unreadable."""
    try:
        executed, quote = _number(answer["executedQty"]), _number(answer["cummulativeQuoteQty"])
        quote_asked = _number(answer.get("origQuoteOrderQty") or "0")
        return OrderReport(
            order_id=str(_whole(answer["orderId"])),
            client_order_id=_text(answer["clientOrderId"]),
            symbol=_text(answer["symbol"]),
            side=_text(answer["side"]),
            status=_text(answer["status"]),
            quantity=_number(answer["origQty"]),
            executed_quantity=executed,
            quote_quantity=quote_asked or None,
            # The spelling is the exchange's. Negative means "not available" for some old orders.
            average_price=_AVERAGE.divide(quote, executed) if executed > 0 and quote >= 0 else None,
            created_at=_whole(answer["time"]),
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"the answer about an order lacks or garbles {error}") from None


def read_instrument(symbol: Mapping[str, object]) -> Instrument:
    """One element of exchangeInfo's `symbols`. Raises Unreadable."""
    try:
        filters = {_text(entry["filterType"]): entry for entry in _list(symbol["filters"])}
        lot = _range(filters.get("LOT_SIZE"), "Qty", "stepSize")
        precision = symbol.get("quoteAssetPrecision", symbol.get("quotePrecision"))
        return Instrument(
            symbol=_text(symbol["symbol"]),
            status=_text(symbol["status"]),
            tradable=symbol["status"] == "TRADING",
            order_types=frozenset(_text(kind) for kind in _list(symbol["orderTypes"])),
            price=_range(filters.get("PRICE_FILTER"), "Price", "tickSize"),
            lot=lot,
            # Market orders keep both filters; MARKET_LOT_SIZE mostly has step 0, which leaves LOT_SIZE's.
            market_lot=lot.narrowed(_range(filters.get("MARKET_LOT_SIZE"), "Qty", "stepSize")),
            notional=_notional_rules(filters),
            quote_market_allowed=symbol.get("quoteOrderQtyMarketAllowed") is not False,
            quote_step=Decimal(0) if precision is None else Decimal(1).scaleb(-_whole(precision)),
        )
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreadable(f"exchangeInfo lacks or garbles {error}") from None


def _notional_rules(filters: Mapping[str, Mapping[str, object]]) -> tuple[NotionalRule, ...]:
    rules = []
    if legacy := filters.get("MIN_NOTIONAL"):
        minimum = _number(legacy["minNotional"])
        rules.append(NotionalRule("MIN_NOTIONAL", minimum, minimum_for_market=legacy.get("applyToMarket") is True))
    if current := filters.get("NOTIONAL"):
        rules.append(
            NotionalRule(
                "NOTIONAL",
                _number(current["minNotional"]),
                _number(current.get("maxNotional", "0")),
                minimum_for_market=current.get("applyMinToMarket") is True,
                maximum_for_market=current.get("applyMaxToMarket") is True,
            )
        )
    return tuple(rules)


def _range(rule: Mapping[str, object] | None, name: str, step: str) -> Range:
    if rule is None:
        return Range()
    return Range(*(_number(rule[field]).normalize() for field in (step, f"min{name}", f"max{name}")))


def _number(value: object) -> Decimal:
    number = Decimal(_text(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where a string should be")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} where a whole number should be")
    return value


def _list(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} where a list should be")
    return value
