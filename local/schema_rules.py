"""Which fields of a signal go together at one venue, in the words of a JSON Schema, from the table of its product."""

from collections.abc import Iterator

from local.schema_conditions import both, has, is_set, names, needs_one, only, refuse, when
from local.schema_values import ACTIONS, FIELDS, Rule, match_symbol, match_words
from orderexec.domain.order_types import LIMIT, MAKER, MARKET, TRAILING, OrderType
from orderexec.domain.order_words import PositionSide, Side, TimeInForce, WorkingType
from orderexec.domain.product import AMEND, CANCEL, CLOSE, OF_AN_EXIT, PLACE, REPLACE, ExitStyle, Product
from orderexec.domain.signal_rules import SIZES

_EXIT_NAMES = ("take_profit", "stop_loss")
_PASSING = (TimeInForce.IOC, TimeInForce.FOK)
_OF_WHAT_REDUCES = ("reduce_only", "quantity_percent", "close_position", "dry_run")
_HAS_EXIT: Rule = {"anyOf": [{"required": [name]} for name in _EXIT_NAMES]}


def make_venue_rule(product: Product) -> Rule:
    """Return what holds of every signal for the product."""
    foreign = refuse(FIELDS.keys() - product.list_fields())
    narrowed: Rule = {
        "action": {"pattern": match_words(action for action in ACTIONS if action in product.actions)},
        "symbol": {"pattern": match_symbol(product.symbol_marks)},
        "type": {"pattern": match_words(product.fields)},
        "time_in_force": {"pattern": match_words(product.times_in_force)},
        "margin_mode": {"pattern": match_words(product.margin_modes)},
        **dict.fromkeys(_EXIT_NAMES, _narrow_exit(product)),
    }
    makers = {PLACE: _place, CANCEL: _cancel, REPLACE: _replace, AMEND: _amend, CLOSE: _close}
    actions = [
        when(names("action", action), makers[action](product)) for action in ACTIONS if action in product.actions
    ]
    # Where none is named, something is placed.
    actions[0]["if"].pop("required")
    return {"properties": narrowed | foreign, "allOf": actions}


def _narrow_exit(product: Product) -> Rule:
    narrowed: Rule = {"time_in_force": {"pattern": match_words(product.times_in_force)}}
    narrowed |= {} if product.derivative else {"working_type": False}
    narrowed |= dict.fromkeys(sorted(OF_AN_EXIT - product.of_an_exit), False)
    if not product.has_type(TRAILING):
        return {"properties": narrowed}
    # A trailing stop trades at the market here.
    return {"properties": narrowed, "dependentSchemas": {"trailing_delta": {"properties": {"price": False}}}}


def _place(product: Product) -> Rule:
    combinations = [
        *_combine_terms(product),
        *_combine_exits(product),
    ]
    return {
        "required": ["side"],
        "properties": refuse({"target", "all_orders", "cancel_orders"}),
        "allOf": [*_describe_types(product), *combinations],
    }


def _replace(product: Product) -> Rule:
    single = [each for each in product.fields if not each.kind.pair]
    refused = refuse(product.not_in_a_replacement | {"all_orders", "cancel_orders"})
    return {
        "required": ["side", "target"],
        "properties": {"type": {"pattern": match_words(single)}} | refused,
        "allOf": [*_describe_types(product), *_combine_terms(product)],
    }


def _cancel(product: Product) -> Rule:
    of_all = {"margin_mode"} if "side_effect" in product.of_every_order else set[str]()
    one: Rule = {"required": ["target"], "properties": refuse(of_all)}
    return {
        "properties": refuse(product.list_fields() - product.of_every_signal - {"target", "all_orders"} - of_all),
        "oneOf": [one if of_all else {"required": ["target"]}, is_set("all_orders")],
    }


def _amend(product: Product) -> Rule:
    sizes = [name for name in SIZES if name in product.of_an_amendment]
    others = sorted(product.of_an_amendment - set(sizes))
    return {
        "required": ["target", *others],
        "properties": refuse(product.list_fields() - product.of_every_signal - {"target"} - product.of_an_amendment),
        "oneOf": [{"required": [name]} for name in sizes],
    }


def _close(product: Product) -> Rule:
    return {"properties": refuse(product.list_fields() - product.of_every_signal - product.of_a_close)}


def _describe_types(product: Product) -> Iterator[Rule]:
    for order_type in product.fields:
        named = names("type", order_type)
        if order_type.kind == MARKET:  # which it is where none is named
            named.pop("required")
        yield when(named, _describe_type(order_type, product))


def _describe_type(order_type: OrderType, product: Product) -> Rule:
    kind, own = order_type.kind, product.fields[order_type]
    allowed = product.of_every_signal | product.of_every_order | own | {"target", "all_orders", "cancel_orders"}
    needs: list[Rule] = [{"oneOf": [has(name) for name in SIZES if name in allowed]}]
    if kind.has_limit:
        needs.append(needs_one(*(name for name in ("price", "peg_price_type") if name in own)))
    if kind.triggered and product.derivative:
        needs.append(needs_one("trailing_delta" if kind == TRAILING else "stop_price"))
    elif kind.triggered:
        needs.append(needs_one(*(name for name in ("stop_price", "trailing_delta") if name in own)))
    if kind.pair:
        needs.append({"required": list(_EXIT_NAMES)})
    return {"properties": refuse(product.list_fields() - allowed), "allOf": needs}


def _combine_terms(product: Product) -> Iterator[Rule]:
    """Yield what holds of one order, or of the entry of a list."""
    resting = [each for each in product.times_in_force if each not in _PASSING]
    yield when(has("cancel_after_seconds"), both(only("time_in_force", *resting), {"properties": refuse({"dry_run"})}))
    if product.derivative:
        yield from _combine_position()
        return
    market, maker = product.find_type(MARKET), product.find_type(MAKER)
    priced = when({"not": {"anyOf": [names("type", market), {"not": {"required": ["type"]}}]}}, needs_one("price"))
    by_balance: Rule = {"anyOf": [has("quantity_percent"), has("reduce_to_position")]}
    yield when(by_balance, only("side", Side.SELL))
    yield when(has("quote_percent"), only("side", Side.BUY) | priced)
    yield when(has("reduce_to_position"), needs_one("quantity"))
    yield when(has("iceberg_quantity"), only("time_in_force", TimeInForce.GTC))
    if "peg_price_type" in product.list_fields():
        offset: Rule = {"anyOf": [has("peg_offset_type"), has("peg_offset_value")]}
        yield when(offset, {"required": ["peg_price_type", "peg_offset_value"]})
        yield when(both(names("type", maker), has("peg_price_type")), only("peg_price_type", "PRIMARY_PEG"))
        pegged = both(names("type", product.find_type(LIMIT)), names("peg_price_type", "PRIMARY_PEG"))
        yield when(pegged, only("time_in_force", TimeInForce.GTC))


def _combine_position() -> Iterator[Rule]:
    """Yield what tells whether an order opens a position or reduces it."""
    yield when(has("reduce_only"), {"properties": refuse({"position_side"})})
    sized: Rule = {"anyOf": [has("quantity_percent"), has("close_position")]}
    for position in PositionSide:
        of_this = names("position_side", position)
        yield when(both(of_this, sized), only("side", position.opened_by.opposite))
        yield when(both(of_this, _HAS_EXIT), only("side", position.opened_by))


def _combine_exits(product: Product) -> Iterator[Rule]:
    """Yield what goes with the exits of an entry, by how they come to be."""
    match product.exit_style:
        case ExitStyle.LISTED:
            yield from _combine_lists(product)
        case ExitStyle.STEPPED:
            yield from _combine_protected()
        case ExitStyle.ATTACHED if product.derivative:
            yield when(_HAS_EXIT, {"properties": refuse(_OF_WHAT_REDUCES)})


def _combine_lists(product: Product) -> Iterator[Rule]:
    """Yield what goes with exits that the exchange links to their entry, and with smart order routing."""
    pairs = [each for each in product.fields if each.kind.pair]
    entry = both(_HAS_EXIT, *({"not": names("type", each)} for each in pairs))
    alone = {"properties": refuse({"dry_run", "smart_order_routing"})}
    yield when(entry, both(needs_one("price"), alone, only("time_in_force", TimeInForce.GTC, TimeInForce.FOK)))
    if "exit_quantity" in product.list_fields():
        yield when(has("exit_quantity"), _HAS_EXIT)
        yield when(names("exit_quantity", "filled"), only("side", Side.BUY))
    if "smart_order_routing" in product.list_fields():
        pegs = {name for name in FIELDS if name.startswith("peg_")}
        yield when(has("smart_order_routing"), {"properties": refuse(pegs | {"quote_quantity"})})
        market = {"properties": {"type": {"pattern": match_words([product.find_type(MARKET)])}}}
        yield when(both(has("smart_order_routing"), market), {"properties": refuse({"quote_percent"})})


def _combine_protected() -> Iterator[Rule]:
    """Yield what goes with exits that are sent beside their entry."""
    yield when(_HAS_EXIT, {"required": ["stop_loss"], "properties": refuse(_OF_WHAT_REDUCES)})
    once = {"dependentSchemas": {"trailing_delta": {"properties": {"stop_price": False}}}}
    yield {"properties": {"stop_loss": once}}
    rests = {"anyOf": [{"not": {"required": ["time_in_force"]}}, {"not": names("time_in_force", *_PASSING)}]}
    priced: Rule = {"required": ["type"], "not": names("type", "MARKET")}
    plain: Rule = {"trailing_delta": False, "working_type": {"pattern": match_words([WorkingType.LAST])}}
    harmless = {"properties": {"take_profit": False, "stop_loss": {"properties": plain}}}
    yield when(both(_HAS_EXIT, priced, rests), harmless)
