"""What the user of a stack decides for all of its accounts, beside the risk limits of each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the user decides: how old a signal may be that does not say so itself (ms), and what halts by itself.

    After so many refusals in a row what they have in common is halted; 0 means never. `follow_share` (0 to 1) of the
    exchange's limits may be spent on looks at orders that rest.
    """

    max_age_ms: int
    halt_after_credential_failures: int
    halt_after_rejections: int
    follow_share: float = 0.2
