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
        """Return the number of the order that comes next."""
        return len(self._all) + 1

    def add(self, order: Order) -> None:
        """Add an order that was accepted."""
        self._all.append(order)
        self._newest[order.symbol, order.client_order_id] = order
        self._open[order.order_id] = order
        self._open_ids.add(order.client_order_id)

    def closed(self, order: Order) -> None:
        """Set the client order id of an order free again: ids are unique among open orders only."""
        del self._open[order.order_id]
        self._open_ids.remove(order.client_order_id)

    def rename(self, order: Order, client_order_id: str) -> None:
        """Give an open order a new id, by which alone it is found from now on."""
        self._open_ids.remove(order.client_order_id)
        del self._newest[order.symbol, order.client_order_id]
        order.client_order_id = client_order_id
        self._newest[order.symbol, client_order_id] = order
        self._open_ids.add(client_order_id)

    def by_id(self, symbol: str, order_id: int) -> Order | None:
        """Return the order of that number if it is of the symbol, else None."""
        order = self._all[order_id - 1] if 0 < order_id <= len(self._all) else None
        return order if order is not None and order.symbol == symbol else None

    def newest(self, symbol: str, client_order_id: str) -> Order | None:
        """Return the last of the orders that ever had this id; None if there is none."""
        return self._newest.get((symbol, client_order_id))

    def since(self, order_id: int) -> list[Order]:
        """Return the orders of that number and above."""
        return self._all[order_id - 1 :]

    def open_orders(self, symbol: str | None = None) -> list[Order]:
        """Return the orders that are open, of one symbol or of all."""
        return [order for order in self._open.values() if symbol in (None, order.symbol)]

    def is_open(self, client_order_id: str) -> bool:
        """Return whether an open order has this id."""
        return client_order_id in self._open_ids
