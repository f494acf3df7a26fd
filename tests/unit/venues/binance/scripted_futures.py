"""Binance's futures over scripted replies, as scripted_venue.py has Spot."""

from orderexec.venues.binance.futures import BinanceFutures, assemble_futures
from orderexec.venues.binance.futures_products import COINM, USDM
from orderexec.venues.http import NoReply, Reply
from tests.doubles.metered import surroundings
from tests.doubles.virtual_time import VirtualTime
from tests.unit.venues.binance.scripted_venue import ScriptedTransport

PRODUCTS = {product.name: product for product in (USDM, COINM)}


def futures(name: str, *replies: Reply | NoReply) -> tuple[BinanceFutures, ScriptedTransport]:
    """Return the venue, and what it is spoken to through."""
    time = VirtualTime()
    transport = ScriptedTransport(time, *replies)
    return assemble_futures(PRODUCTS[name], transport, "https://scripted", surroundings(time.clock())), transport
