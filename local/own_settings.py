"""`make deploy ENV=demo`: gives the SAM CLI the settings of `.deploy/demo.toml`, a file of yours that git ignores."""

import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import yaml
from botocore.exceptions import BotoCoreError

from local.run import ROOT

OWN = ROOT / ".deploy"
SECTIONS = ROOT / "samconfig.toml"
KEYS = ("region", "profile", "parameters")
# Where Binance answers every request with 451, whatever the key.
REFUSED_REGIONS = "us-"


class SettingsError(Exception):
    """The file cannot be used; the text names every problem in it."""


class Settings(NamedTuple):
    """What a file of your own says. An empty text: the SAM CLI looks where it always looks."""

    region: str
    profile: str
    parameters: Mapping[str, str]


class _Names(yaml.SafeLoader):
    """Reads a template for its names; the short forms (`!Ref`) are passed over."""


_Names.add_multi_constructor("!", lambda *_: None)


def read_settings(file: Path, parameters: Mapping[str, Any]) -> Settings:
    """Return what the file sets, nothing if there is none; raise if it names what `parameters` do not have."""
    if not file.exists():
        return Settings("", "", {})
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file.name} is not TOML: {error}") from error
    if problems := _find_problems(written, parameters):
        raise SettingsError(f"{file.name}: " + "; ".join(problems))
    values = {name: _write_value(value) for name, value in written.get("parameters", {}).items()}
    return Settings(written.get("region", ""), written.get("profile", ""), values)


def list_options(settings: Settings, overrides: Sequence[str]) -> list[str]:
    """Return the options of `sam deploy` that put the settings above `overrides`, those of samconfig.toml."""
    options = [f"--{name}={value}" for name, value in settings._asdict().items() if value and name != "parameters"]
    if not settings.parameters:
        return options
    # The SAM CLI takes either the options' parameters or the file's, never both.
    merged = dict(each.split("=", 1) for each in overrides) | dict(settings.parameters)
    return [*options, "--parameter-overrides", *(f"{name}={_quote(value)}" for name, value in merged.items())]


def read_section(place: str) -> Mapping[str, Any]:
    """Return the parameters of `sam deploy` that samconfig.toml has for the place."""
    section: Mapping[str, Any] = tomllib.loads(SECTIONS.read_text(encoding="utf-8"))[place]["deploy"]["parameters"]
    return section


def read_parameters(section: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of the template that the section deploys, by name."""
    template = ROOT / Path(section["template_file"]).name
    parameters: Mapping[str, Any] = yaml.load(template.read_text(encoding="utf-8"), _Names).get("Parameters", {})  # noqa: S506 - a SafeLoader
    return parameters


def run(command: Sequence[str], options: Sequence[str]) -> int:
    """Run the SAM CLI to its end and return its exit code. The empty folders that it leaves behind are removed."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the SAM CLI, which stops in its own way
    try:
        with tempfile.TemporaryDirectory(prefix="orderexec-sam-") as scratch:
            return subprocess.run([*command, *options], env=os.environ | {"TMPDIR": scratch}, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def main(arguments: Sequence[str], folder: Path = OWN) -> int:
    """Take a place and a command: run the command with the place's settings. Without a command, tell them."""
    place, *command = arguments
    section, file = read_section(place), folder / f"{place}.toml"
    try:
        settings = read_settings(file, read_parameters(section))
    except SettingsError as error:
        print(f".deploy/{error}", file=sys.stderr)
        return 2
    if command:
        return run(command, list_options(settings, section.get("parameter_overrides", [])))
    for line in _describe(place, section, settings):
        print(line)
    return 0


def _describe(place: str, section: Mapping[str, Any], settings: Settings) -> list[str]:
    region = _find_region(settings)
    lines = [f"Stack {section['stack_name']} in region {region or '(none is set)'}."]
    named = [name for name in ("region", "profile") if getattr(settings, name)] + list(settings.parameters)
    lines.append(f"Of your own, from .deploy/{place}.toml: {', '.join(named) or 'nothing'}.")
    if region.startswith(REFUSED_REGIONS):
        lines.append(f"! {region} is in the United States: Binance answers every request from there with 451.")
    return lines


def _find_region(settings: Settings) -> str:
    """Return the region that the SAM CLI will use: as every program on boto3, it does not look at AWS_REGION."""
    try:
        return settings.region or boto3.Session(profile_name=settings.profile or None).region_name or ""
    except BotoCoreError:
        return ""  # the SAM CLI says what is wrong with the profile


def _find_problems(written: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    problems = [f"{name!r} is none of {', '.join(KEYS)}" for name in written if name not in KEYS]
    problems += [f"{name} is not a text" for name in KEYS[:2] if not isinstance(written.get(name, ""), str)]
    parameters = written.get("parameters", {})
    if not isinstance(parameters, dict):
        return [*problems, "parameters is not a table: write [parameters] above them"]
    problems += [f"the template has no parameter {name!r}" for name in parameters if name not in known]
    return problems + [f"{name} is not a text, a number, true, false or a list" for name in _list_strange(parameters)]


def _list_strange(parameters: Mapping[str, Any]) -> list[str]:
    return [name for name, value in parameters.items() if not isinstance(value, str | int | list)]


def _write_value(value: str | int | list[Any]) -> str:
    """Return a value as CloudFormation takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _quote(value: str) -> str:
    """Return a value as the SAM CLI takes it from its options."""
    return '"' + value.replace('"', '\\"') + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
