"""What an API key is permitted: told by /sapi/v1/account/apiRestrictions, and kept."""

import pytest

from tests.paper_exchange.paper_client import PaperClient, error

PATH = "/sapi/v1/account/apiRestrictions"
REFUSED = (-2015, "Invalid API-key, IP, or permissions for action.")


def test_the_permissions_are_told_by_their_documented_names(paper: PaperClient) -> None:
    answer = paper.signed("GET", PATH).json()

    assert answer["ipRestrict"] is True
    assert answer["enableReading"] is True
    assert answer["enableSpotAndMarginTrading"] is True
    assert answer["enableWithdrawals"] is False
    assert isinstance(answer["createTime"], int)


def test_it_is_told_only_to_whoever_signs(paper: PaperClient) -> None:
    assert error(paper.raw("GET", f"{PATH}?timestamp=1&signature=x"))[1] in (-1021, -1022)


@pytest.mark.parametrize(
    ("lacking", "trades", "reads"),
    [("enableSpotAndMarginTrading", False, True), ("enableReading", True, False), ("enableWithdrawals", True, True)],
)
def test_a_key_without_a_permission_is_refused_what_needs_it(
    paper: PaperClient, lacking: str, trades: bool, reads: bool
) -> None:
    paper.control("restrictions", {lacking: False})

    for answer, allowed in ((paper.market(), trades), (paper.signed("GET", "/api/v3/account"), reads)):
        assert answer.ok == allowed
        assert allowed or error(answer)[1:] == REFUSED


def test_a_permission_that_does_not_exist_is_not_set(paper: PaperClient) -> None:
    with pytest.raises(AssertionError, match="unknown permissions: enableEverything"):
        paper.control("restrictions", {"enableEverything": True})


def test_a_reset_restores_them(paper: PaperClient) -> None:
    paper.control("restrictions", {"enableReading": False})
    paper.control("reset", {})

    assert paper.signed("GET", PATH).json()["enableReading"] is True
