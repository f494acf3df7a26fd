"""Endpoints of conditional orders, which plain lookups do not find; on COIN-M they exist, though undocumented."""

from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.errors import Refused
from paper_exchange.dialects.binance_common.order_errors import no_such_order, unknown_order
from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.dialects.binance_futures.answers import algo as answers
from paper_exchange.dialects.binance_futures.endpoints.algo_parameters import new_conditional, read_algo_type
from paper_exchange.dialects.binance_futures.endpoints.lookups import asked_symbols, history_page
from paper_exchange.engine.conditional_orders import Conditional
from paper_exchange.futures import Futures


def place(futures: Futures, parameters: Parameters) -> Any:
    """Answer POST algoOrder."""
    new = new_conditional(parameters)
    parameters.finish()
    symbol = futures.market(new.symbol).symbol
    return answers.placement(futures.place_conditional(new), symbol)


def cancel(futures: Futures, parameters: Parameters) -> Any:
    """Answer DELETE algoOrder."""
    conditional = _named(futures, parameters, unknown_order())
    futures.cancel_conditional(conditional)
    return answers.cancellation(conditional)


def cancel_all(futures: Futures, parameters: Parameters) -> Any:
    """Answer DELETE algoOpenOrders."""
    symbol = parameters.symbol()
    parameters.finish()
    futures.market(symbol)
    for conditional in futures.conditionals.open_ones(symbol):
        futures.cancel_conditional(conditional)
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def order(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET algoOrder."""
    found = _named(futures, parameters, no_such_order())
    if not futures.visible(found):
        raise no_such_order()
    return _told(futures, found)


def open_orders(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET openAlgoOrders."""
    read_algo_type(parameters, required=False)
    symbols, algo_id = asked_symbols(futures, parameters), parameters.integer("algoId")
    parameters.finish()
    return [
        _told(futures, each)
        for each in futures.conditionals.open_ones()
        if each.request.symbol in symbols and algo_id in (None, each.conditional_id) and futures.visible(each)
    ]


def all_orders(futures: Futures, parameters: Parameters) -> Any:
    """Answer GET allAlgoOrders."""
    symbols = asked_symbols(futures, parameters, required=True)
    first_id, page = parameters.integer("algoId"), history_page(futures, parameters)
    parameters.finish()
    found = [
        each
        for each in futures.conditionals
        if each.request.symbol in symbols
        and futures.visible(each)
        and page.holds(each.time_ms)
        and each.conditional_id >= (first_id or 0)
    ]
    return [_told(futures, each) for each in page.cut(found, from_oldest=first_id is not None)]


def _named(futures: Futures, parameters: Parameters, refusal: Refused) -> Conditional:
    """By number, or else by client id; a symbol may be sent, and says nothing."""
    algo_id, client_id = parameters.integer("algoId"), parameters.text("clientAlgoId")
    parameters.text("symbol", SYMBOL)
    parameters.finish()
    if algo_id is None and client_id is None:
        raise errors.missing_either("algoId", "clientAlgoId")
    conditionals = futures.conditionals
    found = conditionals.newest(client_id or "") if algo_id is None else conditionals.by_id(algo_id)
    if found is None:
        raise refusal
    return found


def _told(futures: Futures, conditional: Conditional) -> Any:
    return answers.query(conditional, futures.market(conditional.request.symbol).symbol)
