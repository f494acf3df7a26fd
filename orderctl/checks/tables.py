"""Whether the ledger keeps what it is for: a restored table, or a young one, lacks what a template would have set."""

from collections.abc import Iterator
from typing import Any

from orderctl.findings import Finding, bad, ok, warning
from orderctl.target import Stack
from orderexec.aws.open_index import INDEX

_REAL_MONEY = "https://api.binance.com"
_RESTORE = 'docs/deploy.md, "Restore", has the commands'


def ledger(of: Stack) -> Iterator[Finding]:
    """Its index and its stream, without which it does not work; where money is at stake also what protects it."""
    name, client = of.output("LedgerTable"), of.client("dynamodb")
    table = client.describe_table(TableName=name)["Table"]
    yield from _works(name, table)
    if of.parameter("BinanceSpotUrl") == _REAL_MONEY:
        yield _protected(name, table)
        yield _backed_up(name, client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"])


def _works(name: str, table: dict[str, Any]) -> Iterator[Finding]:
    if INDEX not in {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])}:
        yield bad("ledger", f"table {name} has no index {INDEX}: nobody looks after open rows", _RESTORE)
    stream = table.get("StreamSpecification", {})
    if stream.get("StreamEnabled") and stream.get("StreamViewType") == "NEW_AND_OLD_IMAGES":
        yield ok("ledger", f"table {name} has its index and its stream")
    else:
        yield bad("ledger", f"table {name} has no stream of new and old images: outcomes are not published", _RESTORE)


def _protected(name: str, table: dict[str, Any]) -> Finding:
    if table.get("DeletionProtectionEnabled"):
        return ok("ledger", "nobody can delete it")
    return warning(
        "ledger",
        f"table {name} can be deleted, and with it the memory of what was executed",
        "`ProtectLedger=true` in samconfig.toml, and deploy once more",
    )


def _backed_up(name: str, backups: dict[str, Any]) -> Finding:
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        return ok("ledger", "it can be restored to any second of its last 35 days")
    return warning("ledger", f"table {name} cannot be restored to an earlier second", _RESTORE)
