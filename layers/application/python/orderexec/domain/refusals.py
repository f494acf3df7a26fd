"""What is counted of the exchange's refusals: runs, each of one scope and one reason."""

from .lifecycle import Reason

LASTS_MS = 3_600_000  # a run ends when so long nothing more of it was refused


def run(scope: str, reason: Reason) -> str:
    """The name of a scope's refusals for one reason: each reason is counted by itself."""
    return f"{reason}/{scope}"


def runs(scope: str) -> tuple[str, str]:
    """All that is counted of a scope."""
    return run(scope, Reason.CREDENTIALS), run(scope, Reason.REJECTED)
