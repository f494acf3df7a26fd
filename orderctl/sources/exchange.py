"""The venues as this machine sees them with an account's key: questions, and dry runs that place nothing."""

import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from botocore.exceptions import BotoCoreError, ClientError

from orderctl.target import Stack
from orderctl.trouble import NotThere, explain_error
from orderexec.aws.secrets import SecretFault, SecretsManager
from orderexec.aws.shared_cache import DynamoSharedCache
from orderexec.domain.controls import ClosedGate, Controls
from orderexec.domain.outcomes import Accepted, Answer, Failure
from orderexec.domain.products import DEFAULT_VENUE, list_markets, name_venues
from orderexec.domain.protected import Protected
from orderexec.domain.requests import Plan, get_request
from orderexec.domain.row import Row
from orderexec.ports import (
    CacheEntry,
    Clock,
    Credentials,
    ExchangeAccounts,
    NoCredentials,
    Randomness,
    SharedCache,
    Venue,
)
from orderexec.usecases.account_proof import ask_its_account
from orderexec.venues.classifier import Table
from orderexec.venues.inspection import Inspection, KeyQuestions, PositionSetup
from orderexec.venues.registry import ENTRIES, build_venue, inspect_venue
from orderexec.venues.surroundings import Surroundings

VENUES = tuple(ENTRIES)


@dataclass(slots=True)
class OwnBoard:
    """Implements ports.ControlBoard for this process alone: this machine's address has limits of its own."""

    controls: Controls = field(default_factory=Controls)

    def look(self) -> Controls:
        """See ports.ControlBoard."""
        return self.controls

    glance = recall = look

    def close_gate(self, gate: str, until: int, why: str) -> None:
        """See ports.ControlBoard."""
        self.controls = replace(self.controls, gates={**self.controls.gates, gate: ClosedGate(until, why)})

    def halt(self, scope: str, why: str, *, automatic: bool = False) -> bool:
        """Nothing that this machine asks for can halt an account."""
        return False

    def resume(self, scope: str) -> bool:
        """See halt."""
        return False

    def open_gate(self, gate: str, until: int) -> bool:
        """See halt."""
        return False

    def count_refusal(self, run: str) -> int:
        """See halt."""
        return 0

    def forget_refusals(self, runs: tuple[str, ...]) -> None:
        """See halt."""


@dataclass(slots=True)
class OwnCache:
    """Implements ports.SharedCache for one command, which shares nothing and asks once."""

    entries: dict[str, CacheEntry] = field(default_factory=dict)

    def read(self, key: str) -> CacheEntry | None:
        """See ports.SharedCache."""
        return self.entries.get(key)

    def lease(self, key: str, *, seen: int, until: int) -> bool:
        """See ports.SharedCache."""
        return True

    def publish(self, key: str, text: str, fetched_at: int, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        self.entries[key] = CacheEntry(text, fetched_at, leased_until)

    def publish_failure(self, key: str, why: str, *, leased_until: int) -> None:
        """See ports.SharedCache."""
        self.entries[key] = CacheEntry(None, 0, leased_until, why)


def clock() -> Clock:
    """This machine's clock."""
    return Clock(now=lambda: time.time_ns() // 1_000_000, sleep=time.sleep)


def randomness() -> Randomness:
    """This machine's randomness."""
    return Randomness(token=lambda: uuid.uuid4().hex, jitter=random.random)


def name_markets(name: str) -> list[str]:
    """Return the markets that a person means by a name: that market, or each product of the venue of that name.

    Raises NotThere if there is none.
    """
    markets = [name] if name in ENTRIES else [market for market in list_markets(name) if market in ENTRIES]
    if not markets:
        raise _no_venue(name)
    return markets


def get_address(stack: Stack, name: str) -> str:
    """Return the address of a market, as the stack names it. Raises NotThere as `venue`."""
    if name not in ENTRIES:
        raise _no_venue(name)
    return stack.parameter(ENTRIES[name].url_parameter)


def list_addresses(stack: Stack) -> dict[str, str]:
    """Return the address of each venue that the stack trades at. One that this tool does not know is left out."""
    named = stack.parameters.get("Venues", DEFAULT_VENUE)  # a stack may be older than that parameter
    traded = [market for name in named.split(",") for market in list_markets(name.strip()) if market in ENTRIES]
    return {market: get_address(stack, market) for market in traded}


def choose_venue(stack: Stack) -> str:
    """Return the venue that is meant where none is named: the first that the stack trades at."""
    return next(iter(name_venues(list_addresses(stack))), DEFAULT_VENUE)


def choose_contracts(stack: Stack) -> str:
    """Return the first market with positions that the stack trades at. Raises NotThere if there is none."""
    with_positions = (each for each in list_addresses(stack) if _inspection(each).open_setup is not None)
    market = next(with_positions, None)
    if market is None:
        raise NotThere("the stack trades at no venue with positions; name one with --venue")
    return market


def venue(stack: Stack, name: str) -> Venue:
    """Return the venue at the very address that the stack uses. Raises NotThere if the stack has none of that name."""
    return build_venue(name, get_address(stack, name), _surroundings(stack, OwnCache()))


def key_questions(stack: Stack, name: str) -> KeyQuestions:
    """Return what can be asked there about a key. Raises NotThere as `venue`."""
    return _inspection(name).open_keys(get_address(stack, name), _surroundings(stack, OwnCache()))


def position_setup(stack: Stack, name: str) -> PositionSetup:
    """Return what can be set up there for positions. Raises NotThere as `venue`, and where there are none."""
    open_setup = _inspection(name).open_setup
    if open_setup is None:
        venues = ", ".join(market for market in VENUES if _inspection(market).open_setup is not None)
        raise NotThere(f"there are no positions at {name}; there are at {venues}")
    return open_setup(get_address(stack, name), _surroundings(stack, OwnCache()))


def load_table(name: str) -> Table:
    """Return the table of errors of a venue; its products have one. Raises NotThere as `name_markets`."""
    return _inspection(name_markets(name)[0]).load_table()


def most_ahead_ms(name: str) -> int:
    """Return how far ahead of the venue's clock a timestamp may be. Raises NotThere as `venue`."""
    return _inspection(name).most_ahead_ms


def recv_window_ms(stack: Stack) -> int:
    """Return how long the stack's requests stay valid after they were signed."""
    return int(stack.parameter("RecvWindowMs"))


def accounts(stack: Stack, name: str) -> ExchangeAccounts:
    """Return whose keys are at a venue; what is learnt is kept where the functions look for it."""
    return _venue_with_shared_accounts(stack, name).accounts


def _venue_with_shared_accounts(stack: Stack, name: str) -> Venue:
    """Return the venue for those who ask it for no rules: its cache is the functions' own, for accounts alone."""
    shared = DynamoSharedCache(stack.client("dynamodb"), stack.output("SharedTable"))
    return build_venue(name, get_address(stack, name), _surroundings(stack, shared))


def _surroundings(stack: Stack, cache: SharedCache) -> Surroundings:
    return Surroundings(cache, OwnBoard(), clock(), recv_window_ms(stack), 1.0, 1)


def _inspection(name: str) -> Inspection:
    inspection = inspect_venue(name)
    if inspection is None:
        raise _no_venue(name)
    return inspection


def _no_venue(name: str) -> NotThere:
    products = list_markets(name)
    if products:
        return NotThere(f"{name} has several products; name one: {', '.join(products)}")
    return NotThere(f"there is no venue {name}; there are {', '.join(VENUES)}")


def secret_name(stack: Stack, account: str) -> str:
    """Return the name of the account's secret in Secrets Manager."""
    return f"{stack.parameter('SecretPrefix')}{account}"


def credentials(stack: Stack, account: str) -> Credentials:
    """Return the account's key, read by the functions' own code. Raises NotThere with what to put right."""
    found = read(stack, account)
    if not isinstance(found, Credentials):
        raise NotThere(found.detail)
    return found


def read(stack: Stack, account: str) -> Credentials | NoCredentials:
    """Return as `credentials`, where it is no trouble that there is none. Raises Trouble where AWS fails."""
    with _told(stack):
        return _secrets(stack).get_credentials(account)


def find(stack: Stack, row: Row, request: Plan) -> Answer | str:
    """Return the row's request as the exchange sees it, asked at the account that it was signed for; else why not.

    Of orders that were sent one by one each is asked for that may be there.
    """
    at = _venue_with_shared_accounts(stack, row.market)
    with _told(stack):
        told = ask_its_account(row, at, _secrets(stack), lambda key: _find(at, request, key))
    absent = isinstance(told.answer, Failure) and told.answer.shows_absence
    if told.doubt is not None and (absent or told.doubt.elsewhere):
        return f"what the present key finds proves nothing: {told.doubt.why}"
    return told.answer


def _find(at: Venue, request: Plan, key: Credentials) -> Answer:
    if not isinstance(request, Protected):
        return at.find(get_request(request), key)
    answers = [at.find(leg, key) for leg in request.legs]
    failed = next((each for each in answers if isinstance(each, Failure) and not each.shows_absence), None)
    reports = [each.report for each in answers if isinstance(each, Accepted) and each.report is not None]
    if failed is not None or not reports:
        return failed or answers[0]
    return Accepted(reports[0], tuple(reports[1:]))


def _secrets(stack: Stack) -> SecretsManager:
    return SecretsManager.from_client(stack.client("secretsmanager"), stack.parameter("SecretPrefix"))


@contextmanager
def _told(stack: Stack) -> Iterator[None]:
    try:
        yield
    except SecretFault as error:
        cause = error.__context__
        raise (
            explain_error(cause, stack.place) if isinstance(cause, BotoCoreError | ClientError) else error
        ) from error
