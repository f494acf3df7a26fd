"""`accounts`: how the key of an account is stored for the function, and tried with requests that change nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from orderctl import findings
from orderctl.checks import key as key_checks
from orderctl.checks import ownership
from orderctl.command import Run, confirm
from orderctl.commands.limits import check_account_name
from orderctl.findings import Check, Finding, Level, ok
from orderctl.key_input import read_key
from orderctl.sources import exchange, secrets
from orderctl.trouble import ExitCode, NotThere, Trouble
from orderexec.aws.secret_text import find_stray, read_secret
from orderexec.ports import Credentials, ExchangeAccounts, PrivateKey

Account = Annotated[str, typer.Argument(help="The name that signals use for the account.")]
Venue = Annotated[
    str | None,
    typer.Option(
        help="The venue to try the key at, such as binance-usdm or bybit, or one product: bybit/spot. Else the first "
        "that the stack trades at."
    ),
]
Symbol = Annotated[str, typer.Option(help="The symbol of the test order, which places nothing.")]
FromFile = Annotated[
    str | None,
    typer.Option("--from", help='A file with {"api_key": ..., "api_secret": ...}; - for standard input.'),
]
Pem = Annotated[
    Path | None,
    typer.Option("--pem", help="The file of a private key (RSA or Ed25519). The command then asks for the API key."),
]
Yes = Annotated[
    bool,
    typer.Option("--yes", help="Store the key even if the exchange refuses it here, or does not tell whose it is."),
]
OtherAccount = Annotated[
    bool, typer.Option("--other-account", help="Store the key even if it belongs to another account of the exchange.")
]


def add(
    run: Run,
    account: Account,
    from_file: FromFile = None,
    pem: Pem = None,
    venue: Venue = None,
    symbol: Symbol = "BTCUSDT",
    yes: Yes = False,
) -> ExitCode:
    """Store the key of a new account after a trial. The command asks for it without echo, or reads it from a file."""
    name, venue = _name_secret(run, account), venue or exchange.choose_venue(run.stack)
    if secrets.exists(run.stack, name):
        rotate_it = f"`orderctl accounts rotate {account}{run.stack.options}`"
        raise Trouble(f"there is a secret {name} already; replace the key with {rotate_it}")
    text, key = _read_new_key(from_file, pem)
    tried = [*_describe_secret(key, text), *_try_key(run, key, venue, symbol), *_check_owner(run, key, venue)]
    if not _may_store(run, tried, yes=yes):
        return ExitCode.FINDING
    run.stack.client("secretsmanager").create_secret(Name=name, SecretString=text)
    return _report(run, account, [*tried, ok("secret", f"{name} is stored; signals may now name account {account}")])


def rotate(
    run: Run,
    account: Account,
    from_file: FromFile = None,
    pem: Pem = None,
    venue: Venue = None,
    symbol: Symbol = "BTCUSDT",
    yes: Yes = False,
    other_account: OtherAccount = False,
) -> ExitCode:
    """Replace the key of an account after a trial of the new one. Delete the old key at the exchange later.

    The new key must belong to the same account of the exchange: only that account can reconcile a signal in doubt.
    """
    name, venue = _name_secret(run, account), venue or exchange.choose_venue(run.stack)
    if not secrets.exists(run.stack, name):
        raise NotThere(
            f"there is no secret {name}; store the first key with `orderctl accounts add {account}{run.stack.options}`"
        )
    text, key = _read_new_key(from_file, pem)
    compared = _compare_owners(run, account, key, venue)
    if other_account:
        compared = replace(compared, level=Level.WARNING, to_do="")
    tried = [*_describe_secret(key, text), *_try_key(run, key, venue, symbol), compared]
    if compared.level is Level.BAD:
        run.screen.answer(
            {"stored": False, "findings": findings.build_documents(tried)},
            findings.render_findings(tried),
            "",
            "nothing was stored",
        )
        return ExitCode.FINDING
    if not _may_store(run, tried, yes=yes):
        return ExitCode.FINDING
    run.stack.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)
    options = run.stack.options
    stored = ok(
        "secret",
        f"{name} is replaced; every container uses it within 5 minutes, or at once when the old key is refused. Delete "
        f"the old key at the exchange after that, and after no signal is in doubt (`orderctl list --open{options}`)",
    )
    return _report(run, account, [*tried, stored])


def check(run: Run, account: Account = "main", venue: Venue = None, symbol: Symbol = "BTCUSDT") -> ExitCode:
    """Try the stored key: permissions, IP whitelist, clock, a test order. Exit code 1 if signals would die with it."""
    name, venue = check_account_name(account), venue or exchange.choose_venue(run.stack)
    key = exchange.credentials(run.stack, name)
    described = _describe_secret(key, secrets.read(run.stack, exchange.secret_name(run.stack, name)))
    return _report(run, account, [*described, *_try_key(run, key, venue, symbol), *_check_owner(run, key, venue)])


def _try_key(run: Run, key: Credentials, venue: str, symbol: str) -> Iterator[Finding]:
    """Ask the exchange with the key, until an answer makes further questions useless."""
    markets = exchange.name_markets(venue)
    of, *others = (exchange.key_questions(run.stack, market) for market in markets)
    address, window = exchange.get_address(run.stack, markets[0]), exchange.recv_window_ms(run.stack)
    ahead = exchange.most_ahead_ms(markets[0])
    checks: dict[str, Check] = {
        "clock": lambda: key_checks.check_clock(
            of.venue, exchange.clock(), address, recv_window_ms=window, most_ahead_ms=ahead
        ),
        "key": lambda: key_checks.check_account(of, key, address),
        "permissions": lambda: key_checks.check_permissions(of, key),
        "products": lambda: key_checks.check_other_products(others, key),
        "trading": lambda: key_checks.try_order(of, key, symbol.upper()),
    }
    for finding in findings.run_checks(run.stack, checks):
        yield finding
        if finding.level is Level.BAD and finding.about in ("exchange", "key"):
            return  # the rest would only say the same


def _check_owner(run: Run, key: Credentials, venue: str) -> Iterator[Finding]:
    return findings.run_checks(run.stack, {"account": lambda: ownership.ask_owner(_find_accounts(run, venue), key)})


def _compare_owners(run: Run, account: str, key: Credentials, venue: str) -> Finding:
    found = exchange.read(run.stack, account)
    stored = found if isinstance(found, Credentials) else found.detail
    return ownership.compare_owners(run.stack, account, _find_accounts(run, venue), stored, key)


def _find_accounts(run: Run, venue: str) -> ExchangeAccounts:
    """Return whose keys are at the venue; of one with several products they are the same at each."""
    return exchange.accounts(run.stack, exchange.name_markets(venue)[0])


def _read_new_key(from_file: str | None, pem: Path | None) -> tuple[str, Credentials]:
    """Return the text of the secret to be stored, and the key in it. Raises Trouble if it holds no key."""
    text = read_key(from_file, pem)
    key = read_secret(text)
    if not isinstance(key, Credentials):
        raise Trouble(f"nothing was stored: {key}")
    return text, key


def _may_store(run: Run, tried: Sequence[Finding], *, yes: bool) -> bool:
    """Return whether the key may be stored; the person decides if a finding speaks against it.

    The exchange may refuse here a key that it accepts from the function's address. Then it does not tell whose the key
    is either.
    """
    refused = [each for each in tried if each.level is Level.BAD and each.about != "account"]
    unproven = [each for each in tried if each.level is Level.WARNING and each.about == "account" and each.to_do]
    if not refused and not unproven:
        return True
    run.screen.explain(findings.render_findings(tried))
    what = "The exchange refuses this key here." if refused else "The accounts could not be compared."
    if confirm(run, f"{what} Store it anyway?", yes=yes):
        return True
    run.screen.answer({"stored": False, "findings": findings.build_documents(tried)}, "nothing was stored")
    return False


def _report(run: Run, account: str, found: Sequence[Finding]) -> ExitCode:
    document: dict[str, Any] = {"account": account, "findings": findings.build_documents(found)}
    run.screen.answer(document, findings.render_findings(found))
    return findings.choose_exit_code(found)


def _name_secret(run: Run, account: str) -> str:
    return exchange.secret_name(run.stack, check_account_name(account))


def _describe_secret(key: Credentials, stored: object) -> Iterator[Finding]:
    kind = "a private key" if isinstance(key.api_secret, PrivateKey) else "an HMAC key"
    left_out = f" ({', '.join(find_stray(stored))}: left out)" if find_stray(stored) else ""
    yield ok("secret", f"the secret holds {kind}{left_out}")
