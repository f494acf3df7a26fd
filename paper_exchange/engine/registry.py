"""How orders are found again: by number, by client order id, among the open ones."""

from collections.abc import Iterator

from paper_exchange.engine.orders import Order


class Orders:
    """Every order ever accepted, oldest first; numbered from `first_id`."""

    def __init__(self, first_id: int = 1) -> None:
        self._first_id = first_id
        self._all: list[Order] = []
        self._newest: dict[tuple[str, str], Order] = {}
        self._open: dict[int, Order] = {}
        self._open_ids: set[str] = set()

    def __iter__(self) -> Iterator[Order]:
        return iter(self._all)

    def next_id(self) -> int:
        """Return the number of the order that comes next."""
        return self._first_id + len(self._all)

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
        if not self._first_id <= order_id < self.next_id():
            return None
        order = self._all[order_id - self._first_id]
        return order if order.symbol == symbol else None

    def newest(self, symbol: str, client_order_id: str) -> Order | None:
        """Return the last of the orders that ever had this id; None if there is none."""
        return self._newest.get((symbol, client_order_id))

    def since(self, order_id: int) -> list[Order]:
        """Return the orders of that number and above."""
        return self._all[order_id - self._first_id :]

    def open_orders(self, symbol: str | None = None) -> list[Order]:
        """Return the orders that are open, of one symbol or of all."""
        return [order for order in self._open.values() if symbol in (None, order.symbol)]

    def is_open(self, client_order_id: str) -> bool:
        """Return whether an open order has this id."""
        return client_order_id in self._open_ids
