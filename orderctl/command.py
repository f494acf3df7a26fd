"""What every command has alike: the options that name the stack, --json, and how trouble becomes an exit code."""

import functools
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError

from orderctl import target
from orderctl.screen import Screen
from orderctl.target import Stack
from orderctl.trouble import ExitCode, Trouble, of_error
from orderexec.aws.ledger import CounterBusy, RowGone
from orderexec.domain.unreadable import UnreadableRow

StackName = Annotated[
    str | None, typer.Option("--stack", help="The stack in the AWS account of AWS_PROFILE and AWS_REGION.  [orderexec]")
]
Local = Annotated[bool, typer.Option("--local", help="The stack that `make up` started on this machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="The answer as JSON on standard output.")]
_SHARED: dict[str, tuple[Any, object]] = {
    "stack_name": (StackName, None),
    "local": (Local, False),
    "as_json": (AsJson, False),
}


@dataclass(frozen=True)
class Run:
    """One command at work."""

    screen: Screen
    stack_name: str | None
    local: bool

    @cached_property
    def stack(self) -> Stack:
        """The stack that is meant, said once, so that nobody operates another one than he thinks."""
        found = target.find(self.stack_name, local=self.local)
        self.screen.note(f"stack {found.name} ({found.place})")
        return found

    @property
    def place(self) -> str:
        """Where the stack is, as far as that is known."""
        return self.stack.place if "stack" in self.__dict__ else "AWS"

    def now(self) -> int:
        """Epoch ms."""
        return time.time_ns() // 1_000_000


Command = Callable[..., ExitCode | None]


def command(function: Command, *, alone: bool = False) -> Callable[..., None]:
    """`function(run, ...)` as typer takes it: without `run`, with the shared options, ending in an exit code.

    With `alone` it is what a group of commands does where none of them is named.
    """
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _SHARED.items()
    ]
    if alone:
        shared.append(inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context))
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own] + shared

    @functools.wraps(function)
    def entered(
        *, stack_name: str | None, local: bool, as_json: bool, context: typer.Context | None = None, **given: Any
    ) -> None:
        if context is not None and context.invoked_subcommand is not None:
            _not_here(context.invoked_subcommand, named=bool(stack_name or local or as_json))
            return
        raise typer.Exit(_exit_code(function, Run(Screen(as_json=as_json), stack_name, local), given))

    entered.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    entered.__annotations__ = {each.name: each.annotation for each in parameters}
    return entered


def _not_here(subcommand: str, *, named: bool) -> None:
    """A stack that is named before the subcommand would not be the one that it works on."""
    if named:
        raise typer.BadParameter(f"--stack, --local and --json belong after {subcommand}")


def _exit_code(function: Command, run: Run, given: dict[str, Any]) -> int:
    try:
        try:
            return int(function(run, **given) or ExitCode.DONE)
        except (BotoCoreError, ClientError) as error:
            raise of_error(error, run.place) from error
        except (UnreadableRow, RowGone, CounterBusy) as error:
            raise Trouble(str(error)) from error
    except Trouble as trouble:
        run.screen.trouble(trouble)
        return int(trouble.code)


def agreed(run: Run, question: str, *, yes: bool) -> bool:
    """Whether the person wants it: said beforehand with --yes, or now."""
    if yes:
        return True
    if run.screen.as_json:
        run.screen.note("nothing was done: with --json there is nobody to ask; add --yes")
        return False
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:  # no terminal to answer at
        run.screen.note("\nnothing was done; where nobody can answer, add --yes")
        return False
