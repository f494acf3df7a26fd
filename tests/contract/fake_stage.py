"""The venue that the tests of the use cases meet, as a stage of the contract: an exchange in memory."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast

from orderexec.domain.instruments import Range
from orderexec.domain.outcomes import Failure, Meaning
from orderexec.ports import Credentials, Rules, Venue
from tests.contract.stage import SPOT, SPOT_CODES, USUAL, Codes, Orders, Ways
from tests.doubles.exchange import FakeExchange
from tests.doubles.metered import own_traffic
from tests.doubles.secrets import KEY, ROTATED_KEY
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, UNREACHABLE, Trouble, rate_limited
from tests.doubles.venue import FakeRules, FakeVenue
from tests.doubles.virtual_time import VirtualTime

_NO_SUCH_ORDER = Failure(Meaning.NOT_FOUND, "-2013", "Order does not exist.")


@dataclass(slots=True)
class FakeStage:
    """The double that the protocol tests use."""

    exchange: FakeExchange = field(default_factory=lambda: FakeExchange(VirtualTime()))
    venue: Venue = field(init=False)
    key: Credentials = KEY
    orders: Orders = SPOT
    codes: Codes = SPOT_CODES
    ways: Ways = USUAL

    def __post_init__(self) -> None:
        self.venue = FakeVenue(
            self.exchange, FakeRules(self.exchange), own_traffic("binance-spot", self.exchange.time.clock())
        )

    def exchange_time(self) -> int:
        return self.exchange.now()

    def order_ids(self) -> list[str]:
        return [held.report.order_id for held in self.exchange.orders]

    def skew_clock(self, milliseconds: int) -> None:
        self.exchange.skew_ms = milliseconds

    def spend_everything(self) -> None:
        self.exchange.funds = Decimal(0)

    def coarsen_lots(self) -> None:
        lot = Range(Decimal("0.1"), Decimal("0.1"), Decimal(100))
        self.exchange.instruments["BTCUSDT"] = replace(self.exchange.instruments["BTCUSDT"], lot=lot)

    def lose_answer(self) -> None:
        self.exchange.troubles.append(LOST_ANSWER)

    def lose_request(self) -> None:
        self.exchange.troubles.append(LOST_REQUEST)

    def limit_rate(self, seconds: int) -> None:
        self.exchange.troubles.append(rate_limited(seconds))

    def hide_next_order(self) -> None:
        self.exchange.troubles.append(Trouble(hidden_ms=60_000))

    def hide_orders_from_their_lookup(self) -> None:
        self.exchange.lookup_answers.extend([_NO_SUCH_ORDER] * 2)

    def fail_the_history(self) -> None:
        self.exchange.lookup_answers.extend([_NO_SUCH_ORDER, Failure(Meaning.UNKNOWN, None, "HTTP 503")])

    def second_key(self, *, of_another_account: bool) -> Credentials:
        if of_another_account:
            other = FakeExchange(self.exchange.time, keys={ROTATED_KEY})
            cast(FakeVenue, self.venue).elsewhere[ROTATED_KEY] = other
        else:
            self.exchange.keys.add(ROTATED_KEY)
        return ROTATED_KEY

    def unplug(self) -> Venue:
        self.exchange.troubles.append(UNREACHABLE)
        self.exchange.lookup_answers.append(Failure(Meaning.RETRY, None, "the exchange could not be reached"))
        return self.venue

    def unplug_market_data(self) -> Rules:
        self.exchange.rules_reachable = False
        return self.venue.rules
