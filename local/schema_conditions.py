"""The few conditions that a JSON Schema of signals is made of, each as a function that returns it."""

from collections.abc import Iterable

from local.schema_values import FIELDS, SWITCHES, Rule, match_words


def when(condition: Rule, then: Rule) -> Rule:
    """Return that whatever meets the condition must meet `then`."""
    return {"if": condition, "then": then}


def both(*conditions: Rule) -> Rule:
    """Return that all the conditions are met."""
    return {"allOf": list(conditions)}


def names(field: str, *words: str) -> Rule:
    """Return that the field is there, with one of these words in any case."""
    return only(field, *words) | {"required": [field]}


def only(field: str, *words: str) -> Rule:
    """Return that the field, if it is there, has one of these words."""
    return {"properties": {field: {"pattern": match_words(words)}}}


def has(name: str) -> Rule:
    """Return that the field is there; of a switch, that it is on."""
    return is_set(name) if name in SWITCHES else {"required": [name]}


def is_set(name: str) -> Rule:
    """Return that a switch is on."""
    return {"properties": {name: {"const": True}}, "required": [name]}


def needs_one(*names: str) -> Rule:
    """Return that at least one of the fields is there."""
    return {"required": list(names)} if len(names) == 1 else {"anyOf": [{"required": [name]} for name in names]}


def refuse(names: Iterable[str]) -> Rule:
    """Return that none of the fields is there; of a switch, that it is false, which is the same."""
    wanted = set(names)
    return {name: {"const": False} if name in SWITCHES else False for name in FIELDS if name in wanted}
