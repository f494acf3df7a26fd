"""The templates as data, and what of it a given queue type deploys."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
NO_VALUE = {"Ref": "AWS::NoValue"}
Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as `{name: argument}`: `!Ref A` is `{"Ref": "A"}`."""


def _short_form(loader: Any, name: str, node: Any) -> dict[str, Any]:
    kinds = {
        yaml.ScalarNode: loader.construct_scalar,
        yaml.SequenceNode: lambda each: loader.construct_sequence(each, deep=True),
    }
    return {name: kinds[type(node)](node)}


_Loader.add_multi_constructor("!", _short_form)


def load(file: str = "template.yaml") -> Template:
    """The file as it stands."""
    loaded: Template = yaml.load((ROOT / file).read_text(), _Loader)  # noqa: S506 - a SafeLoader
    return loaded


def decided(value: Any, conditions: dict[str, bool]) -> Any:
    """`value` with every `!If` on one of `conditions` decided."""
    if isinstance(value, list):
        return [decided(each, conditions) for each in value]
    if not isinstance(value, dict):
        return value
    if "If" in value and value["If"][0] in conditions:
        name, if_true, if_false = value["If"]
        return decided(if_true if conditions[name] else if_false, conditions)
    found = {name: decided(each, conditions) for name, each in value.items()}
    return {name: each for name, each in found.items() if each != NO_VALUE}
