"""What a symbol may be: any case, none that the exchange lacks, and no word that harms whoever else trades."""

import json
import time

import pytest

from orderexec.domain.lifecycle import Reason, State
from tests.integration.stage import Stage, buy

Body = dict[str, object]
LIST, RULES = ("GET", "/api/v3/ticker/price"), ("GET", "/api/v3/exchangeInfo")
EXCHANGE_INFO = {"method": RULES[0], "path": RULES[1]}
NAMED: list[tuple[str, Body]] = [
    ("place", {"side": "BUY", "quantity": "0.001"}),
    ("place", {"side": "BUY", "type": "LIMIT", "price": "6", "quantity": "1", "take_profit": "7", "stop_loss": "5"}),
    ("place", {"side": "SELL", "quantity_percent": 50}),
    ("cancel", {"all_orders": True}),
]


def resting(signal_id: str) -> Body:
    return buy(signal_id, type="LIMIT", price="60000")


def gates(stage: Stage) -> list[str]:
    item = stage.dynamodb.get_item(TableName="shared", Key={"pk": {"S": "controls"}}).get("Item", {})
    return [name for name in item if name.startswith("gate:")]


def asked(stage: Stage) -> list[tuple[str, str, str | None]]:
    return [(each["method"], each["path"], each["symbol"]) for each in stage.paper.seen("requests")]


@pytest.mark.parametrize(("action", "fields"), NAMED, ids=["market", "bracket", "percent", "cancel all"])
@pytest.mark.parametrize("word", ["SELECT", "union", "Drop"])
def test_a_symbol_that_is_an_sql_word_is_refused_and_harms_nobody(
    stage: Stage, word: str, action: str, fields: Body
) -> None:
    """The exchange's firewall answers 403 to such a word, and a 403 once closed the exchange for everybody."""
    stage.run(resting("resting"))

    assert stage.run({"id": "garbage", "action": action, "symbol": word} | fields) == []

    row = stage.row("garbage")
    assert (row.state, row.reason, row.code) == (State.DEAD, Reason.RULES, "-1121")
    name = word.upper()
    assert row.detail == (
        f"{name}: '{name}' is none of the 7 symbols that the exchange lists: the exchange has no such symbol; "
        "publish a corrected signal under a new id, with the symbol as the exchange spells it (BTCUSDT)"
    )
    assert word.upper() not in [symbol for _, _, symbol in asked(stage)]
    assert gates(stage) == []
    cancel: Body = {"id": "c1", "symbol": "BTCUSDT", "action": "cancel", "target": "resting"}
    assert stage.run(cancel, buy("good")) == []
    assert (stage.row("c1").state, stage.row("good").state) == (State.ACCEPTED, State.ACCEPTED)


def test_a_flood_of_unknown_symbols_costs_the_exchange_one_request(stage: Stage) -> None:
    stage.run(buy("first"))
    before = asked(stage)

    for start in range(0, 30, 10):
        assert stage.run(*(buy(f"s{number}", symbol=f"NOSUCH{number}") for number in range(start, start + 10))) == []

    assert (*LIST, None) in before  # the one request: its answer serves all of them
    assert asked(stage) == before
    assert {stage.row(f"s{number}").code for number in range(30)} == {"-1121"}


def test_no_text_of_a_producer_is_in_any_request(stage: Stage) -> None:
    """An id, a strategy, a target: they may be SQL as well, and the paper exchange's firewall would say so."""
    words: Body = {"strategy": "UNION SELECT"}
    assert stage.run(resting("DROP TABLE") | words) == []
    assert stage.run({"id": "INSERT", "action": "cancel", "symbol": "BTCUSDT", "target": "DROP TABLE"} | words) == []

    assert (stage.row("DROP TABLE").state, stage.row("INSERT").state) == (State.ACCEPTED, State.ACCEPTED)
    assert gates(stage) == []


def test_a_listed_symbol_that_the_firewall_blocks_waits_alone(stage: Stage) -> None:
    stage.run(resting("resting"))
    stage.paper.arm("answer_instead", status=403, body="<html>", count=5, match=EXCHANGE_INFO | {"symbol": "ETHUSDT"})

    [staying] = stage.run(buy("blocked", symbol="ETHUSDT"), buy("good"))

    assert gates(stage) == []
    assert stage.row("good").state is State.ACCEPTED
    assert stage.run({"id": "c1", "symbol": "BTCUSDT", "action": "cancel", "target": "resting"}) == []
    assert stage.run(buy("blocked too", symbol="ETHUSDT")) != []
    assert [path for _, path, symbol in asked(stage) if symbol == "ETHUSDT"] == ["/api/v3/exchangeInfo"]
    assert staying


def test_an_address_that_the_firewall_blocks_is_left_alone_by_all(stage: Stage) -> None:
    stage.run(buy("first"))
    for path in ("/api/v3/order", "/api/v3/ping"):
        stage.paper.arm("answer_instead", status=403, body="<html>", match={"path": path})

    assert stage.run(buy("blocked")) != []
    count = len(asked(stage))
    assert stage.run(buy("held")) != []

    assert gates(stage) == ["gate:ban/binance-spot"]
    assert len(asked(stage)) == count


@pytest.mark.parametrize("symbol", ["btcusdt", "BtcUsdt"])
def test_a_symbol_is_taken_in_any_case(stage: Stage, symbol: str) -> None:
    assert stage.run(buy("low", symbol=symbol)) == []
    assert stage.run(buy("low")) == []  # the same signal, by its content

    assert stage.row("low").state is State.ACCEPTED
    assert len(stage.paper.seen("orders")) == 1
    assert stage.dead_letters() == []


def test_a_symbol_beyond_ascii_is_traded(stage: Stage) -> None:
    symbol = "\u5e01\u5b89\u4eba\u751fUSDT"

    assert (
        stage.run(buy("meme", symbol=symbol, quantity="100"), buy("lower", symbol=symbol.lower(), quantity="100")) == []
    )

    assert (stage.row("meme").state, stage.row("lower").state) == (State.ACCEPTED, State.ACCEPTED)


def test_a_symbol_that_was_listed_while_the_list_was_young_is_found_ten_seconds_later(stage: Stage) -> None:
    """The list is kept; what is kept refuses nothing once it is older than ten seconds."""
    assert stage.run(buy("first")) == []
    key = {"pk": {"S": "binance-spot/symbols/all"}}
    item = stage.dynamodb.get_item(TableName="shared", Key=key)["Item"]
    old = int(item["fetched_at"]["N"]) - 11_000
    stale = item | {
        "text": {"S": "BTCUSDT"},
        "fetched_at": {"N": str(old)},
        "leased_until": {"N": str(old + 10_000)},
    }
    stage.dynamodb.put_item(TableName="shared", Item=stale)
    stage.new_container()

    assert stage.run(buy("new", symbol="ETHUSDT", quantity="0.01")) == []

    assert stage.row("new").state is State.ACCEPTED


@pytest.mark.parametrize("text", ['{"symbol": "ETHUSDT"}', "[]", "no JSON"])
def test_rules_that_another_version_kept_otherwise_are_asked_for_anew(stage: Stage, text: str) -> None:
    """Else the symbol would be closed to everybody until the table deletes the entry, a day later."""
    assert stage.run(buy("first")) == []
    then = str(time.time_ns() // 1_000_000 - 3_000)
    entry = {"text": {"S": text}, "fetched_at": {"N": then}, "leased_until": {"N": then}}
    stage.dynamodb.put_item(TableName="shared", Item={"pk": {"S": "binance-spot/rules/ETHUSDT"}, **entry})

    assert stage.run(buy("other", symbol="ETHUSDT", quantity="0.01")) == []

    assert stage.row("other").state is State.ACCEPTED


def test_a_documented_refusal_of_the_question_for_the_rules_ends_the_signal_at_once(stage: Stage) -> None:
    refusal = {"code": -1100, "msg": "Illegal characters found in parameter 'symbol'."}
    stage.paper.arm("answer_instead", status=400, body=json.dumps(refusal), match=EXCHANGE_INFO)

    assert stage.run(buy("illegal")) == []

    row = stage.row("illegal")
    assert (row.state, row.reason, row.code) == (State.DEAD, Reason.RULES, "-1100")
    assert "Illegal characters found in parameter 'symbol'." in (row.detail or "")


CAUSES = [
    (
        {"status": 451, "body": '{"code": 0, "msg": "Service unavailable from a restricted location"}'},
        "Service unavailable from a restricted location (HTTP 451): the exchange does not serve the place",
    ),
    ({"status": 502, "body": "<html>Bad gateway</html>"}, "HTTP 502 without a readable error"),
]


@pytest.mark.parametrize(("fault", "words"), CAUSES, ids=["451", "502"])
@pytest.mark.parametrize("paths", [LIST[1:], RULES[1:], (LIST[1], RULES[1])], ids=["list", "rules", "both"])
def test_why_the_rules_cannot_be_had_is_told(
    stage: Stage, caplog: pytest.LogCaptureFixture, fault: Body, words: str, paths: list[str]
) -> None:
    for path in paths:
        stage.paper.arm("answer_instead", count=1_000, match={"method": "GET", "path": path}, **fault)
    if fault["status"] == 502 and RULES[1] not in paths:  # an exchange that is up tells the list elsewhere
        assert stage.run(buy("geo"), buy("geo too")) == []
        return

    assert stage.run(buy("geo"), buy("geo too")) != []

    told = [vars(record)["why"] for record in caplog.records if "why" in vars(record)]
    assert len(told) == 2
    assert all(why.startswith("the rules of BTCUSDT cannot be had: ") and words in why for why in told)
    assert "order may exist" not in "".join(told)  # nobody asked for one


def test_a_price_has_no_more_digits_than_its_asset_where_the_tick_is_0(stage: Stage) -> None:
    off = {"tickSize": "0.00000000", "minPrice": "0.00000000", "maxPrice": "0.00000000"}
    stage.paper.control("symbols", {"symbol": "DOGEUSDT", "filters": {"PRICE_FILTER": off}})

    assert stage.run(buy("t", symbol="DOGEUSDT", type="LIMIT", price="0.1234567890123", quantity="100")) == []

    assert stage.row("t").state is State.ACCEPTED
    assert [order["price"] for order in stage.paper.seen("orders")] == ["0.12345678"]
