"""What may be asked of an exchange for a signal: an order, a list of them, a cancellation, a replacement, an amendment.

Every request names the order by which its effect is found: `client_order_id`. A request is fixed in the ledger before
it is first sent.
"""

from dataclasses import dataclass
from decimal import Decimal

from .decimals import format_plain
from .order_words import ListKind, MarginMode, Side
from .orders import Order, OrderReport
from .protected import Protected, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderList:
    """Orders that the exchange accepts all or none of, and links. OPO(CO) exits sell what the entry bought.

    `kind` is OCO (`above`, `below`), OTO or OPO (`working`, `pending`), OTOCO or OPOCO (`working`, `above`, `below`).
    """

    kind: ListKind
    list_client_order_id: str
    working: Order | None = None
    pending: Order | None = None
    above: Order | None = None
    below: Order | None = None

    @property
    def legs(self) -> tuple[Order, ...]:
        """Its orders, the entry first."""
        return tuple(leg for leg in (self.working, self.pending, self.above, self.below) if leg is not None)

    @property
    def symbol(self) -> str:
        """The symbol of all its orders."""
        return self.legs[0].symbol

    @property
    def client_order_id(self) -> str:
        """That of its first order: lists themselves can only be looked up in a database that lags."""
        return self.legs[0].client_order_id

    @property
    def dry_run(self) -> bool:
        """False: the exchange offers no dry run for lists."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """End one order, or the whole list that it belongs to. `cancel_id` names the cancellation itself.

    `conditional`: the order is one of a service of its own that waits for a price. `protection` are the client order
    ids of the exits that guard the order, to be ended after it unless it has traded: what it opened stays protected.
    """

    symbol: str
    client_order_id: str
    cancel_id: str
    list_client_order_id: str | None = None
    conditional: bool = False
    protection: tuple[str, ...] = ()
    margin_mode: MarginMode | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAll:
    """End all of the symbol's orders. A repeat spares those that came after `until` (exchange's clock, epoch ms)."""

    symbol: str
    client_order_id: str
    until: int
    repeated: bool = False
    margin_mode: MarginMode | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """End the order `replaced` and place `order` in one step; nothing is placed if the old one cannot be ended."""

    order: Order
    replaced: str

    @property
    def symbol(self) -> str:
        """The symbol of both orders."""
        return self.order.symbol

    @property
    def client_order_id(self) -> str:
        """That of the new order."""
        return self.order.client_order_id

    @property
    def dry_run(self) -> bool:
        """False: the exchange offers no dry run for replacements."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Give an open order another `quantity`, filled part included, and where `price` is named another limit price.

    Without a price it is reduced and keeps its place in the book. With one it is the order `side` that is changed, as a
    whole, and it loses its place.
    """

    symbol: str
    client_order_id: str
    quantity: Decimal
    price: Decimal | None = None
    side: Side | None = None
    dry_run: bool = False


# What a venue is asked: one request of its exchange.
Request = Order | OrderList | Cancel | CancelAll | Replace | Amend
# What a signal becomes: one request, or several that are sent one by one.
Plan = Request | Protected
# Those of which orders come.
Placement = Order | OrderList | Replace
PlacingPlan = Placement | Protected


def get_request(plan: Plan) -> Request:
    """Return what is sent now, and looked for: of several orders that of the present step, or the end of the stop."""
    if not isinstance(plan, Protected):
        return plan
    if plan.step is not Step.UNDO:
        return plan.order
    stop = plan.stop_loss
    return Cancel(
        symbol=stop.symbol, client_order_id=stop.client_order_id, cancel_id=stop.client_order_id, conditional=True
    )


def get_first_order(placement: PlacingPlan) -> Order:
    """Return the order that a placement is about: the entry, if it has one."""
    match placement:
        case OrderList():
            return placement.legs[0]
        case Replace():
            return placement.order
        case Protected():
            return placement.entry
        case _:
            return placement


def may_place(request: Plan) -> bool:
    """Return whether an order can come of the request; of the others a repeat does no harm."""
    return isinstance(get_request(request), Placement) and not request.dry_run


def count_orders(request: Plan) -> int:
    """Return how many orders the exchange counts for the request: each leg of a list is one."""
    return len(request.legs) if isinstance(request, OrderList) else 1


def describe_request(request: Plan) -> str:
    """Return the request in the words of a signal, for people."""
    match request:
        case OrderList():
            return f"{request.kind} of " + " and ".join(map(_describe_order, request.legs))
        case Protected():
            return " and ".join(map(_describe_order, request.legs))
        case Cancel() | CancelAll():
            return f"cancel {request.symbol}"
        case Amend():
            price = "" if request.price is None else f" price {format_plain(request.price)}"
            return f"amend {request.symbol} quantity {format_plain(request.quantity)}{price}"
        case _:
            return _describe_order(get_first_order(request))


def _describe_order(order: Order) -> str:
    amounts = {
        "quantity": order.quantity,
        "quote_quantity": order.quote_quantity,
        "contracts": order.contracts,
        "price": order.price,
        "stop_price": order.stop_price,
        "iceberg_quantity": order.iceberg_quantity,
    }
    words = [f"{name} {format_plain(amount)}" for name, amount in amounts.items() if amount is not None]
    words += [f"trailing_delta {order.trailing_delta}"] if order.trailing_delta is not None else []
    words += [f"position_side {order.position_side}"] if order.position_side is not None else []
    words += [name for name in ("reduce_only", "close_position") if getattr(order, name)]
    exits = {"take_profit": order.take_profit, "stop_loss": order.stop_loss}
    words += [f"with {name} ({_describe_order(leg)})" for name, leg in exits.items() if leg is not None]
    return " ".join([order.side, order.symbol, order.type, *words])


def find_mismatch(request: Plan, report: OrderReport, not_before: int, *, any_size: bool = False) -> str | None:
    """Return what tells that `report` is of some other order than `request` is about, or None.

    An order that the request places must have been created at `not_before` (epoch ms) or later. `any_size`: it may be
    of an earlier request of the same signal, which was sized by other facts (the balance, the last price).
    """
    sent = get_request(request)
    if report.client_order_id != sent.client_order_id:
        return f"client order id {report.client_order_id}, sent {sent.client_order_id}"
    if not isinstance(sent, Placement):
        return None if report.symbol == sent.symbol else f"symbol {report.symbol}, sent {sent.symbol}"
    return _find_other_order(get_first_order(sent), report, not_before, any_size)


def _find_other_order(order: Order, report: OrderReport, not_before: int, any_size: bool) -> str | None:
    if (report.symbol, report.side) != (order.symbol, order.side):
        return f"{report.side} {report.symbol}, sent {order.side} {order.symbol}"
    if order.size is not None and not any_size and not _may_be_of_size(order, report.quantity):
        return f"quantity {report.quantity}, sent {order.size}"
    if order.size is None and report.quote_quantity not in (None, order.quote_quantity) and not any_size:
        return f"quote quantity {report.quote_quantity}, sent {order.quote_quantity}"
    if report.created_at < not_before:
        return f"created at {report.created_at}, before the first request at {not_before}"
    return None


def _may_be_of_size(order: Order, quantity: Decimal | None) -> bool:
    """Whether a report of `quantity` may be of the order.

    What only reduces may have been cut to what was open: to less, or, where nothing was, to no quantity at all.
    """
    if order.only_reduces and (quantity is None or (order.size is not None and quantity < order.size)):
        return True
    return quantity is not None and quantity == order.size
