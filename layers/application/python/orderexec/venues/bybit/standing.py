"""What a unified account of Bybit has open, over all symbols of one product: for a person who ends it all.

"Get Open & Closed Orders" and "Get Position Info" need a settle coin at linear, where no symbol is named; spot's assets
are those of the wallet, behind whatever they stand.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderexec.domain.order_words import PositionSide
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.domain.standing import Held, OpenOrders, Standing, count_open
from orderexec.ports import Credentials
from orderexec.venues.call import Parameters
from orderexec.venues.replies import read_items, read_number, read_text, read_whole
from orderexec.venues.standings import add_up, join, read_entry

from .connection import CURSOR, Connection
from .listings import Listings, read_cursor
from .products import BALANCE, POSITIONS, BybitProduct
from .rules import read_list

_SETTLE_COINS = ("USDT", "USDC")  # of linear contracts
_SIDES = {0: None, 1: PositionSide.LONG, 2: PositionSide.SHORT}
_SIGNS = {"Buy": Decimal(1), "Sell": Decimal(-1), "": Decimal(0)}
_A_PAGE, _MOST_PAGES = "200", 20


def list_account(connection: Connection, product: BybitProduct, credentials: Credentials) -> Standing | Failure:
    """Return what the account has at the product."""
    listings, places = Listings(connection, credentials, product), _list_places(product)
    parts: list[tuple[OpenOrders | Held, ...] | Failure] = []
    for place in places:
        listed = listings.ask_open(place)
        if isinstance(listed, Failure):
            return listed
        parts.append(count_open(each.report.symbol for each in listed if each.report.open))
    if product.spot:
        answer = connection.ask(BALANCE, {"accountType": "UNIFIED"}, credentials)
        return join([*parts, connection.parse(*answer, _read_wallet)])
    return join([*parts, *(_list_positions(connection, product, credentials, place) for place in places)])


def _list_places(product: BybitProduct) -> tuple[Parameters, ...]:
    if product.category == "linear":
        return tuple({"settleCoin": coin} for coin in _SETTLE_COINS)
    return ({},)


def _list_positions(
    connection: Connection, product: BybitProduct, credentials: Credentials, place: Parameters
) -> tuple[Held, ...] | Failure:
    found: list[Held] = []
    asked = {"category": product.category, "limit": _A_PAGE} | place
    for _ in range(_MOST_PAGES):
        page = connection.parse(*connection.ask(POSITIONS, asked, credentials), _read_positions)
        if isinstance(page, Failure):
            return page
        held, cursor = page
        found += [each for each in held if each.quantity]
        if not cursor:
            return tuple(found)
        asked[CURSOR] = cursor
    return Failure(Meaning.UNKNOWN, None, "the list of positions has no end that can be reached")


def _read_positions(document: Mapping[str, Any]) -> tuple[list[Held], str]:
    held = [read_entry(_read_position, entry) for entry in read_list(document)]
    return held, read_cursor(document)


def _read_position(entry: Mapping[str, Any]) -> Held:
    return Held(
        quantity=read_number(entry["size"]) * _SIGNS[read_text(entry["side"])],
        symbol=read_text(entry["symbol"]),
        position_side=_SIDES[read_whole(entry["positionIdx"])],
    )


def _read_wallet(document: Mapping[str, Any]) -> tuple[Held, ...]:
    coins = [coin for account in read_list(document) for coin in read_items(account.get("coin"))]
    read = (read_entry(_read_coin, coin) for coin in coins)
    return tuple(held for each in read for held in each if held.quantity)


def _read_coin(coin: Mapping[str, Any]) -> tuple[Held, Held]:
    asset, owed = read_text(coin["coin"]), add_up(coin, "spotBorrow")
    has = add_up(coin, "walletBalance") - add_up(coin, "bonus") - owed
    return Held(quantity=max(has, Decimal(0)), asset=asset), Held(quantity=-owed, asset=asset)
