"""What the inside asks of the outside: a Protocol each for the ledger, an exchange, keys, facts, controls, time."""

from collections.abc import Mapping
from dataclasses import dataclass

from .clock import Clock, Randomness
from .controls import AccountLimits, ControlBoard, DeadLetters
from .facts import CacheEntry, Rules, SharedCache, Snapshot
from .keys import Credentials, NoCredentials, PrivateKey, Secrets
from .ledger import DayBusy, DayFull, Ledger, OpenSignal, OpenSignals, RowChanged
from .venue import ExchangeAccounts, Positions, PositionSettings, Traffic, Venue

__all__ = [
    "AccountLimits",
    "CacheEntry",
    "Clock",
    "ControlBoard",
    "Credentials",
    "DayBusy",
    "DayFull",
    "DeadLetters",
    "ExchangeAccounts",
    "Ledger",
    "NoCredentials",
    "OpenSignal",
    "OpenSignals",
    "Ports",
    "PositionSettings",
    "Positions",
    "PrivateKey",
    "Randomness",
    "RowChanged",
    "Rules",
    "Secrets",
    "SharedCache",
    "Snapshot",
    "Traffic",
    "Venue",
]


@dataclass(frozen=True, slots=True)
class Ports:
    """One of each, as the use cases are given them: by bootstrap the real ones, by a test or the simulation doubles."""

    ledger: Ledger
    venues: Mapping[str, Venue]
    secrets: Secrets
    board: ControlBoard
    limits: AccountLimits
    dead_letters: DeadLetters
    clock: Clock
    randomness: Randomness
