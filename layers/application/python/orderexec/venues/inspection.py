"""What a person's tool asks of a venue beside its orders: how a request went out, what an error means, what a key may.

The functions do without all of this; a venue's folder fills it in (inspection.py), and the registry finds it by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from orderexec.domain.outcomes import Failure
from orderexec.domain.requests import Request
from orderexec.domain.standing import Standing
from orderexec.ports import Credentials, Venue

from .call import Call
from .classifier import Table
from .surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the exchange says of the account of a key. `kind` is its own word for it.

    `settings` are what a person has set up for the whole account, by the exchange's names in plain words.
    """

    kind: str
    may_trade: bool
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What a key is permitted. `trading_ends` is when its permission to trade ends (epoch ms), None if never."""

    may_trade: bool
    may_withdraw: bool
    bound_to_addresses: bool
    trading_ends: int | None


class KeyQuestions(Protocol):
    """What can be asked about a key without an effect. Nothing raises: every failure is an answer."""

    @property
    def venue(self) -> Venue:
        """The venue that is asked; both have one idea of the exchange's clock."""

    def ask_account(self, credentials: Credentials) -> AccountFacts | Failure:
        """Return whose key it is, if key and signature are right."""

    def ask_permissions(self, credentials: Credentials) -> KeyFacts | Failure | None:
        """Return what the key may do; None from an exchange that does not tell, as a test exchange."""

    def list_standing(self, credentials: Credentials) -> Standing | Failure:
        """Return what the account has open, holds and owes at the venue, over all symbols."""

    def try_order(self, symbol: str, credentials: Credentials) -> Failure | None:
        """Return None if an order would be let in, else why not. Nothing is placed."""


class PositionMode(StrEnum):
    """How many positions an account may have in one symbol."""

    ONE_WAY = "one-way"  # one, long or short
    HEDGE = "hedge"  # a long and a short one


class PositionSetup(Protocol):
    """What a person sets up for the positions of an account; no signal does. Nothing raises: a failure is an answer."""

    def ask_leverage(self, symbol: str, credentials: Credentials) -> int | Decimal | Failure:
        """Return the leverage of the account's position in the symbol."""

    def set_leverage(self, symbol: str, leverage: int, credentials: Credentials) -> Failure | None:
        """Set it, also for what is open already. None: it is done."""

    def ask_position_mode(self, credentials: Credentials) -> PositionMode | Failure:
        """Return the position mode of the account."""

    def set_position_mode(self, mode: PositionMode, credentials: Credentials) -> Failure | None:
        """Set it, for all symbols. None: it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One venue as a person's tool sees it.

    `describe_call` returns the request as it goes over the wire, before it is signed, by the code that sends it; of a
    change that takes several (a cancellation at the futures) the first.
    `load_table` returns the venue's table of errors; `open_keys` the questions about keys, at that base URL.
    `most_ahead_ms` is how far ahead of the exchange's clock a timestamp may be. `open_setup` returns what can be set up
    for positions there; None where there are none.
    """

    describe_call: Callable[[Request], Call]
    load_table: Callable[[], Table]
    open_keys: Callable[[str, Surroundings], KeyQuestions]
    most_ahead_ms: int
    open_setup: Callable[[str, Surroundings], PositionSetup] | None = None
