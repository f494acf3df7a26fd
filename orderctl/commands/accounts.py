"""`accounts`: an account's key, stored where the function looks for it, and tried with requests that change nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError

from orderctl import findings
from orderctl.checks import key as key_checks
from orderctl.command import Run, agreed
from orderctl.commands.limits import account_name
from orderctl.findings import Check, Finding, Level, ok
from orderctl.key_input import read_key
from orderctl.sources import exchange
from orderctl.trouble import ExitCode, NotThere, Trouble
from orderexec.aws.secrets import read_secret
from orderexec.ports import Credentials, PrivateKey

Account = Annotated[str, typer.Argument(help="The name by which signals call it.")]
Venue = Annotated[str, typer.Option(help="The venue to try the key at.")]
Symbol = Annotated[str, typer.Option(help="The symbol that a test order, which places nothing, is about.")]
FromFile = Annotated[
    str | None,
    typer.Option("--from", help='JSON as it is stored, {"api_key": ..., "api_secret": ...}; - for standard input.'),
]
Pem = Annotated[
    Path | None, typer.Option("--pem", help="File of the private key (RSA or Ed25519); the API key is asked for.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Store it although the exchange refuses it from here.")]


def add(
    run: Run, account: Account, from_file: FromFile = None, pem: Pem = None, venue: Venue = "binance-spot",
    symbol: Symbol = "BTCUSDT", yes: Yes = False,
) -> ExitCode:  # fmt: skip
    """Store the key of a new account, once it was tried. It is asked for without echo, or read from a file."""
    name = _name(run, account)
    if _exists(run, name):
        raise Trouble(f"there is a secret {name} already; replace the key with `orderctl accounts rotate {account}`")
    text, tried = _tried(run, read_key(from_file, pem), venue, symbol)
    if not _wanted(run, tried, yes=yes):
        return ExitCode.FINDING
    run.stack.client("secretsmanager").create_secret(Name=name, SecretString=text)
    return _told(run, account, [*tried, ok("secret", f"{name} is stored; signals may name account {account} now")])


def rotate(
    run: Run, account: Account, from_file: FromFile = None, pem: Pem = None, venue: Venue = "binance-spot",
    symbol: Symbol = "BTCUSDT", yes: Yes = False,
) -> ExitCode:  # fmt: skip
    """Replace an account's key, once the new one was tried. Delete the old one at the exchange later."""
    name = _name(run, account)
    if not _exists(run, name):
        raise NotThere(f"there is no secret {name}; store the first key with `orderctl accounts add {account}`")
    text, tried = _tried(run, read_key(from_file, pem), venue, symbol)
    if not _wanted(run, tried, yes=yes):
        return ExitCode.FINDING
    run.stack.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)
    stored = ok(
        "secret",
        f"{name} is replaced; every container uses it within 5 minutes, or at once when the old key is refused. Delete "
        "the old key at the exchange after that",
    )
    return _told(run, account, [*tried, stored])


def check(run: Run, account: Account = "main", venue: Venue = "binance-spot", symbol: Symbol = "BTCUSDT") -> ExitCode:
    """Try the stored key: permissions, IP whitelist, clock, a test order. Exit code 1 if signals would die of it."""
    key = exchange.credentials(run.stack, account_name(account))
    return _told(run, account, [ok("secret", _kind(key)), *_checks(run, key, venue, symbol)])


def _checks(run: Run, key: Credentials, venue: str, symbol: str) -> Iterator[Finding]:
    at = exchange.venue(run.stack, venue)
    checks: dict[str, Check] = {
        "clock": lambda: key_checks.clock(at),
        "key": lambda: key_checks.account(at, key),
        "permissions": lambda: key_checks.permissions(at, key),
        "trading": lambda: key_checks.test_order(at, key, symbol.upper()),
    }
    for finding in findings.looked_at(run.stack, checks):
        yield finding
        if finding.level is Level.BAD and finding.about in ("exchange", "key"):
            return  # the rest would only say the same


def _tried(run: Run, text: str, venue: str, symbol: str) -> tuple[str, list[Finding]]:
    """The secret as it is to be stored, and what the exchange says of it."""
    key = read_secret(text)
    if not isinstance(key, Credentials):
        raise Trouble(f"nothing was stored: {key}")
    return text, [ok("secret", _kind(key)), *_checks(run, key, venue, symbol)]


def _wanted(run: Run, tried: Sequence[Finding], *, yes: bool) -> bool:
    """The exchange may refuse from here a key that it takes from the function's address: the person decides."""
    if findings.exit_code(tried) is ExitCode.DONE:
        return True
    run.screen.err.print(findings.shown(tried))
    if agreed(run, "The exchange does not take this key from here. Store it all the same?", yes=yes):
        return True
    run.screen.answer({"stored": False, "findings": findings.documents(tried)}, "nothing was stored")
    return False


def _told(run: Run, account: str, found: Sequence[Finding]) -> ExitCode:
    document: dict[str, Any] = {"account": account, "findings": findings.documents(found)}
    run.screen.answer(document, findings.shown(found))
    return findings.exit_code(found)


def _name(run: Run, account: str) -> str:
    return exchange.secret_name(run.stack, account_name(account))


def _exists(run: Run, name: str) -> bool:
    try:
        run.stack.client("secretsmanager").describe_secret(SecretId=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True


def _kind(key: Credentials) -> str:
    kind = "a private key" if isinstance(key.api_secret, PrivateKey) else "an HMAC key"
    return f"the secret holds {kind}"
