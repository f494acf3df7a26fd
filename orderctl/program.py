"""Which commands the tool has, and what its help says about the tool itself."""

import inspect
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from orderctl.command import Command, build_command
from orderctl.commands import accounts, gates, limits, positions
from orderctl.commands.cancel import cancel
from orderctl.commands.close import close
from orderctl.commands.dead import dead
from orderctl.commands.doctor import doctor
from orderctl.commands.drop import drop
from orderctl.commands.explain import explain
from orderctl.commands.flatten import flatten
from orderctl.commands.halts import halt, resume
from orderctl.commands.list_signals import list_signals
from orderctl.commands.publish import publish
from orderctl.commands.redrive import discard, redrive
from orderctl.commands.show import show
from orderctl.commands.watch import watch
from orderctl.usage import ToldGroup

_HELP = """Publish signals, see what became of them, and repair what went wrong.

Which stack: with --local the one that `make up` started; else the one at AWS_ENDPOINT_URL if that is set; else the
stack `orderexec` of the AWS account (AWS_PROFILE, AWS_REGION). Each command first names the stack that it works on.

Exit codes: 0 done. 1 the answer is no (unknown, invalid, unhealthy, declined). 2 wrong usage. 3 the stack, a
permission, a secret or credentials are missing. 4 AWS or the exchange cannot be reached.
"""
app = typer.Typer(
    cls=ToldGroup,
    help=_HELP,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_COMMANDS: dict[str, Command] = {
    "publish": publish,
    "show": show,
    "explain": explain,
    "list": list_signals,
    "watch": watch,
    "dead": dead,
    "redrive": redrive,
    "discard": discard,
    "close": close,
    "cancel": cancel,
    "flatten": flatten,
    "halt": halt,
    "resume": resume,
    "drop": drop,
    "doctor": doctor,
}
_GROUPS: dict[str, tuple[str, dict[str, Command]]] = {
    "limits": (
        "Show, check and set the risk limits of an account.",
        {"show": limits.show, "set": limits.set_limits, "check": limits.check},
    ),
    "accounts": (
        "Store, replace, check keys of accounts; set leverage and modes.",
        {
            "add": accounts.add,
            "rotate": accounts.rotate,
            "check": accounts.check,
            "leverage": positions.leverage,
            "position-mode": positions.position_mode,
        },
    ),
    "gates": (
        "Show which gates are closed, until when, and why. A closed gate holds back requests to the exchange.",
        {"open": gates.open_gate},
    ),
}

# A code of an exchange may begin with a minus sign, and is no option.
_SETTINGS = {"explain": {"ignore_unknown_options": True}}

# Groups that also do something when no subcommand is given.
_ALONE: dict[str, Command] = {"gates": gates.list_gates}


def _read_first_sentence(function: Command) -> str:
    """Return what the list of commands says of the command, where typer would cut a text that is longer than a line."""
    first = inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0]
    return re.split(r"(?<=[.]) ", first.replace("\n", " "))[0]


def _print_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"orderctl {version('orderexec')}")
        except PackageNotFoundError:
            typer.echo("orderctl of a checkout that is not installed; `make setup` installs it", err=True)
            raise typer.Exit(1) from None
        raise typer.Exit


@app.callback()
def _read_own_options(
    version_wanted: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Read the options that stand before any command."""


for name, function in _COMMANDS.items():
    settings = _SETTINGS.get(name)
    app.command(name, short_help=_read_first_sentence(function), context_settings=settings)(build_command(function))
for name, (about, functions) in _GROUPS.items():
    alone = _ALONE.get(name)
    group = typer.Typer(
        help=about, no_args_is_help=alone is None, rich_markup_mode=None, invoke_without_command=alone is not None
    )
    if alone is not None:
        group.callback()(build_command(alone, alone=True))
    for inner, function in functions.items():
        group.command(inner, short_help=_read_first_sentence(function))(build_command(function))
    app.add_typer(group, name=name)
