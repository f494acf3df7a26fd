"""The exchange as this machine sees it with an account's key: questions, and dry runs that place nothing."""

import random
import time
import uuid
from dataclasses import dataclass, field, replace

from botocore.exceptions import ClientError

from orderctl.target import Stack
from orderctl.trouble import NotThere, of_answer
from orderexec.aws.secrets import read_secret
from orderexec.domain.controls import Controls, Shut
from orderexec.ports import CacheEntry, Chance, Credentials
from orderexec.venues.binance.spot import BinanceSpot
from orderexec.venues.registry import BUILDERS, Surroundings

# Each venue's parameter of the stack that holds its base URL.
_URLS = {"binance-spot": "BinanceSpotUrl"}
VENUES = tuple(BUILDERS)


@dataclass(slots=True)
class OwnBoard:
    """Implements ports.ControlBoard for this process alone: this machine's address has limits of its own."""

    controls: Controls = field(default_factory=Controls)

    def current(self) -> Controls:
        """See ports.ControlBoard."""
        return self.controls

    glance = known = current

    def shut(self, gate: str, until: int, why: str) -> None:
        """See ports.ControlBoard."""
        self.controls = replace(self.controls, gates={**self.controls.gates, gate: Shut(until, why)})

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


def chance() -> Chance:
    """This machine's clock and randomness."""
    return Chance(lambda: time.time_ns() // 1_000_000, lambda: uuid.uuid4().hex, random.random, time.sleep)


def venue(stack: Stack, name: str) -> BinanceSpot:
    """The venue at the very address that the stack uses. Raises NotThere if the stack has none of that name."""
    if name not in _URLS:
        raise NotThere(f"there is no venue {name}; there are {', '.join(VENUES)}")
    given = Surroundings(OwnCache(), OwnBoard(), chance(), int(stack.parameter("RecvWindowMs")), 1.0, 1)
    return BUILDERS[name](stack.parameter(_URLS[name]), given)


def secret_name(stack: Stack, account: str) -> str:
    """Of the account's secret in Secrets Manager."""
    return f"{stack.parameter('SecretPrefix')}{account}"


def credentials(stack: Stack, account: str) -> Credentials:
    """The account's key as it is stored. Raises NotThere with what a person has to put right."""
    name = secret_name(stack, account)
    try:
        text = stack.client("secretsmanager").get_secret_value(SecretId=name).get("SecretString")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise of_answer(error, stack.place) from error
        raise NotThere(f"there is no secret {name}; store the key with `orderctl accounts add {account}`") from None
    read = read_secret(text)
    if not isinstance(read, Credentials):
        raise NotThere(f"the secret {name}: {read}")
    return replace(read, account=account)
