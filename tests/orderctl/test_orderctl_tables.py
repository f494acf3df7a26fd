"""`doctor` looks at the ledger's table: what it works by, and what protects it where money is at stake."""

from typing import Any, cast

import pytest

from orderctl.checks import tables
from orderctl.target import Stack

TABLE = {
    "GlobalSecondaryIndexes": [{"IndexName": "overdue"}, {"IndexName": "resting"}],
    "DeletionProtectionEnabled": True,
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
BACKUPS = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}


class Tables:
    """A stack whose ledger is as it should be, but for what a test changes."""

    def __init__(self, url: str = "https://api.binance.com", backups: Any = BACKUPS, **table: Any) -> None:
        self.url, self.table, self.backups = url, TABLE | table, backups

    def client(self, _: str) -> "Tables":
        return self

    def output(self, _: str) -> str:
        return "ledger-1"

    @property
    def parameters(self) -> dict[str, str]:
        return {}  # older than the parameter Venues

    def parameter(self, _: str) -> str:
        return self.url

    def describe_table(self, **_: str) -> Any:
        return {"Table": self.table}

    def describe_continuous_backups(self, **_: str) -> Any:
        return {"ContinuousBackupsDescription": self.backups}


def check_ledger(stack: Tables) -> set[tuple[str, str]]:
    return {(each.level.value, each.text) for each in tables.check_ledger(cast(Stack, stack))}


def test_a_ledger_as_it_should_be() -> None:
    assert {level for level, _ in check_ledger(Tables())} == {"ok"}


@pytest.mark.parametrize(
    ("changed", "level", "words"),
    [
        (Tables(DeletionProtectionEnabled=False), "warning", "can be deleted"),
        (Tables(backups={}), "warning", "cannot be restored"),
        (Tables(StreamSpecification={}), "bad", "outcomes are not published"),
        (Tables(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}), "bad", "not published"),
        (Tables(GlobalSecondaryIndexes=[]), "bad", "open rows are not reconciled"),
        (Tables(GlobalSecondaryIndexes=[{"IndexName": "overdue"}]), "bad", "orders that rest are not followed"),
    ],
)
def test_what_a_restored_or_a_young_table_lacks_is_told(changed: Tables, level: str, words: str) -> None:
    assert [one for one, text in check_ledger(changed) if words in text] == [level]


def test_where_no_money_is_at_stake_nobody_is_warned_of_a_table_that_can_be_deleted() -> None:
    demo = Tables("https://demo-api.binance.com", backups={}, DeletionProtectionEnabled=False)

    assert {level for level, _ in check_ledger(demo)} == {"ok"}
