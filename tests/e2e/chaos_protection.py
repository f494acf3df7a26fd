"""Whether an entry has its exits at the end, no more and no fewer, and none of them stands without an entry."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orderexec.domain.orders import make_client_order_id

Document = Mapping[str, Any]

ROUNDS = 10  # no signal of the test is sent so often
STOP, PROFIT = "stop_loss", "take_profit"
_OPEN = ("NEW", "PARTIALLY_FILLED")


def list_exit_ids(account: str, venue: str, signal_id: str) -> list[str]:
    """The client order ids that the exits of the signal can have: each stop that follows an ended one has its own."""
    parts = [f"{name} {number}" for name in (STOP, PROFIT) for number in range(ROUNDS)]
    return [make_client_order_id(account, venue, signal_id, part) for part in parts]


def find_unprotected(
    row: Document, fields: Document, entries: Sequence[Document], exits: Sequence[Document]
) -> list[str]:
    """What is wrong with the exits of one signal whose own orders are `entries`; `fields` is its body.

    Of a signal that died while its entry was in doubt the stop stays for the hour in which that may appear late: its
    last audit ends it. The test is shorter, so of such a stop it sees only that an audit will come.
    """
    ids = [order["clientOrderId"] for order in exits]
    found = [f"two orders of the id {name}" for name in set(ids) if ids.count(name) > 1]
    stops = [order for order in exits if order["status"] in _OPEN and not _is_profit(order, fields)]
    profits = [order for order in exits if order["status"] in _OPEN and _is_profit(order, fields)]
    if not any(_stands(entry) for entry in entries):
        return found + _find_alone(row, stops, profits)
    return found + _find_missing(row, fields, entries, stops, profits)


def _find_alone(row: Document, stops: Sequence[Document], profits: Sequence[Document]) -> list[str]:
    waits_for_audit = row.get("state") == "DEAD" and row.get("doubts", 0) > 0 and "due" in row
    found = [f"a take-profit without an entry: {profit}" for profit in profits]
    return found if waits_for_audit else found + [f"a stop-loss without an entry: {stop}" for stop in stops]


def _find_missing(
    row: Document,
    fields: Document,
    entries: Sequence[Document],
    stops: Sequence[Document],
    profits: Sequence[Document],
) -> list[str]:
    ordered, traded = (sum(Decimal(each[name]) for each in entries) for name in ("origQty", "executedQty"))
    found = [] if len(stops) == 1 else [f"an entry with {len(stops)} stops"]
    found += [f"a stop of {stop['origQty']} for {ordered}" for stop in stops if Decimal(stop["origQty"]) != ordered]
    found += [f"a profit of {each['origQty']} for {traded}" for each in profits if Decimal(each["origQty"]) != traded]
    expected = 1 if PROFIT in fields and traded else 0
    if len(profits) != expected and "its take-profit is not" not in str(row.get("detail")):
        found.append(f"an entry with {len(profits)} take-profits, not {expected}")
    return found


def _stands(entry: Document) -> bool:
    return entry["status"] in _OPEN or Decimal(entry["executedQty"]) > 0


def _is_profit(order: Document, fields: Document) -> bool:
    return PROFIT in fields and Decimal(order["price"]) == Decimal(fields[PROFIT])
