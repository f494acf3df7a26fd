"""Which fields of a signal go together at one venue, in the words of a JSON Schema, from the table of its product."""

from collections.abc import Iterable, Iterator

from local.schema_values import ACTIONS, FIELDS, SWITCHES, Rule, match_symbol, match_words
from orderexec.domain.order_types import LIMIT, MAKER, MARKET, TRAILING, OrderType
from orderexec.domain.order_words import PositionSide, Side, TimeInForce, WorkingType
from orderexec.domain.product import AMEND, CANCEL, EXITS, OF_EVERY_SIGNAL, PLACE, REPLACE, Product
from orderexec.domain.signal_rules import SIZES

_EXIT_NAMES = ("take_profit", "stop_loss")
_PASSING = (TimeInForce.IOC, TimeInForce.FOK)


def make_venue_rule(product: Product) -> Rule:
    """Return what holds of every signal for the product."""
    foreign = _refuse(FIELDS.keys() - product.list_fields())
    narrowed: Rule = {
        "action": {"pattern": match_words(action for action in ACTIONS if action in product.actions)},
        "symbol": {"pattern": match_symbol(product.symbol_marks)},
        "type": {"pattern": match_words(product.fields)},
        "time_in_force": {"pattern": match_words(product.times_in_force)},
        **dict.fromkeys(_EXIT_NAMES, _narrow_exit(product)),
    }
    makers = {PLACE: _place, CANCEL: _cancel, REPLACE: _replace, AMEND: _amend}
    actions = [
        _if(_names("action", action), makers[action](product)) for action in ACTIONS if action in product.actions
    ]
    # Where none is named, something is placed.
    actions[0]["if"].pop("required")
    return {"properties": narrowed | foreign, "allOf": actions}


def _narrow_exit(product: Product) -> Rule:
    narrowed: Rule = {"time_in_force": {"pattern": match_words(product.times_in_force)}}
    if not product.derivative:
        return {"properties": narrowed | {"working_type": False}}
    # A trailing stop trades at the market here.
    return {"properties": narrowed, "dependentSchemas": {"trailing_delta": {"properties": {"price": False}}}}


def _place(product: Product) -> Rule:
    combinations = [
        *_combine_terms(product),
        *(_combine_protected() if product.derivative else _combine_lists(product)),
    ]
    return {
        "required": ["side"],
        "properties": _refuse({"target", "all_orders"}),
        "allOf": [*_describe_types(product), *combinations],
    }


def _replace(product: Product) -> Rule:
    single = [each for each in product.fields if not each.kind.pair]
    refused = _refuse(product.not_in_a_replacement | {"all_orders"})
    return {
        "required": ["side", "target"],
        "properties": {"type": {"pattern": match_words(single)}} | refused,
        "allOf": [*_describe_types(product), *_combine_terms(product)],
    }


def _cancel(product: Product) -> Rule:
    of_all = {"margin_mode"} if "side_effect" in product.of_every_order else set[str]()
    one: Rule = {"required": ["target"], "properties": _refuse(of_all)}
    return {
        "properties": _refuse(product.list_fields() - OF_EVERY_SIGNAL - {"target", "all_orders"} - of_all),
        "oneOf": [one if of_all else {"required": ["target"]}, _is_set("all_orders")],
    }


def _amend(product: Product) -> Rule:
    sizes = [name for name in SIZES if name in product.of_an_amendment]
    others = sorted(product.of_an_amendment - set(sizes))
    return {
        "required": ["target", *others],
        "properties": _refuse(product.list_fields() - OF_EVERY_SIGNAL - {"target"} - product.of_an_amendment),
        "oneOf": [{"required": [name]} for name in sizes],
    }


def _describe_types(product: Product) -> Iterator[Rule]:
    for order_type in product.fields:
        named = _names("type", order_type)
        if order_type.kind == MARKET:  # which it is where none is named
            named.pop("required")
        yield _if(named, _describe_type(order_type, product))


def _describe_type(order_type: OrderType, product: Product) -> Rule:
    kind, own = order_type.kind, product.fields[order_type]
    allowed = OF_EVERY_SIGNAL | product.of_every_order | own | {"target", "all_orders"}
    needs: list[Rule] = [{"oneOf": [_has(name) for name in SIZES if name in allowed]}]
    if kind.has_limit:
        needs.append(_needs_one(*(name for name in ("price", "peg_price_type") if name in own)))
    if kind.triggered and product.derivative:
        needs.append(_needs_one("trailing_delta" if kind == TRAILING else "stop_price"))
    elif kind.triggered:
        needs.append(_needs_one("stop_price", "trailing_delta"))
    if kind.pair:
        needs.append({"required": list(_EXIT_NAMES)})
    return {"properties": _refuse(product.list_fields() - allowed), "allOf": needs}


def _combine_terms(product: Product) -> Iterator[Rule]:
    """Yield what holds of one order, or of the entry of a list."""
    if product.derivative:
        yield from _combine_position()
        return
    market, maker = product.find_type(MARKET), product.find_type(MAKER)
    priced = _if({"not": {"anyOf": [_names("type", market), {"not": {"required": ["type"]}}]}}, _needs_one("price"))
    by_balance: Rule = {"anyOf": [_has("quantity_percent"), _has("reduce_to_position")]}
    yield _if(by_balance, _only("side", Side.SELL))
    yield _if(_has("quote_percent"), _only("side", Side.BUY) | priced)
    yield _if(_has("reduce_to_position"), _needs_one("quantity"))
    yield _if(_has("iceberg_quantity"), _only("time_in_force", TimeInForce.GTC))
    if "peg_price_type" in product.list_fields():
        offset: Rule = {"anyOf": [_has("peg_offset_type"), _has("peg_offset_value")]}
        yield _if(offset, {"required": ["peg_price_type", "peg_offset_value"]})
        yield _if(_both(_names("type", maker), _has("peg_price_type")), _only("peg_price_type", "PRIMARY_PEG"))
        pegged = _both(_names("type", product.find_type(LIMIT)), _names("peg_price_type", "PRIMARY_PEG"))
        yield _if(pegged, _only("time_in_force", TimeInForce.GTC))


def _combine_position() -> Iterator[Rule]:
    """Yield what tells whether an order opens a position or reduces it."""
    yield _if(_has("reduce_only"), {"properties": _refuse({"position_side"})})
    sized: Rule = {"anyOf": [_has("quantity_percent"), _has("close_position")]}
    for position in PositionSide:
        of_this = _names("position_side", position)
        yield _if(_both(of_this, sized), _only("side", position.opened_by.opposite))
        yield _if(_both(of_this, _HAS_EXIT), _only("side", position.opened_by))


def _combine_lists(product: Product) -> Iterator[Rule]:
    """Yield what goes with exits that the exchange links to their entry, and with smart order routing."""
    pairs = [each for each in product.fields if each.kind.pair]
    entry = _both(_HAS_EXIT, *({"not": _names("type", each)} for each in pairs))
    alone = {"properties": _refuse({"dry_run", "smart_order_routing"})}
    yield _if(entry, _merge(_needs_one("price"), alone, _only("time_in_force", TimeInForce.GTC, TimeInForce.FOK)))
    if "exit_quantity" in product.list_fields():
        yield _if(_has("exit_quantity"), _HAS_EXIT)
        yield _if(_names("exit_quantity", "filled"), _only("side", Side.BUY))
    if "smart_order_routing" in product.list_fields():
        pegs = {name for name in FIELDS if name.startswith("peg_")}
        yield _if(_has("smart_order_routing"), {"properties": _refuse(pegs | {"quote_quantity"})})
        market = {"properties": {"type": {"pattern": match_words([product.find_type(MARKET)])}}}
        yield _if(_both(_has("smart_order_routing"), market), {"properties": _refuse({"quote_percent"})})


def _combine_protected() -> Iterator[Rule]:
    """Yield what goes with exits that are sent beside their entry."""
    others = _refuse({"reduce_only", "quantity_percent", "close_position", "dry_run"})
    yield _if(_HAS_EXIT, {"required": ["stop_loss"], "properties": others})
    once = {"dependentSchemas": {"trailing_delta": {"properties": {"stop_price": False}}}}
    yield {"properties": {"stop_loss": once}}
    rests = {"anyOf": [{"not": {"required": ["time_in_force"]}}, {"not": _names("time_in_force", *_PASSING)}]}
    priced: Rule = {"required": ["type"], "not": _names("type", "MARKET")}
    plain: Rule = {"trailing_delta": False, "working_type": {"pattern": match_words([WorkingType.LAST])}}
    harmless = {"properties": {"take_profit": False, "stop_loss": {"properties": plain}}}
    yield _if(_both(_HAS_EXIT, priced, rests), harmless)


def _if(condition: Rule, then: Rule) -> Rule:
    return {"if": condition, "then": then}


def _both(*conditions: Rule) -> Rule:
    return {"allOf": list(conditions)}


def _merge(*rules: Rule) -> Rule:
    merged: Rule = {}
    for rule in rules:
        merged |= rule | {"properties": merged.get("properties", {}) | rule.get("properties", {})}
    return merged


def _names(field: str, *words: str) -> Rule:
    return _only(field, *words) | {"required": [field]}


def _only(field: str, *words: str) -> Rule:
    return {"properties": {field: {"pattern": match_words(words)}}}


def _has(name: str) -> Rule:
    return _is_set(name) if name in SWITCHES else {"required": [name]}


def _is_set(name: str) -> Rule:
    return {"properties": {name: {"const": True}}, "required": [name]}


def _needs_one(*names: str) -> Rule:
    return {"required": list(names)} if len(names) == 1 else {"anyOf": [{"required": [name]} for name in names]}


def _refuse(names: Iterable[str]) -> Rule:
    """Return that none of the fields is there; of a switch, that it is false, which is the same."""
    wanted = set(names)
    return {name: {"const": False} if name in SWITCHES else False for name in FIELDS if name in wanted}


_HAS_EXIT: Rule = {"anyOf": [{"required": [name]} for name in _EXIT_NAMES if name in EXITS]}
