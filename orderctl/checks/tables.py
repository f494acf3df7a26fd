"""How the ledger's table is checked: a restored table lacks settings that the template would have made."""

from collections.abc import Iterator
from typing import Any

from orderctl.findings import Finding, bad, ok, warning
from orderctl.sources.exchange import list_addresses
from orderctl.target import Stack
from orderexec.aws.open_index import INDEX
from orderexec.aws.resting_index import INDEX as RESTING

# What stands in the address of an exchange without money: on this machine, a testnet, a demo. All others are live, the
# sites of Bybit for a country too.
_PLAY = ("http://", "testnet", "demo")
_RESTORE = 'docs/deploy.md, "Restore", has the commands'


def check_ledger(of: Stack) -> Iterator[Finding]:
    """Check its indexes and its stream, without which nothing works; with real money also its protection and backup."""
    name, client = of.output("LedgerTable"), of.client("dynamodb")
    table = client.describe_table(TableName=name)["Table"]
    yield from _check_parts(name, table)
    if not all(any(word in address for word in _PLAY) for address in list_addresses(of).values()):
        yield _check_protection(name, table)
        yield _check_backup(name, client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"])


def _check_parts(name: str, table: dict[str, Any]) -> Iterator[Finding]:
    indexes = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])}
    if INDEX not in indexes:
        yield bad("ledger", f"table {name} has no index {INDEX}: open rows are not reconciled", _RESTORE)
    if RESTING not in indexes:
        yield bad("ledger", f"table {name} has no index {RESTING}: orders that rest are not followed", _RESTORE)
    stream = table.get("StreamSpecification", {})
    if stream.get("StreamEnabled") and stream.get("StreamViewType") == "NEW_AND_OLD_IMAGES":
        yield ok("ledger", f"table {name} has its stream")
    else:
        yield bad("ledger", f"table {name} has no stream of new and old images: outcomes are not published", _RESTORE)


def _check_protection(name: str, table: dict[str, Any]) -> Finding:
    if table.get("DeletionProtectionEnabled"):
        return ok("ledger", "it is protected against deletion")
    return warning(
        "ledger",
        f"table {name} can be deleted, and with it the record of what was executed",
        "set `ProtectLedger=true` in samconfig.toml, and deploy again",
    )


def _check_backup(name: str, backups: dict[str, Any]) -> Finding:
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        return ok("ledger", "it can be restored to any second of the last 35 days")
    return warning("ledger", f"table {name} cannot be restored to an earlier second", _RESTORE)
