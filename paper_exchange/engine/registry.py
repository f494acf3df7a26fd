"""How orders are found again: by number, by client order id, among the open ones."""

from collections.abc import Iterator

from paper_exchange.engine.orders import Order


class Orders:
    """Every order ever accepted, oldest first."""

    def __init__(self) -> None:
        self._all: list[Order] = []
        self._newest: dict[tuple[str, str], Order] = {}
        self._open: dict[int, Order] = {}
        self._open_ids: set[str] = set()

    def __iter__(self) -> Iterator[Order]:
        return iter(self._all)

    def next_id(self) -> int:
        return len(self._all) + 1

    def add(self, order: Order) -> None:
        self._all.append(order)
        self._newest[order.symbol, order.client_order_id] = order
        self._open[order.order_id] = order
        self._open_ids.add(order.client_order_id)

    def closed(self, order: Order) -> None:
        """Its client order id is free again: ids are unique among open orders only."""
        del self._open[order.order_id]
        self._open_ids.remove(order.client_order_id)

    def rename(self, order: Order, client_order_id: str) -> None:
        """An open order is found by its new id only."""
        self._open_ids.remove(order.client_order_id)
        del self._newest[order.symbol, order.client_order_id]
        order.client_order_id = client_order_id
        self._newest[order.symbol, client_order_id] = order
        self._open_ids.add(client_order_id)

    def by_id(self, symbol: str, order_id: int) -> Order | None:
        order = self._all[order_id - 1] if 0 < order_id <= len(self._all) else None
        return order if order is not None and order.symbol == symbol else None

    def newest(self, symbol: str, client_order_id: str) -> Order | None:
        """Of the orders that ever had this id, the last."""
        return self._newest.get((symbol, client_order_id))

    def since(self, order_id: int) -> list[Order]:
        return self._all[order_id - 1 :]

    def open_orders(self, symbol: str | None = None) -> list[Order]:
        return [order for order in self._open.values() if symbol in (None, order.symbol)]

    def is_open(self, client_order_id: str) -> bool:
        return client_order_id in self._open_ids
