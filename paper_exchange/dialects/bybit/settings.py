"""What a test can set of how this venue behaves: how late its engine and its lists are, and its limits."""

from dataclasses import dataclass, field

ADDRESS_LIMIT = 600  # in 5 seconds
UNIFIED = 5  # 2.0; 1 is a classic account, 3 a unified one of version 1.0
LIFE_DAYS = 90


@dataclass(slots=True, kw_only=True)
class Settings:
    """As it starts, an order is in the engine and in every list before its acknowledgement is on its way."""

    engine_ms: int = 0
    """From the acknowledgement until the engine has the order."""
    realtime_ms: int = 0
    """From the acknowledgement until `realtime` shows the order."""
    history_ms: int = 0
    """From an order's last change until `history` and the list of executions show it."""
    refuses_later: bool = False
    """What the engine refuses is acknowledged, and ends Rejected."""
    limits: dict[str, int] = field(default_factory=dict)
    """Path -> how many requests in a second, where it is not the venue's own."""
    address_limit: int = ADDRESS_LIMIT
    account_status: int = UNIFIED
    """`unifiedMarginStatus` of the account."""
    key_days: int = LIFE_DAYS
    """How long a key lives that is bound to no address."""
