"""What all commands share: the options that name the stack, --json, and how an error becomes an exit code."""

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
from orderctl.trouble import ExitCode, Trouble, explain_error
from orderexec.aws.ledger import CounterBusy, RowGone
from orderexec.domain.unreadable import UnreadableRow

StackName = Annotated[
    str | None,
    typer.Option(
        "--stack", help="The name of the stack in the AWS account of AWS_PROFILE and AWS_REGION.  [orderexec]"
    ),
]
Local = Annotated[bool, typer.Option("--local", help="Use the stack that `make up` started on this machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write the answer as JSON to standard output.")]
_SHARED: dict[str, tuple[Any, object]] = {
    "stack_name": (StackName, None),
    "local": (Local, False),
    "as_json": (AsJson, False),
}


@dataclass(frozen=True)
class Run:
    """One command while it runs: where it writes to, and which stack it works on."""

    screen: Screen
    stack_name: str | None
    local: bool

    @cached_property
    def stack(self) -> Stack:
        """The stack that the options name. Its name is printed once, so that nobody works on the wrong one."""
        found = target.find(self.stack_name, local=self.local)
        self.screen.stack_options = found.options
        self.screen.note(f"stack {found.name} ({found.place})")
        return found

    @property
    def place(self) -> str:
        """Where the stack is, in words; "AWS" while the stack is not known yet."""
        return self.stack.place if "stack" in self.__dict__ else "AWS"

    def now(self) -> int:
        """Return the present time in epoch ms."""
        return time.time_ns() // 1_000_000


Command = Callable[..., ExitCode | None]


def build_command(function: Command, *, alone: bool = False) -> Callable[..., None]:
    """Return `function(run, ...)` as typer calls it: without `run`, with the shared options; it ends in an exit code.

    With `alone`, the function is what a group of commands does when no subcommand is given.
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
    def enter(
        *, stack_name: str | None, local: bool, as_json: bool, context: typer.Context | None = None, **given: Any
    ) -> None:
        if context is not None and context.invoked_subcommand is not None:
            _refuse_early_options(context.invoked_subcommand, named=bool(stack_name or local or as_json))
            return
        raise typer.Exit(_execute(function, Run(Screen(as_json=as_json), stack_name, local), given))

    enter.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    enter.__annotations__ = {each.name: each.annotation for each in parameters}
    return enter


def _refuse_early_options(subcommand: str, *, named: bool) -> None:
    """Raise BadParameter if a shared option stands before the subcommand, which would use another stack then."""
    if named:
        raise typer.BadParameter(f"--stack, --local and --json belong after {subcommand}")


def _execute(function: Command, run: Run, given: dict[str, Any]) -> int:
    """Run the command and return its exit code. An error is shown to the person in place of a traceback."""
    try:
        try:
            return int(function(run, **given) or ExitCode.DONE)
        except (BotoCoreError, ClientError) as error:
            raise explain_error(error, run.place) from error
        except (UnreadableRow, RowGone, CounterBusy) as error:
            raise Trouble(str(error)) from error
    except Trouble as trouble:
        run.screen.report_trouble(trouble)
        return int(trouble.code)


def confirm(run: Run, question: str, *, yes: bool) -> bool:
    """Return whether the person agrees: with --yes in advance, else by answering `question` now."""
    if yes:
        return True
    if run.screen.as_json:
        run.screen.note("nothing was done: with --json no question is asked; add --yes")
        return False
    try:
        return typer.confirm(run.screen.break_lines(question), err=True)
    except typer.Abort:  # there is no terminal, or the person pressed Ctrl-C
        run.screen.note("\nnothing was done; add --yes where nobody can answer the question")
        return False
