"""The documents of limits in Parameter Store: read once a minute, by one thread, with one client."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from orderexec.aws.account_limits import ParameterStoreLimits
from orderexec.domain.limits import UNLIMITED, Limits
from tests.doubles.virtual_time import VirtualTime


class Store:
    """As much of SSM's client as is used; `errors` are the next answers that are none."""

    def __init__(self) -> None:
        self.documents: dict[str, str] = {}
        self.errors: list[str] = []
        self.reads: list[str] = []
        self.made = 0

    def make(self) -> Any:
        time.sleep(0.01)  # loading a client takes its time, and other threads come meanwhile
        self.made += 1
        return self

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        assert WithDecryption
        self.reads.append(Name)
        if self.errors or Name not in self.documents:
            code = self.errors.pop() if self.errors else "ParameterNotFound"
            raise ClientError({"Error": {"Code": code, "Message": "x"}}, "GetParameter")
        return {"Parameter": {"Value": self.documents[Name]}}


def make_stage(*, required: bool = False) -> tuple[ParameterStoreLimits, Store, VirtualTime]:
    store, virtual = Store(), VirtualTime()
    return ParameterStoreLimits(cast(Any, store.make), "/limits/", virtual.clock(), required=required), store, virtual


def test_ten_threads_read_it_once_with_one_client() -> None:
    limits, store, _ = make_stage()
    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(limits.read_limits, ["main"] * 10))

    assert found == [UNLIMITED] * 10
    assert (store.reads, store.made) == (["/limits/main"], 1)


def test_a_change_is_seen_after_a_minute_and_accounts_do_not_meet() -> None:
    limits, store, virtual = make_stage()
    assert (limits.read_limits("main"), limits.read_limits("other")) == (UNLIMITED, UNLIMITED)
    store.documents["/limits/main"] = '{"max_daily_orders": 3}'
    virtual.advance(59_999)
    assert limits.read_limits("main") == UNLIMITED

    virtual.advance(1)

    assert limits.read_limits("main") == Limits(max_daily_orders=3)
    assert limits.read_limits("other") == UNLIMITED


@pytest.mark.parametrize("text", ["", "[]", "{", '{"max_daily_order": 3}', '{"sides": "BUY"}'])
def test_a_document_that_cannot_be_read_says_so_and_names_the_parameter(text: str) -> None:
    limits, store, _ = make_stage()
    store.documents["/limits/main"] = text

    told = limits.read_limits("main")

    assert isinstance(told, str)
    assert told.startswith("the limits in parameter /limits/main cannot be used: ")


def test_where_limits_are_required_an_account_without_them_may_not_trade() -> None:
    limits, store, virtual = make_stage(required=True)

    told = limits.read_limits("main")

    assert isinstance(told, str)
    assert "there is no parameter /limits/main" in told
    assert "RequireLimits is true: an account without limits may not trade" in told
    assert "`orderctl limits set main FILE`" in told
    store.documents["/limits/main"] = "{}"  # a person's own word that it shall have none
    virtual.advance(60_000)
    assert limits.read_limits("main") == UNLIMITED


def test_a_store_of_limits_that_fails_refuses_nothing_for_good() -> None:
    limits, store, _ = make_stage(required=True)
    store.errors = ["InternalServerError"]

    with pytest.raises(ClientError):
        limits.read_limits("main")


def test_a_missing_right_is_told_and_a_fault_that_may_pass_raises() -> None:
    limits, store, _ = make_stage()
    store.errors = ["AccessDeniedException"]
    assert "the function may not read it" in str(limits.read_limits("main"))

    limits, store, _ = make_stage()
    store.errors = ["ThrottlingException"]
    with pytest.raises(ClientError):
        limits.read_limits("main")
    assert limits.read_limits("main") == UNLIMITED
