"""The simulated exchange's orders: what each request does to them, and what lookups that lag behind show of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from orderexec.venues.http import Reply

from .accounts import UIDS
from .replies import refusal, success
from .sight import LONGEST_LAG_MS, Sight, Source
from .world import Broken, World

LONGEST_LIST_LAG_MS = 60_000  # lists are looked up in a database only
API_KEY = "X-MBX-APIKEY"  # the header, beside the parameters
OPEN = ("NEW", "PENDING_NEW")
# A cancellation has an id of its own as well.
_SUBJECTS = (
    "origClientOrderId",
    "newClientOrderId",
    "workingClientOrderId",
    "aboveClientOrderId",
    "listClientOrderId",
)
Fields = dict[str, str]
Order = dict[str, object]


@dataclass(slots=True)
class SimBook:
    """Executes at once; only lookups lag. An id that was used may not come again: that would be a second order."""

    world: World
    clock: Callable[[], int]
    orders: dict[str, Order] = field(default_factory=dict)  # the newest of each client order id
    doubled: list[Order] = field(default_factory=list)  # older ones of an id that came again
    owners: dict[str, str] = field(default_factory=dict)  # of each order the account, by its uid
    lists: dict[str, list[str]] = field(default_factory=dict)
    sight: Sight = field(init=False)
    amended: set[tuple[str, int]] = field(default_factory=set)  # what, by the request signed at which instant
    _asking: str = ""  # the account that the present request is of
    _stale: dict[str, tuple[int, Order]] = field(default_factory=dict)  # until when a lookup shows what state

    def __post_init__(self) -> None:
        self.sight = Sight(self.world)

    def subject(self, fields: Fields) -> str:
        """The client order id that a request is about; "" if about all orders."""
        return next((fields[name] for name in _SUBJECTS if name in fields), self._named(fields))

    def execute(self, method: str, path: str, fields: Fields) -> Reply:
        """What the matching engine does, and its answer."""
        self._asking = UIDS[fields[API_KEY]]
        if method == "DELETE":
            return self._end(path, fields)
        if method == "PUT":
            return self._amend(fields)
        if path.startswith("/api/v3/orderList/"):
            return self._place_list(fields)
        return self._replace(fields) if path == "/api/v3/order/cancelReplace" else self._place(fields)

    def is_open(self, client_order_id: str) -> bool:
        """Whether the order may still trade, whose ever it is."""
        order = self.orders.get(client_order_id)
        return order is not None and order["status"] in OPEN

    def _is_theirs(self, client_order_id: str) -> bool:
        return self.owners.get(client_order_id) == self._asking

    def _is_open(self, client_order_id: str) -> bool:
        return self._is_theirs(client_order_id) and self.is_open(client_order_id)

    def _place(self, fields: Fields) -> Reply:
        client_id = fields["newClientOrderId"]
        if self._is_open(client_id):
            return refusal(400, -2010, "Duplicate order sent.")
        status = self.world.rng.choice(("FILLED", "FILLED", "NEW", "EXPIRED"))
        return success(self._accept(client_id, fields["side"], fields["quantity"], status))

    def _place_list(self, fields: Fields) -> Reply:
        names = [name for name in fields if name.endswith("ClientOrderId") and name != "listClientOrderId"]
        names.sort(key=lambda name: not name.startswith(("working", "above")))
        if self._is_open(fields[names[0]]):
            return refusal(400, -2010, "Duplicate order sent.")
        quantity = fields.get("workingQuantity") or fields["quantity"]
        statuses = [self.world.rng.choice(("NEW", "FILLED")), *["PENDING_NEW"] * (len(names) - 1)]
        side = fields.get("workingSide") or fields["side"]
        sides = [side, *[fields.get("pendingSide") or side] * (len(names) - 1)]
        reports = [
            self._accept(fields[name], side, quantity, status)
            for name, side, status in zip(names, sides, statuses, strict=True)
        ]
        self.lists[fields["listClientOrderId"]] = [fields[name] for name in names]
        return success({"listClientOrderId": fields["listClientOrderId"], "orderReports": reports})

    def _replace(self, fields: Fields) -> Reply:
        """STOP_ON_FAILURE: nothing new unless the old order could be cancelled."""
        if fields["cancelReplaceMode"] != "STOP_ON_FAILURE":
            raise Broken("a replacement would place its order although the old one is not cancelled")
        old, new = fields["cancelOrigClientOrderId"], fields["newClientOrderId"]
        if not self._is_open(old):
            unknown = {"code": -2011, "msg": "Unknown order sent."}
            halves = {"cancelResult": "FAILURE", "newOrderResult": "NOT_ATTEMPTED", "cancelResponse": unknown}
            return success({"code": -2022, "msg": "Order cancel-replace failed.", "data": halves}, 400)
        canceled = self._close(old, "CANCELED")
        if self.world.happens(self.world.weather.refused):
            refused = {"code": -2010, "msg": "Order would immediately match and take."}
            halves = {"cancelResult": "SUCCESS", "newOrderResult": "FAILURE"}
            data = halves | {"cancelResponse": canceled, "newOrderResponse": refused}
            return success({"code": -2021, "msg": "Order cancel-replace partially failed.", "data": data}, 409)
        placed = self._accept(new, fields["side"], fields["quantity"], "NEW")
        halves = {"cancelResult": "SUCCESS", "newOrderResult": "SUCCESS"}
        return success(halves | {"cancelResponse": canceled, "newOrderResponse": placed})

    def _end(self, path: str, fields: Fields) -> Reply:
        if path == "/api/v3/openOrders":
            return self._cancel_all()
        return self._cancel_list(fields) if path == "/api/v3/orderList" else self._cancel(fields)

    def _cancel_all(self) -> Reply:
        still_open = list(filter(self._is_open, self.orders))
        if not still_open:
            return refusal(400, -2011, "Unknown order sent.")
        return success([self._close(client_id, "CANCELED") for client_id in still_open])

    def _amend(self, fields: Fields) -> Reply:
        """The quantity can only become smaller; the order keeps its id, if it is given that as its new one."""
        client_id, quantity = fields["origClientOrderId"], Decimal(fields["newQty"])
        if not self._is_open(client_id):
            return refusal(400, -2038, "Unknown order sent.")
        before = dict(self.orders[client_id])
        if quantity >= Decimal(str(before["origQty"])):
            return refusal(400, -2038, "Order amend (quantity increase) is not supported.")
        self.orders[client_id]["origQty"] = fields["newQty"]
        self.amended.add((client_id, int(fields["timestamp"])))
        self._lag_behind(client_id, before)
        order = self.orders[client_id]
        told = {"qty": order["origQty"], "cumulativeQuoteQty": order["cummulativeQuoteQty"]}
        return success({"transactTime": self.clock(), "amendedOrder": order | told})

    def _named(self, fields: Fields) -> str:
        """By the exchange's own id, if that is given."""
        named = (name for name, order in self._theirs() if str(order["orderId"]) == fields.get("orderId"))
        return next(named, "")

    def _theirs(self) -> list[tuple[str, Order]]:
        return [(name, order) for name, order in self.orders.items() if self._is_theirs(name)]

    def _cancel(self, fields: Fields) -> Reply:
        client_id = fields.get("origClientOrderId") or self._named(fields)
        if not self._is_open(client_id):
            return refusal(400, -2011, "Unknown order sent.")
        return success(self._close(client_id, "CANCELED"))

    def _cancel_list(self, fields: Fields) -> Reply:
        legs = self.lists.get(fields["listClientOrderId"], [])
        if not any(map(self._is_open, legs)):
            return refusal(400, -2011, "Unknown order sent.")
        return success({"orderReports": [self._close(leg, "CANCELED") for leg in legs]})

    def _accept(self, client_id: str, side: str, quantity: str, status: str) -> Order:
        if client_id in self.orders:
            if not self.world.bounds.doubles_may_happen:
                owners = f"of {self.owners[client_id]}, {self._asking}"
                raise Broken(f"two orders for client order id {client_id}: {owners}")
            self.doubled.append(self.orders[client_id])
        self.owners[client_id] = self._asking
        self.world.note(f"exchange executes {client_id[:6]}: {status}")
        executed = quantity if status == "FILLED" else "0"
        number = len(self.orders) + len(self.doubled) + 1
        self.orders[client_id] = {
            "symbol": "BTCUSDT",
            "orderId": number,
            "clientOrderId": client_id,
            "side": side,
            "status": status,
            "origQty": quantity,
            "executedQty": executed,
            "cummulativeQuoteQty": executed,
            "transactTime": self.clock(),
            "time": self.clock(),
        }
        self.sight.appear(str(number))
        if status == "NEW" and self.world.rng.random() < 0.4:
            self.world.at(self.world.rng.randint(1_000, 200_000), lambda: self._fill(client_id))
        return self.orders[client_id]

    def _fill(self, client_id: str) -> None:
        if self.is_open(client_id):
            self._close(client_id, "FILLED")

    def _close(self, client_id: str, status: str) -> Order:
        """What a cancellation answers about the order, which is no longer open."""
        before = dict(self.orders[client_id])
        if before["status"] in OPEN:
            self.orders[client_id] |= {"status": status, "updateTime": self.clock()}
            self._lag_behind(client_id, before)
        return self.orders[client_id] | {"origClientOrderId": client_id, "clientOrderId": "the-cancellation"}

    def _lag_behind(self, client_id: str, before: Order) -> None:
        """Lookups may show for a while what the order was before."""
        if self.world.happens(self.world.weather.lookup_lags):
            self._stale[client_id] = self.world.now + self.world.rng.randint(1, LONGEST_LAG_MS), before

    # ------------------------------------------------------------------ asking

    def look_up(self, path: str, fields: Fields) -> Reply:
        """What the lookups show of the account's orders, which may be behind."""
        self._asking = UIDS[fields[API_KEY]]
        if path == "/api/v3/account":
            return success({"uid": int(self._asking)})
        if path == "/api/v3/allOrders":
            return success(self._created(int(fields.get("startTime", "0")), int(fields.get("endTime", self.clock()))))
        if path == "/api/v3/orderList":
            return self._list(fields["origClientOrderId"])
        if path == "/api/v3/openOrders":
            listed = [self._shown(name, Source.LISTS) for name in self.orders]
            return success([shown for shown in listed if shown and shown["status"] in OPEN])
        found = self._shown(fields["origClientOrderId"], Source.LOOKUP)
        return success(found) if found else refusal(400, -2013, "Order does not exist.")

    def _created(self, start: int, end: int) -> list[Order]:
        orders = [
            order for order in (*self.doubled, *self.orders.values()) if self._is_theirs(str(order["clientOrderId"]))
        ]
        seen = [order for order in orders if self.sight.shows(str(order["orderId"]), Source.LISTS)]
        return [order for order in seen if start <= int(str(order["time"])) <= end]

    def _shown(self, client_id: str, source: Source) -> Order | None:
        order = self.orders.get(client_id)
        if order is None or not self._is_theirs(client_id) or not self.sight.shows(str(order["orderId"]), source):
            return None
        until, before = self._stale.get(client_id, (0, {}))
        return before if until > self.world.now else self.orders[client_id]

    def _list(self, list_id: str) -> Reply:
        legs = list(filter(self._is_theirs, self.lists.get(list_id, [])))
        lags = self.world.happens(self.world.weather.lookup_lags)
        lag = self.world.rng.randint(1, LONGEST_LIST_LAG_MS) if lags else 0
        if not legs or self.sight.from_when(str(self.orders[legs[0]]["orderId"]), Source.LISTS) + lag > self.world.now:
            return refusal(400, -2013, "Order list does not exist.")
        return success({"listOrderStatus": "EXECUTING" if any(map(self.is_open, legs)) else "ALL_DONE"})
