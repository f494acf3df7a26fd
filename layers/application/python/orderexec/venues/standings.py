"""How what an account has is put together from several answers of an exchange: all of it, or the first failure."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from orderexec.domain.outcomes import Failure
from orderexec.domain.standing import Held, OpenOrders, Standing

from .replies import Unreadable, read_items, read_number, read_text

T = TypeVar("T")


def join(parts: Iterable[tuple[OpenOrders | Held, ...] | Failure]) -> Standing | Failure:
    """Return all parts as one standing. A part that failed is the answer: half a list would look like a whole one."""
    found: list[OpenOrders | Held] = []
    for part in parts:
        if isinstance(part, Failure):
            return part
        found += part
    orders = tuple(each for each in found if isinstance(each, OpenOrders))
    return Standing(orders, tuple(each for each in found if isinstance(each, Held)))


def read_symbols(orders: object) -> list[str]:
    """Return the symbol of each order of a list. Raises Unreadable."""
    return [read_entry(lambda entry: read_text(entry["symbol"]), order) for order in read_items(orders)]


def read_entry(read: Callable[[Mapping[str, Any]], T], entry: Mapping[str, Any]) -> T:
    """Return what `read` makes of an entry. Raises Unreadable if it has another form than the documented one."""
    try:
        return read(entry)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the answer about the account lacks or garbles {error}") from None


def add_up(entry: Mapping[str, Any], *names: str) -> Decimal:
    """Return the sum of these amounts of an entry; one that it does not have, or has as "", counts nothing."""
    return sum((read_number(entry[name]) for name in names if entry.get(name)), Decimal(0))
