"""What a person's tool asks of a venue beside its orders: how a request went out, what an error means, what a key may.

The functions do without all of this; a venue's folder fills it in (inspection.py), and the registry finds it by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from orderexec.domain.outcomes import Failure
from orderexec.domain.requests import Request
from orderexec.domain.standing import Standing
from orderexec.ports import Credentials, PositionSettings, Venue

from .call import Call, Parameters
from .classifier import Table
from .surroundings import Surroundings


class Hindrance(NamedTuple):
    """Why no order would be let in, as a sentence about the account or its key, and what a person does about it."""

    what: str
    do: str


NO_TRADING = Hindrance("the exchange has disabled trading for the account", "ask the exchange's support")


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the exchange says of the account of a key. `kind` is its own word for it.

    `settings` are what a person has set up for the whole account, by the exchange's names in plain words.
    """

    kind: str
    hindrance: Hindrance | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_trade(self) -> bool:
        """Whether nothing hinders the account."""
        return self.hindrance is None


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What a key is permitted at one product. `trading_ends` is when it may not trade any more (epoch ms), None: never.

    `may_transfer`: it may move money between accounts of its owner.
    """

    hindrance: Hindrance | None
    may_withdraw: bool
    bound_to_addresses: bool
    trading_ends: int | None
    may_transfer: bool = False

    @property
    def may_trade(self) -> bool:
        """Whether nothing hinders the key."""
        return self.hindrance is None


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


@dataclass(frozen=True, slots=True)
class Contracts:
    """Which contracts of a venue a position mode is of: of one `symbol`, else all that settle in a `coin`, else all."""

    symbol: str | None = None
    coin: str | None = None


class PositionSetup(Protocol):
    """What a person sets up for the positions of an account; no signal does. Nothing raises: a failure is an answer.

    `modes_by_symbol`: each symbol has a position mode of its own there; else the account has one for all.
    """

    @property
    def modes_by_symbol(self) -> bool:
        """See above."""

    def ask_settings(self, symbol: str, credentials: Credentials) -> PositionSettings | Failure:
        """Return leverage and margin mode of the account's position in the symbol, as they are now."""

    def set_leverage(self, symbol: str, leverage: int | Decimal, credentials: Credentials) -> Failure | None:
        """Set it, also for what is open already. None: it is so now."""

    def ask_position_mode(self, symbol: str | None, credentials: Credentials) -> PositionMode | Failure:
        """Return the position mode of the symbol, or of the account."""

    def set_position_mode(self, mode: PositionMode, of: Contracts, credentials: Credentials) -> Failure | None:
        """Set it. None: it is so now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One venue as a person's tool sees it.

    `describe_call` returns the request as it goes over the wire, before it is signed, by the code that sends it; of a
    change that takes several (a cancellation at the futures) the first.
    `load_table` returns the venue's table of errors; `open_keys` the questions about keys, at that base URL.
    `most_ahead_ms` is how far ahead of the exchange's clock a timestamp may be. `open_setup` returns what can be set up
    for positions there; None where there are none. `write_body` writes the parameters of a request that changes
    something as its body has them, where that is no form.
    """

    describe_call: Callable[[Request], Call]
    load_table: Callable[[], Table]
    open_keys: Callable[[str, Surroundings], KeyQuestions]
    most_ahead_ms: int
    open_setup: Callable[[str, Surroundings], PositionSetup] | None = None
    write_body: Callable[[Parameters], bytes] | None = None
