"""How the demo's findings are laid out: the live table, the final table and the exchange's own order list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from local.outcomes import Outcome

_COLORS = {"PLACED": "green", "DEAD": "yellow", "SENT": "cyan", "WAITING": "cyan"}


def live(outcomes: Sequence[Outcome]) -> Table:
    table = _table("signal", "expected", "now", "attempts", "seconds")
    for outcome in outcomes:
        state = outcome.row.get("state", "")
        seconds = outcome.latency if outcome.is_closed else None
        table.add_row(
            outcome.sample.name,
            _expected(outcome),
            _colored(state, _happened(outcome)),
            _attempts(outcome),
            _seconds(seconds),
        )
    return table


def final(outcomes: Sequence[Outcome], orders: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("", "signal", "expected", "happened", "order id or reason", "attempts", "seconds")
    for outcome in outcomes:
        mark = "[red]✗[/red]" if outcome.deviations(orders) else "[green]✓[/green]"
        happened = _colored(outcome.row.get("state", ""), _happened(outcome))
        table.add_row(
            mark, outcome.sample.name, _expected(outcome), happened, _explanation(outcome), _attempts(outcome),
            _seconds(outcome.latency),
        )  # fmt: skip
    return table


def exchange_orders(outcomes: Sequence[Outcome], orders: Iterable[Mapping[str, Any]]) -> Table:
    names = {outcome.client_order_id: outcome.sample.name for outcome in outcomes}
    table = _table("order id", "signal", "symbol", "side", "type", "quantity", "price", "status")
    for order in orders:
        price = "" if order["type"] == "MARKET" else _number(order["price"])
        table.add_row(
            str(order["orderId"]), names.get(order["clientOrderId"], "[red]unknown[/red]"), order["symbol"],
            order["side"], order["type"], _number(order["origQty"]), price, order["status"],
        )  # fmt: skip
    return table


def line(outcome: Outcome) -> str:
    """One closed signal, for a pipe."""
    return f"  {outcome.sample.name}: {_happened(outcome)} after {_seconds(outcome.latency)} s"


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        numeric = column in ("attempts", "seconds", "quantity", "price")
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    return table


def _expected(outcome: Outcome) -> str:
    return _words(outcome.sample.expect, outcome.sample.dead_letters)


def _happened(outcome: Outcome) -> str:
    return _words(outcome.row, [letter.get("reason", "?") for letter in outcome.dead_letters])


def _words(row: Mapping[str, Any], dead_letters: Sequence[str]) -> str:
    """`PLACED FILLED`, `DEAD REJECTED -2010`, `PLACED FILLED +INVALID_SIGNAL` (one of its messages was refused)."""
    if not row:
        return "..."
    words = [
        row.get("state"),
        "dry run" if row.get("dry_run") else row.get("order_status"),
        row.get("reason"),
        row.get("code"),
    ]
    refused = [f"+{reason}" for reason in dead_letters] if row.get("state") == "PLACED" else []
    return " ".join(str(word) for word in [*words, *refused] if word)


def _explanation(outcome: Outcome) -> str:
    if outcome.row.get("state") == "PLACED":
        return str(outcome.row.get("order_id", "none, only checked"))
    return str(outcome.row.get("detail", ""))


def _attempts(outcome: Outcome) -> str:
    return str(outcome.row.get("attempts", ""))


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"


def _number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _colored(state: str, text: str) -> str:
    return f"[{_COLORS[state]}]{text}[/]" if state in _COLORS else text
