"""Whether a name that a person typed means anything: an account by its secret, a symbol by the exchange's own list."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from botocore.exceptions import BotoCoreError, ClientError

from orderctl.sources.exchange import list_addresses, name_markets, secret_name, venue
from orderctl.target import Stack
from orderexec.domain.products import name_venues
from orderexec.domain.scopes import find_account
from orderexec.ports import Snapshot

_OF_SYMBOL = re.compile(r"(?:venue/(?P<venue>[^/]+)/|account/[^/]+/)?symbol/(?P<symbol>[^/]+)")
_NAMED = 5  # accounts that a sentence names


def find_doubts(stack: Stack, scope: str) -> Iterator[str]:
    """Yield a sentence for each name in the scope of a halt that nobody knows. Nothing is said of what cannot be asked.

    A strategy is any text that a producer chooses, so that nothing tells whether it is known.
    """
    account, of_symbol = find_account(scope), _OF_SYMBOL.fullmatch(scope)
    if account is not None:
        yield from find_account_doubts(stack, account)
    if of_symbol is not None:
        venues = None if of_symbol["venue"] is None else (of_symbol["venue"],)
        yield from find_symbol_doubts(stack, of_symbol["symbol"], venues)


def find_missing_secret(stack: Stack, account: str) -> str | None:
    """Return the name of the secret that the account lacks; None if it exists, or if AWS does not tell."""
    name = secret_name(stack, account)
    try:
        stack.client("secretsmanager").describe_secret(SecretId=name)
    except ClientError as error:
        return name if error.response["Error"]["Code"] == "ResourceNotFoundException" else None
    return None


def find_account_doubts(stack: Stack, account: str) -> Iterator[str]:
    """Yield that the account has no secret, and which accounts have one."""
    missing = find_missing_secret(stack, account)
    if missing is None:
        return
    known = list_accounts(stack)
    close = get_close_matches(account, known, _NAMED) or known[:_NAMED]
    like = f" Accounts with a key: {', '.join(close)}" if close else ""
    yield f"there is no secret {missing}, so no signal can use that account: is the name correct?{like}"


def find_symbol_doubts(stack: Stack, symbol: str, venues: Sequence[str] | None = None) -> Iterator[str]:
    """Yield that none of the venues lists the symbol, and which symbols are like it. None: all that the stack has."""
    listed: set[str] = set()
    markets = [*list_addresses(stack)] if venues is None else [each for name in venues for each in name_markets(name)]
    for market in markets:
        found = venue(stack, market).rules.get_symbols(not_before=0)
        if not isinstance(found, Snapshot) or not found.value:
            return
        listed |= found.value
    if symbol not in listed:
        close = get_close_matches(symbol, sorted(listed), 3)
        like = f" It lists {', '.join(close)}" if close else ""
        yield f"the exchange ({', '.join(name_venues(markets))}) lists no symbol {symbol}: is the name correct?{like}"


def list_accounts(stack: Stack) -> list[str]:
    """Return the accounts that have a secret, as far as the person may list secrets."""
    prefix = stack.parameter("SecretPrefix")
    try:
        pages = stack.client("secretsmanager").get_paginator("list_secrets")
        names = [
            secret["Name"]
            for page in pages.paginate(Filters=[{"Key": "name", "Values": [prefix]}])
            for secret in page["SecretList"]
        ]
    except (BotoCoreError, ClientError):
        return []
    return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))
