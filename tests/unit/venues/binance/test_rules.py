"""A symbol's rules and prices over scripted replies: which endpoint each is asked of, and what garbage means."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from orderexec.domain.instruments import Instrument
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import CacheEntry, Snapshot
from orderexec.venues.binance.rules import BinanceMarketData
from orderexec.venues.http import NoReply, Reply
from orderexec.venues.rules import SharedRules, share_rules
from tests.doubles.metered import metered
from tests.doubles.shared_cache import MemorySharedCache
from tests.doubles.virtual_time import START_MS, VirtualTime
from tests.unit.venues.binance.recorded import recorded
from tests.unit.venues.binance.scripted_venue import ScriptedTransport, error, failed, reply, venue

SYMBOL = recorded("exchange_info")["symbols"][0]
LIST = reply([{"symbol": "ETHBTC", "price": "0.03"}, {"symbol": "LTCBTC", "price": "0.01"}])
RULES = reply({"symbols": [{"symbol": "OTHER"}, SYMBOL]})


def sent(transport: ScriptedTransport) -> list[tuple[str, str]]:
    return [(each["request"], each["query"]) for each in transport.sent]


T = TypeVar("T")


def had(answer: Snapshot[T] | Failure) -> T:
    assert isinstance(answer, Snapshot), answer
    return answer.value


def test_the_rules_of_a_symbol_come_from_exchange_info_once() -> None:
    spot, transport = venue(LIST, RULES)

    first = spot.rules.get_instrument("ETHBTC", not_before=START_MS)
    again = spot.rules.get_instrument("ETHBTC", not_before=START_MS)

    assert first == again
    assert isinstance(first, Snapshot)
    assert isinstance(first.value, Instrument)
    assert (first.value.symbol, first.fetched_at) == ("ETHBTC", START_MS)
    assert sent(transport) == [("GET /api/v3/ticker/price", ""), ("GET /api/v3/exchangeInfo", "symbol=ETHBTC")]


@pytest.mark.parametrize("name", ["NOPE", "SELECT", "ethbtc", "\u5e01\u5b89\u4eba\u751fUSDT", "ETHBTC&symbol=X", "A B"])
def test_a_symbol_that_the_exchange_does_not_list_is_named_in_no_request(name: str) -> None:
    spot, transport = venue(LIST)

    word = failed(had(spot.rules.get_instrument(name, not_before=START_MS)))

    assert (word.meaning, word.code) == (Meaning.REJECT, "-1121")
    assert "is none of the 2 symbols that the exchange lists: the exchange has no such symbol" in word.detail
    assert spot.rules.get_market_price(name, not_before=START_MS) == word
    assert spot.rules.get_last_price(name, not_before=START_MS) == word
    assert sent(transport) == [("GET /api/v3/ticker/price", "")]


def test_a_flood_of_unknown_symbols_costs_one_list_in_ten_seconds_and_no_memory() -> None:
    spot, transport = venue(LIST, LIST, takes_ms=40)
    clock = spot.connection.clock
    start = clock.now()

    for number in range(1_000):
        asked = spot.rules.get_instrument(f"X{number}", not_before=clock.now() - 10_000)
        assert isinstance(asked, Snapshot)
        clock.sleep(0.015)

    assert 15_000 <= clock.now() - start < 20_000
    assert sent(transport) == [("GET /api/v3/ticker/price", "")] * 2
    assert not spot.rules.instruments._locks
    assert not spot.rules.instruments._quiet


def test_a_symbol_is_known_ten_seconds_after_it_is_listed() -> None:
    listed = reply([{"symbol": "ETHBTC"}, {"symbol": "NEWUSDT"}])
    spot, _ = venue(LIST, listed, reply({"symbols": [SYMBOL | {"symbol": "NEWUSDT"}]}))
    spot.rules.get_instrument("NEWUSDT", not_before=START_MS)
    spot.connection.clock.sleep(10.001)

    assert isinstance(had(spot.rules.get_instrument("NEWUSDT", not_before=START_MS + 1)), Instrument)


def test_a_symbol_whose_rules_somebody_had_needs_no_list() -> None:
    time, cache = VirtualTime(), MemorySharedCache()
    rules_of(time, cache, ScriptedTransport(time, LIST, RULES)).get_instrument("ETHBTC", not_before=START_MS)
    time.advance(3_600_000)
    cache.entries.pop("binance-spot/symbols/all")
    transport = ScriptedTransport(time, RULES)

    assert isinstance(had(rules_of(time, cache, transport).get_instrument("ETHBTC", not_before=time.now())), Instrument)
    assert sent(transport) == [("GET /api/v3/exchangeInfo", "symbol=ETHBTC")]


def test_a_symbol_on_an_old_list_needs_no_new_one() -> None:
    spot, transport = venue(LIST, RULES, reply({"symbols": [SYMBOL | {"symbol": "LTCBTC"}]}))
    spot.rules.get_instrument("ETHBTC", not_before=START_MS)
    spot.connection.clock.sleep(86_400)

    assert isinstance(had(spot.rules.get_instrument("LTCBTC", not_before=START_MS + 80_000_000)), Instrument)
    assert [request for request, _ in sent(transport)].count("GET /api/v3/ticker/price") == 1


def test_an_old_list_refuses_nothing() -> None:
    spot, _ = venue(LIST, RULES, NoReply(False, "NewConnectionError"))
    spot.rules.get_instrument("ETHBTC", not_before=START_MS)
    spot.connection.clock.sleep(60)

    answer = failed(spot.rules.get_instrument("NEWUSDT", not_before=START_MS + 50_000))

    assert answer.detail.startswith("the exchange could not be reached (NewConnectionError)")


GEO = reply({"code": 0, "msg": "Service unavailable from a restricted location"}, 451)
CAUSES = [
    (GEO, "(HTTP 451): the exchange does not serve the place"),
    (Reply(502, {}, b"<html>Bad gateway</html>"), "HTTP 502 without a readable error"),
    (NoReply(False, "NewConnectionError"), "the exchange could not be reached"),
    (NoReply(True, "ReadTimeoutError"), "no answer came (ReadTimeoutError)"),
    (error(-1003, "Too many requests", status=429), "Too many requests (HTTP 429)"),
    (reply({}), "HTTP 200 without a readable error"),
]


@pytest.mark.parametrize(("answer", "words"), CAUSES, ids=[words for _, words in CAUSES])
def test_why_nothing_can_be_had_is_said_whatever_was_asked(answer: Reply | NoReply, words: str) -> None:
    of_list = failed(venue(answer, answer)[0].rules.get_instrument("ETHBTC", not_before=START_MS))
    of_rules = failed(venue(LIST, answer)[0].rules.get_instrument("ETHBTC", not_before=START_MS))
    of_last = failed(venue(LIST, RULES, answer)[0].rules.get_last_price("ETHBTC", not_before=START_MS))
    of_average = failed(
        venue(LIST, RULES, NO_REFERENCE, answer)[0].rules.get_market_price("ETHBTC", not_before=START_MS)
    )

    assert all(words in each.detail for each in (of_list, of_rules, of_last, of_average))


@pytest.mark.parametrize("refusal", [error(-1100, "Illegal characters found in parameter 'symbol'."), error(-1121)])
def test_a_documented_refusal_of_the_question_is_an_answer(refusal: Reply) -> None:
    word = failed(had(venue(LIST, refusal)[0].rules.get_instrument("ETHBTC", not_before=START_MS)))

    assert word.meaning is Meaning.REJECT
    assert word.code in ("-1100", "-1121")


@pytest.mark.parametrize(
    "answer",
    [
        reply({}),
        reply({"symbols": None}),
        reply({"symbols": ["ETHBTC"]}),
        reply({"symbols": []}),
        reply(b"<html>"),
        reply({"symbols": [{"symbol": "ETHBTC"}]}),
        reply({"symbols": [SYMBOL]}, 500),
        error(-1003, status=429),
        NoReply(True, "ReadTimeout"),
    ],
)
def test_rules_that_cannot_be_had_are_a_failure(answer: Reply | NoReply) -> None:
    assert isinstance(venue(LIST, answer)[0].rules.get_instrument("ETHBTC", not_before=START_MS), Failure)


@pytest.mark.parametrize("garbled", [{}, [], [{}], [1], [{"symbol": 5}], "x", None, [{"symbol": "A B"}]])
def test_a_garbled_list_refuses_nothing(garbled: object) -> None:
    rules = venue(reply(garbled), reply({"symbols": garbled}))[0].rules

    assert isinstance(rules.get_instrument("ETHBTC", not_before=START_MS), Failure)


@pytest.mark.parametrize("first", [reply({}, 404), reply({}, 503), error(-1102, "no symbol"), reply([])])
def test_an_exchange_that_does_not_give_the_first_list_is_asked_for_the_second(first: Reply) -> None:
    spot, transport = venue(first, reply({"symbols": [SYMBOL, {"symbol": "LTCBTC"}]}), RULES)

    assert isinstance(had(spot.rules.get_instrument("ETHBTC", not_before=START_MS)), Instrument)
    assert failed(had(spot.rules.get_instrument("SELECT", not_before=START_MS))).code == "-1121"
    assert sent(transport)[1:] == [("GET /api/v3/exchangeInfo", ""), ("GET /api/v3/exchangeInfo", "symbol=ETHBTC")]


@pytest.mark.parametrize("status", [403, 418, 429, 451])
def test_an_exchange_that_wants_nobody_is_not_asked_for_the_second_list(status: int) -> None:
    spot, transport = venue(reply({}, status))

    assert isinstance(spot.rules.get_symbols(not_before=START_MS), Failure)
    assert len(transport.sent) == 1


def test_a_test_exchange_that_has_no_list_is_asked_by_name() -> None:
    spot, transport = venue(reply({}, 404), reply({}, 400), error(-1121, "Invalid symbol."), RULES)

    assert failed(had(spot.rules.get_instrument("NOSUCH", not_before=START_MS))).code == "-1121"
    assert isinstance(had(spot.rules.get_instrument("ETHBTC", not_before=START_MS)), Instrument)
    assert [query for _, query in sent(transport)] == ["", "", "symbol=NOSUCH", "symbol=ETHBTC"]


def test_all_symbols_fit_into_one_item_of_the_shared_table() -> None:
    names = [{"symbol": f"COIN{number:05}USDT", "price": "1"} for number in range(20_000)]  # there are some 3,500
    time, cache = VirtualTime(), MemorySharedCache()

    rules_of(time, cache, ScriptedTransport(time, reply(names))).get_symbols(not_before=START_MS)

    [entry] = cache.entries.values()
    assert entry.text is not None
    assert len(entry.text.encode()) < 400_000


NO_REFERENCE = error(-2043, "This symbol doesn't have a reference price.")


def test_the_price_that_filters_measure_at_is_the_reference_price_where_there_is_one() -> None:
    spot, transport = venue(LIST, RULES, reply({"symbol": "ETHBTC", "referencePrice": "10.00", "timestamp": START_MS}))

    assert str(had(spot.rules.get_market_price("ETHBTC", not_before=START_MS))) == "10.00"
    assert sent(transport)[2:] == [("GET /api/v3/referencePrice", "symbol=ETHBTC")]


@pytest.mark.parametrize("none", [NO_REFERENCE, reply({"symbol": "ETHBTC", "referencePrice": None})])
def test_without_a_reference_price_it_is_the_average_price(none: Reply) -> None:
    spot, transport = venue(LIST, RULES, none, reply({"mins": 5, "price": "9.35751834"}))

    assert str(had(spot.rules.get_market_price("ETHBTC", not_before=START_MS))) == "9.35751834"
    assert [request for request, _ in sent(transport)[2:]] == ["GET /api/v3/referencePrice", "GET /api/v3/avgPrice"]


@pytest.mark.parametrize("garbled", [{"price": 9.3}, {"price": "NaN"}, {"price": "0"}, {}, []])
def test_a_garbled_price_is_none(garbled: object) -> None:
    averages = venue(LIST, RULES, NO_REFERENCE, reply(garbled))[0].rules
    lasts = venue(LIST, RULES, reply(garbled))[0].rules
    assert isinstance(averages.get_market_price("ETHBTC", not_before=START_MS), Failure)
    assert isinstance(lasts.get_last_price("ETHBTC", not_before=START_MS), Failure)


def test_the_last_price_is_that_of_the_last_trade() -> None:
    spot, transport = venue(LIST, RULES, reply({"symbol": "ETHBTC", "price": "4.00000200"}))

    assert str(had(spot.rules.get_last_price("ETHBTC", not_before=START_MS))) == "4.00000200"
    assert transport.sent[2]["request"] == "GET /api/v3/ticker/price"


def test_questions_for_rules_leave_half_of_the_requests_to_orders() -> None:
    """A producer can name each of the 3,500 symbols; at 20 a question that would use up everybody's minute."""
    limits = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}]

    def rules(used: int) -> Reply:
        return reply({"symbols": [SYMBOL], "rateLimits": limits}, headers={"X-MBX-USED-WEIGHT-1M": str(used)})

    spot, transport = venue(LIST, rules(2_000), rules(3_000), rules(20))
    clock = spot.connection.clock
    spot.rules.get_instrument("ETHBTC", not_before=clock.now())
    clock.sleep(5)
    spot.rules.get_instrument("ETHBTC", not_before=clock.now())
    clock.sleep(5)

    new = failed(spot.rules.get_instrument("LTCBTC", not_before=clock.now() - 600_000))
    known = spot.rules.get_instrument("ETHBTC", not_before=clock.now())

    assert "the other half is kept for orders whose rules are known" in new.detail
    assert isinstance(known, Snapshot)
    assert known.trouble == new
    assert len(transport.sent) == 3
    clock.sleep(60)  # the next minute
    assert isinstance(had(spot.rules.get_instrument("ETHBTC", not_before=clock.now())), Instrument)
    assert len(transport.sent) == 4


# ---------------------------------------------------------------- what a price costs a bracket


class CountedCache(MemorySharedCache):
    reads = 0

    def read(self, key: str) -> CacheEntry | None:
        self.reads += 1
        return super().read(key)


def rules_of(time: VirtualTime, cache: MemorySharedCache, transport: ScriptedTransport) -> SharedRules:
    return share_rules("binance-spot", BinanceMarketData(metered(transport, time.clock())), cache, time.clock())


def priced(time: VirtualTime, cache: MemorySharedCache) -> SharedRules:
    """An exchange that takes 50 ms for a price, as one container sees it that knows the symbol."""
    transport = ScriptedTransport(time, LIST, RULES, *[reply({"price": "4.0"})] * 60, takes_ms=50)
    rules = rules_of(time, cache, transport)
    rules.get_instrument("ETHBTC", not_before=START_MS)
    return rules


def test_a_price_costs_one_look_and_one_question_if_the_last_one_is_too_old() -> None:
    time, cache = VirtualTime(), CountedCache()
    rules = priced(time, cache)
    cache.reads, waits = 0, []

    for _ in range(60):
        asked_at = time.now()
        assert isinstance(rules.get_last_price("ETHBTC", not_before=asked_at - 1_000), Snapshot)
        waits.append(time.now() - asked_at)
        time.advance(1_200 - waits[-1])

    assert max(waits) <= 50  # the question itself
    assert cache.reads == 60


@pytest.mark.parametrize("late_ms", [10, 30, 90])
def test_who_finds_a_price_being_asked_for_waits_no_longer_than_that_takes(late_ms: int) -> None:
    time, cache = VirtualTime(), CountedCache()
    rules, now = priced(time, cache), time.now()
    key = "binance-spot/last/ETHBTC"
    cache.lease(key, seen=0, until=now + 8_000)
    sleep: Callable[[float], None] = rules.last_prices.clock.sleep

    def sleep_until_published(seconds: float) -> None:
        sleep(seconds)
        if time.now() >= now + late_ms:
            cache.publish(key, "4.0", now, leased_until=now + 1_000)

    object.__setattr__(rules.last_prices.clock, "sleep", sleep_until_published)
    cache.reads = 0

    assert isinstance(rules.get_last_price("ETHBTC", not_before=now - 1_000), Snapshot)
    assert time.now() - now <= 2 * max(late_ms, 50) + 50
    assert cache.reads <= 3
