"""`accounts`: an account's key, stored where the function looks for it, and tried with requests that change nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from orderctl import findings
from orderctl.checks import key as key_checks
from orderctl.checks import ownership
from orderctl.command import Run, agreed
from orderctl.commands.limits import account_name
from orderctl.findings import Check, Finding, Level, ok
from orderctl.key_input import read_key
from orderctl.sources import exchange, secrets
from orderctl.trouble import ExitCode, NotThere, Trouble
from orderexec.aws.secret_text import find_stray, read_secret
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
Yes = Annotated[
    bool,
    typer.Option("--yes", help="Store it although the exchange refuses it from here, or does not tell whose it is."),
]
OtherAccount = Annotated[
    bool, typer.Option("--other-account", help="Store it although it is of another account of the exchange.")
]


def add(
    run: Run,
    account: Account,
    from_file: FromFile = None,
    pem: Pem = None,
    venue: Venue = "binance-spot",
    symbol: Symbol = "BTCUSDT",
    yes: Yes = False,
) -> ExitCode:
    """Store the key of a new account, once it was tried. It is asked for without echo, or read from a file."""
    name = _name(run, account)
    if secrets.exists(run.stack, name):
        rotate_it = f"`orderctl accounts rotate {account}{run.stack.options}`"
        raise Trouble(f"there is a secret {name} already; replace the key with {rotate_it}")
    text, key = _given(from_file, pem)
    tried = [*_described(key, text), *_checks(run, key, venue, symbol), *_whose(run, key, venue)]
    if not _wanted(run, tried, yes=yes):
        return ExitCode.FINDING
    run.stack.client("secretsmanager").create_secret(Name=name, SecretString=text)
    return _told(run, account, [*tried, ok("secret", f"{name} is stored; signals may name account {account} now")])


def rotate(
    run: Run,
    account: Account,
    from_file: FromFile = None,
    pem: Pem = None,
    venue: Venue = "binance-spot",
    symbol: Symbol = "BTCUSDT",
    yes: Yes = False,
    other_account: OtherAccount = False,
) -> ExitCode:
    """Replace an account's key, once the new one was tried. Delete the old one at the exchange later.

    The new key must be of the same exchange account: while a signal is in doubt, only that account can end it.
    """
    name = _name(run, account)
    if not secrets.exists(run.stack, name):
        raise NotThere(
            f"there is no secret {name}; store the first key with `orderctl accounts add {account}{run.stack.options}`"
        )
    text, key = _given(from_file, pem)
    compared = _compared(run, account, key, venue)
    if other_account:
        compared = replace(compared, level=Level.WARNING, to_do="")
    tried = [*_described(key, text), *_checks(run, key, venue, symbol), compared]
    if compared.level is Level.BAD:
        run.screen.answer(
            {"stored": False, "findings": findings.documents(tried)}, findings.shown(tried), "", "nothing was stored"
        )
        return ExitCode.FINDING
    if not _wanted(run, tried, yes=yes):
        return ExitCode.FINDING
    run.stack.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)
    options = run.stack.options
    stored = ok(
        "secret",
        f"{name} is replaced; every container uses it within 5 minutes, or at once when the old key is refused. Delete "
        f"the old key at the exchange after that, and after no signal is in doubt (`orderctl list --open{options}`)",
    )
    return _told(run, account, [*tried, stored])


def check(run: Run, account: Account = "main", venue: Venue = "binance-spot", symbol: Symbol = "BTCUSDT") -> ExitCode:
    """Try the stored key: permissions, IP whitelist, clock, a test order. Exit code 1 if signals would die of it."""
    name = account_name(account)
    key = exchange.credentials(run.stack, name)
    described = _described(key, secrets.stored(run.stack, exchange.secret_name(run.stack, name)))
    return _told(run, account, [*described, *_checks(run, key, venue, symbol), *_whose(run, key, venue)])


def _checks(run: Run, key: Credentials, venue: str, symbol: str) -> Iterator[Finding]:
    of = exchange.key_questions(run.stack, venue)
    window, ahead = exchange.recv_window_ms(run.stack), exchange.most_ahead_ms(venue)
    checks: dict[str, Check] = {
        "clock": lambda: key_checks.check_clock(of.venue, exchange.clock(), recv_window_ms=window, most_ahead_ms=ahead),
        "key": lambda: key_checks.check_account(of, key),
        "permissions": lambda: key_checks.check_permissions(of, key),
        "trading": lambda: key_checks.try_order(of, key, symbol.upper()),
    }
    for finding in findings.looked_at(run.stack, checks):
        yield finding
        if finding.level is Level.BAD and finding.about in ("exchange", "key"):
            return  # the rest would only say the same


def _whose(run: Run, key: Credentials, venue: str) -> Iterator[Finding]:
    return findings.looked_at(
        run.stack, {"account": lambda: ownership.ask_owner(exchange.accounts(run.stack, venue), key)}
    )


def _compared(run: Run, account: str, key: Credentials, venue: str) -> Finding:
    found = exchange.read(run.stack, account)
    stored = found if isinstance(found, Credentials) else found.detail
    return ownership.compare_owners(run.stack, account, exchange.accounts(run.stack, venue), stored, key)


def _given(from_file: str | None, pem: Path | None) -> tuple[str, Credentials]:
    """The secret as it is to be stored, and the key in it."""
    text = read_key(from_file, pem)
    key = read_secret(text)
    if not isinstance(key, Credentials):
        raise Trouble(f"nothing was stored: {key}")
    return text, key


def _wanted(run: Run, tried: Sequence[Finding], *, yes: bool) -> bool:
    """Where something speaks against the key the person decides.

    The exchange may refuse from here a key that it takes from the function's address, and then it does not tell whose
    the key is either.
    """
    refused = [each for each in tried if each.level is Level.BAD and each.about != "account"]
    unproven = [each for each in tried if each.level is Level.WARNING and each.about == "account" and each.to_do]
    if not refused and not unproven:
        return True
    run.screen.err.print(findings.shown(tried))
    what = "The exchange does not take this key from here." if refused else "The accounts could not be compared."
    if agreed(run, f"{what} Store it all the same?", yes=yes):
        return True
    run.screen.answer({"stored": False, "findings": findings.documents(tried)}, "nothing was stored")
    return False


def _told(run: Run, account: str, found: Sequence[Finding]) -> ExitCode:
    document: dict[str, Any] = {"account": account, "findings": findings.documents(found)}
    run.screen.answer(document, findings.shown(found))
    return findings.exit_code(found)


def _name(run: Run, account: str) -> str:
    return exchange.secret_name(run.stack, account_name(account))


def _described(key: Credentials, stored: object) -> Iterator[Finding]:
    kind = "a private key" if isinstance(key.api_secret, PrivateKey) else "an HMAC key"
    left_out = f" ({', '.join(find_stray(stored))}: left out)" if find_stray(stored) else ""
    yield ok("secret", f"the secret holds {kind}{left_out}")
