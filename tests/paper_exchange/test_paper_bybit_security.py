"""Who is let in at the paper Bybit, and when: headers, signatures, the receive window, limits, permissions."""

import hashlib
import hmac
import json
from base64 import b64encode
from typing import cast

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from tests.doubles.key_pairs import pair, public_pem
from tests.paper_exchange.paper_bybit import PaperBybit, code, result
from tests.paper_exchange.paper_client import now_ms

ORDER = {"category": "spot", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "qty": "0.01", "price": "60000"}


def send(bybit: PaperBybit, body: str, **headers: str) -> requests.Response:
    return requests.post(f"{bybit.url}/v5/order/create", data=body, headers=bybit.headers(body, **headers), timeout=10)


def signed_at(bybit: PaperBybit, ahead_ms: int, window: str = "5000") -> requests.Response:
    body, timestamp = json.dumps(ORDER), str(now_ms() + ahead_ms)
    signature = hmac.new(b"paper-secret", f"{timestamp}paper-key{window}{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-BAPI-TIMESTAMP": timestamp, "X-BAPI-RECV-WINDOW": window, "X-BAPI-SIGN": signature}
    return send(bybit, body, **headers)


def test_what_is_signed_is_the_body_as_it_is_sent(bybit: PaperBybit) -> None:
    spaced = json.dumps(ORDER, indent=2)
    result(send(bybit, spaced))

    other = bybit.headers(json.dumps(ORDER))
    assert code(requests.post(f"{bybit.url}/v5/order/create", data=spaced, headers=other, timeout=10)) == 10004


def test_a_wrong_key_and_a_wrong_secret_have_codes_of_their_own(bybit: PaperBybit) -> None:
    body = json.dumps(ORDER)
    assert code(send(bybit, body, **{"X-BAPI-API-KEY": "unknown"})) == 10003
    assert code(send(bybit, body, **{"X-BAPI-SIGN": "00"})) == 10004
    bybit.secret = "wrong"
    assert code(bybit.create()) == 10004
    assert code(bybit.get("order/realtime", category="spot")) == 10004


@pytest.mark.parametrize("missing", ["X-BAPI-API-KEY", "X-BAPI-TIMESTAMP", "X-BAPI-SIGN"])
def test_a_request_without_its_headers_is_not_read(bybit: PaperBybit, missing: str) -> None:
    assert send(bybit, json.dumps(ORDER), **{missing: ""}).status_code == 401


def test_the_window_is_open_on_the_late_side_and_a_second_wide_on_the_early_one(bybit: PaperBybit) -> None:
    """server_time - recv_window <= timestamp < server_time + 1000."""
    for ahead_ms, window, expected in (
        (-4_000, "5000", 0),
        (-6_000, "5000", 10002),
        (-6_000, "10000", 0),
        (500, "5000", 0),
        (3_000, "5000", 10002),
    ):
        assert code(signed_at(bybit, ahead_ms, window)) == expected, (ahead_ms, window)


def test_nothing_is_checked_again_before_the_engine(bybit: PaperBybit) -> None:
    """No page of Bybit's documents a second check: what was let in in time is done, however late."""
    bybit.paper.arm("delay", seconds=0.3, before=True)

    result(signed_at(bybit, -4_900, "5000"))

    assert len(bybit.listed("realtime")) == 1


def test_an_rsa_key_signs_in_base64(bybit: PaperBybit) -> None:
    private = cast(RSAPrivateKey, pair("rsa"))
    bybit.paper.control("keys", {"rsa-key": public_pem(private)})
    body, timestamp = json.dumps(ORDER), str(now_ms())
    signature = private.sign(f"{timestamp}rsa-key5000{body}".encode(), PKCS1v15(), SHA256())
    named = {"X-BAPI-API-KEY": "rsa-key", "X-BAPI-TIMESTAMP": timestamp, "X-BAPI-SIGN": b64encode(signature).decode()}

    result(send(bybit, body, **named))
    assert code(send(bybit, body, **(named | {"X-BAPI-SIGN": signature.hex()}))) == 10004


def test_a_key_may_not_do_what_it_is_not_permitted(bybit: PaperBybit) -> None:
    bybit.paper.control("restrictions", {"enableSpotAndMarginTrading": False})

    assert code(bybit.create("spot")) == 10005
    result(bybit.create("linear"))
    key = result(bybit.get("user/query-api"))
    assert (key["permissions"]["Spot"], key["readOnly"], key["deadlineDay"]) == ([], 0, -2)


def test_a_key_that_is_bound_to_no_address_expires(bybit: PaperBybit) -> None:
    bybit.paper.control("restrictions", {"ipRestrict": False})

    key = result(bybit.get("user/query-api"))

    assert (key["ips"], key["deadlineDay"]) == (["*"], 90)
    assert key["expiredAt"] > key["createdAt"]


def test_each_path_has_a_limit_of_its_own_in_a_rolling_second(bybit: PaperBybit) -> None:
    bybit.control("settings", {"limits": {"/v5/order/create": 2}})

    first, second, third = (bybit.create(price=price) for price in ("60000", "60001", "60002"))

    assert [each.headers["X-Bapi-Limit-Status"] for each in (first, second, third)] == ["1", "0", "0"]
    assert {each.headers["X-Bapi-Limit"] for each in (first, second, third)} == {"2"}
    assert (code(first), code(second), code(third)) == (0, 0, 10006)
    assert 0 < int(third.headers["X-Bapi-Limit-Reset-Timestamp"]) - now_ms() <= 1_000
    assert len(bybit.listed("realtime")) == 2
    bybit.turn_clock(1_001)
    assert code(bybit.create()) == 0


def test_an_account_has_its_limits_apart(bybit: PaperBybit) -> None:
    bybit.control("settings", {"limits": {"/v5/order/create": 1}})
    bybit.paper.control("accounts", {"paper-key-2": 222})
    result(bybit.create())
    assert code(bybit.create()) == 10006

    bybit.key, bybit.secret = "paper-key-2", "paper-secret-2"
    result(bybit.create())
    assert len(bybit.listed("realtime")) == 1


def test_an_address_that_asks_too_often_is_kept_out_for_minutes(bybit: PaperBybit) -> None:
    bybit.control("settings", {"address_limit": 2})

    answers = [requests.get(f"{bybit.url}/v5/market/time", timeout=10) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 403]
    assert answers[2].text == "access too frequent"
    bybit.turn_clock(590_000)
    assert bybit.create().status_code == 403
    bybit.turn_clock(601_000)
    result(bybit.create())


def test_paths_and_forms_that_are_not_the_apis(bybit: PaperBybit) -> None:
    assert requests.get(f"{bybit.url}/v5/nowhere", timeout=10).status_code == 404
    assert requests.get(f"{bybit.url}/v5/market/time", data="{}", timeout=10).status_code == 403
    assert code(send(bybit, "[]")) == 10001
    assert code(send(bybit, "no JSON")) == 10001
