"""What a futures account of Binance has open, over all symbols: for a person who ends it all.

"Current All Open Orders" and its counterpart of algo orders (weight 40 each without a symbol), "Position Information".
"""

from collections.abc import Mapping
from typing import Any

from orderexec.domain.order_words import PositionSide
from orderexec.domain.outcomes import Failure
from orderexec.domain.standing import Held, Standing, count_open
from orderexec.ports import Credentials
from orderexec.venues.replies import read_items, read_number, read_text
from orderexec.venues.standings import join, read_entry, read_symbols

from .connection import Connection
from .futures_products import FuturesProduct
from .order_services import CONDITIONAL, PLAIN

_ONE_WAY = "BOTH"


def list_futures(connection: Connection, product: FuturesProduct, credentials: Credentials) -> Standing | Failure:
    """Return what the account has. Orders of both services that hold them are counted together."""
    listed: list[str] = []
    for service in (PLAIN, CONDITIONAL):
        answer = connection.ask(product.path(service.open_orders), {}, credentials)
        symbols = connection.parse(*answer, read_symbols, list)
        if isinstance(symbols, Failure):
            return symbols
        listed += symbols
    positions = connection.ask(product.positions, {}, credentials)
    return join([count_open(listed), connection.parse(*positions, _read_positions, list)])


def _read_positions(entries: object) -> tuple[Held, ...]:
    read = (read_entry(_read_position, entry) for entry in read_items(entries))
    return tuple(held for held in read if held.quantity)


def _read_position(entry: Mapping[str, Any]) -> Held:
    side = read_text(entry["positionSide"])
    return Held(
        quantity=read_number(entry["positionAmt"]),
        symbol=read_text(entry["symbol"]),
        position_side=None if side == _ONE_WAY else PositionSide(side),
    )
