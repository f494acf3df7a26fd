"""What an account has open and holds at each venue, as the function sees it: a key may be bound to its address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from orderctl.sources.logs import RECONCILING
from orderctl.target import Stack
from orderctl.trouble import NotThere
from orderexec.domain.order_words import MarginMode, PositionSide
from orderexec.domain.standing import Held, OpenOrders, Standing


@dataclass(frozen=True)
class Unseen:
    """What the account has at a market cannot be told, and why."""

    why: str


Seen = Mapping[str, Standing | Unseen]  # by market


def ask_account(stack: Stack, account: str, quote: str = "", symbol: str | None = None) -> Seen:
    """Return what the account has at each market of the stack. Assets are closed as `symbol`, else against `quote`.

    Raises NotThere if the function does not answer.
    """
    question = json.dumps({"ask": "account", "account": account, "quote": quote, "symbol": symbol}).encode()
    answer = stack.client("lambda").invoke(FunctionName=stack.output(RECONCILING), Payload=question)
    try:
        document = json.loads(answer["Payload"].read())
        markets = document["account"]
    except (ValueError, KeyError, TypeError):
        what = "it failed" if "FunctionError" in answer else "it is older than this tool"
        hint = f"`orderctl doctor{stack.options}` says more"
        raise NotThere(f"the function does not tell what the account has: {what}; {hint}") from None
    return {market: _read(told) for market, told in markets.items()}


def _read(told: Mapping[str, Any]) -> Standing | Unseen:
    if "trouble" in told:
        return Unseen(str(told["trouble"]["detail"]))
    try:
        orders = tuple(OpenOrders(each["symbol"], each["count"], _read_mode(each)) for each in told["orders"])
        return Standing(orders, tuple(map(_read_held, told["held"])))
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        return Unseen(f"the function's answer lacks or garbles {error}")


def _read_held(told: Mapping[str, Any]) -> Held:
    side = told["position_side"]
    return Held(
        quantity=Decimal(told["quantity"]),
        asset=told["asset"],
        symbol=told["symbol"],
        position_side=None if side is None else PositionSide(side),
        margin_mode=_read_mode(told),
    )


def _read_mode(told: Mapping[str, Any]) -> MarginMode | None:
    return None if told["margin_mode"] is None else MarginMode(told["margin_mode"])
