"""What the signals of a world ask for: mostly orders, some of them lists, and changes of what earlier ones placed."""

from random import Random
from typing import Any

Body = dict[str, Any]


def order(rng: Random) -> Body:
    """An order or a list of orders."""
    body: Body = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.001"}
    draw = rng.random()
    if draw < 0.6:
        return body
    body |= {"type": "LIMIT", "price": "60000"}
    if draw < 0.8:
        return body
    if draw < 0.9:
        return body | {"take_profit": "70000", "stop_loss": "50000"}
    if draw < 0.95:
        return body | {"stop_loss": "50000", "exit_quantity": "ordered"}
    exits = {"take_profit": "70000", "stop_loss": "50000"}
    return {"symbol": "BTCUSDT", "side": "SELL", "type": "OCO", "quantity": "0.001"} | exits


def change(rng: Random, target: str) -> Body:
    """A cancellation of one order or of all, an amendment, or a replacement by an order with another price."""
    draw = rng.random()
    if draw < 0.45:
        return {"action": "cancel", "symbol": "BTCUSDT", "target": target}
    if draw < 0.6:
        return {"action": "cancel", "symbol": "BTCUSDT", "all_orders": True}
    if draw < 0.75:
        less = rng.choice(("0.0005", "0.0007", "0.0009"))
        return {"action": "amend", "symbol": "BTCUSDT", "target": target, "quantity": less}
    new = {"side": "BUY", "type": "LIMIT", "quantity": "0.001", "price": "61000"}
    return {"action": "replace", "symbol": "BTCUSDT", "target": target} | new
