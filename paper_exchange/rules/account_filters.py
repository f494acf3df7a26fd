"""When new orders pass each filter that looks at what the account already has (filters.md)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.account import Account
from paper_exchange.engine.order_lists import OrderLists
from paper_exchange.engine.orders import ZERO, NewOrder
from paper_exchange.engine.registry import Orders
from paper_exchange.enums import Side
from paper_exchange.refusal import Kind
from paper_exchange.rules.symbols import Rule, Symbol

# Filter -> the parameter with its limit. Those of one symbol, and the same of the whole exchange.
SYMBOL_COUNTS = {
    Kind.MAX_NUM_ORDERS: "maxNumOrders",
    Kind.MAX_NUM_ALGO_ORDERS: "maxNumAlgoOrders",
    Kind.MAX_NUM_ICEBERG_ORDERS: "maxNumIcebergOrders",
    Kind.MAX_NUM_ORDER_LISTS: "maxNumOrderLists",
}
EXCHANGE_COUNTS = {Kind(f"EXCHANGE_{name}"): limit for name, limit in SYMBOL_COUNTS.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """The account when orders arrive."""

    account: Account
    orders: Orders
    lists: OrderLists


def first_failure(
    symbol: Symbol, exchange_rules: Mapping[str, Rule], new: Sequence[NewOrder], lists: int, standing: Standing
) -> Kind | None:
    """Return the first filter that `new` orders, in so many order lists, do not pass; None if there is none."""
    for rules, counts, name in (
        (symbol.rules, SYMBOL_COUNTS, symbol.name),
        (exchange_rules, EXCHANGE_COUNTS, None),
    ):
        open_orders = [order.request for order in standing.orders.open_orders(name)]
        found = _counted([*open_orders, *new], lists + len(standing.lists.open_lists(name)))
        for (filter_name, limit), count in zip(counts.items(), found, strict=True):
            if _added(filter_name, new, lists) and filter_name in rules and count > rules[filter_name][limit]:
                return filter_name
    position = symbol.rules.get(Kind.MAX_POSITION)
    if position is not None and _bids(new) and _position(symbol, new, standing) > position["maxPosition"]:
        return Kind.MAX_POSITION
    return None


def _counted(orders: Sequence[NewOrder], lists: int) -> tuple[int, int, int, int]:
    """In the order of SYMBOL_COUNTS."""
    return len(orders), sum(each.contingent for each in orders), sum(each.iceberg for each in orders), lists


def _added(filter_name: Kind, new: Sequence[NewOrder], lists: int) -> int:
    return dict(zip(SYMBOL_COUNTS, _counted(new, lists), strict=True))[Kind(filter_name.removeprefix("EXCHANGE_"))]


def _bids(orders: Iterable[NewOrder]) -> Decimal:
    return sum((each.quantity or ZERO for each in orders if each.side is Side.BUY), ZERO)


def _position(symbol: Symbol, new: Sequence[NewOrder], standing: Standing) -> Decimal:
    """Base asset free, locked, in open BUY orders and in these ones."""
    open_bids = sum(
        (each.remaining for each in standing.orders.open_orders(symbol.name) if each.side is Side.BUY), ZERO
    )
    held = standing.account.free(symbol.base) + standing.account.locked(symbol.base)
    return held + open_bids + _bids(new)
