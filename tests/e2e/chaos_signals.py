"""The signals of the chaos test: every kind of order and of refusal that the function knows, drawn from one seed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from tests.e2e import chaos_bybit, chaos_products

Fields = dict[str, Any]

PRICES = {"BTCUSDT": "65000", "ETHUSDT": "3500", "DOGEUSDT": "0.15", "SHIBUSDT": "0.00001234", "ETHBTC": "0.053"}
QUANTITIES = {"BTCUSDT": "0.00234", "ETHUSDT": "0.0213", "DOGEUSDT": "234", "SHIBUSDT": "2345678", "ETHBTC": "0.0567"}
SPOT = "binance-spot"
VENUES = {SPOT, chaos_products.MARGIN, chaos_products.USDM, chaos_products.COINM, chaos_bybit.BYBIT}
FIRST = (*chaos_products.FIRST, *chaos_bybit.FIRST)
NO_SECRET = "nobody"
BROKEN = "broken JSON"


@dataclass(frozen=True, slots=True)
class ChaosSignal:
    """One signal, published `copies` times. `id` is None where the body is too broken to hold one."""

    kind: str
    id: str | None
    account: str
    venue: str
    body: str
    copies: int

    @property
    def must_die(self) -> bool:
        """Whether no order may come of it, whatever happens."""
        return self.kind in REFUSED

    @property
    def is_dry_run(self) -> bool:
        """Whether the exchange only tries it out."""
        return self.kind in (DRY_RUN, chaos_products.DRY_RUN)

    @property
    def is_protected(self) -> bool:
        """Whether it is an entry whose exits are orders of their own."""
        return self.kind in chaos_products.PROTECTED


def draw(random: Random, count: int) -> list[ChaosSignal]:
    """`count` signals in the order of publishing; every kind at least once if there are as many."""
    count -= len(FIRST)
    kinds = [*KINDS, *random.choices(list(KINDS), weights=[KINDS[kind][0] for kind in KINDS], k=count)][:count]
    random.shuffle(kinds)
    return [_signal(random, number, kind) for number, kind in enumerate(_bring_forward(random, kinds))]


def _bring_forward(random: Random, kinds: list[str]) -> list[str]:
    """Mix what waits for a price into the first signals: a doubt about it lasts two minutes, and so would the test."""
    waiting = [kind for kind in kinds if kind in chaos_products.WAITING]
    others = [kind for kind in kinds if kind not in chaos_products.WAITING]
    first = waiting + others[: len(waiting)]
    random.shuffle(first)
    return [*FIRST, *first, *others[len(waiting) :]]


def _signal(random: Random, number: int, kind: str) -> ChaosSignal:
    if kind == BROKEN:
        return ChaosSignal(kind, None, "main", SPOT, '{"symbol": "BTCUSDT", "side": ', 1)
    fields = {"id": f"chaos-{number:04}", "strategy": kind} | KINDS[kind][1](random)
    copies = random.choices([1, 2, 3], weights=[85, 10, 5])[0]
    account, venue = fields.get("account", "main"), fields.get("venue", SPOT)
    return ChaosSignal(kind, fields["id"], account, venue, json.dumps(fields), copies)


def _market(random: Random) -> Fields:
    symbol = random.choice(list(QUANTITIES))
    return {"symbol": symbol, "side": random.choice(["BUY", "SELL"]), "quantity": QUANTITIES[symbol]}


def _quote(random: Random) -> Fields:
    return {"symbol": random.choice(["BTCUSDT", "DOGEUSDT"]), "side": "BUY", "quote_quantity": "123.45"}


def _limit(random: Random) -> Fields:
    """At a price that trades at once."""
    fields = _market(random) | {"type": "LIMIT", "time_in_force": random.choice(["GTC", "IOC", "FOK"])}
    return _priced(fields, Decimal("1.02") if fields["side"] == "BUY" else Decimal("0.98"))


def _resting(random: Random) -> Fields:
    fields = _market(random) | {"type": "LIMIT"}
    return _priced(fields, Decimal("0.9") if fields["side"] == "BUY" else Decimal("1.1"))


def _priced(fields: Fields, factor: Decimal) -> Fields:
    return fields | {"price": f"{Decimal(PRICES[fields['symbol']]) * factor:f}"}


def _dry_run(random: Random) -> Fields:
    return _market(random) | {"dry_run": True}


def _short_lived(random: Random) -> Fields:
    return _market(random) | {"max_age_seconds": random.randint(1, 60)}


def _fixed(**fields: Any) -> Callable[[Random], Fields]:
    order = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    return lambda _: order | fields


DRY_RUN = "dry run"
# The kinds, how often each comes relative to the others, and how its fields are drawn.
ACCEPTED: Mapping[str, tuple[int, Callable[[Random], Fields]]] = {
    "market": (40, _market),
    "quote-sized": (12, _quote),
    "limit": (14, _limit),
    "resting": (6, _resting),
    DRY_RUN: (8, _dry_run),
    "short-lived": (6, _short_lived),
    **chaos_products.ACCEPTED,
    **chaos_bybit.ACCEPTED,
}
REFUSED: Mapping[str, tuple[int, Callable[[Random], Fields]]] = {
    BROKEN: (1, _fixed()),
    "unknown field": (2, _fixed(colour="green")),
    "stale": (2, _fixed(issued_at="2026-01-01T00:00:00Z")),
    "unknown symbol": (2, _fixed(symbol="NOSUCHPAIR")),
    "not trading": (2, _fixed(symbol="BTTUSDT", quantity="5000")),
    "below notional": (2, _fixed(quantity="0.00001")),
    "cannot pay": (2, _fixed(symbol="DOGEUSDT", side="SELL", quantity="5000000")),
    # Not a wrong key: whoever has one cannot ask what became of a lost answer either, and waits long for a person.
    "no secret": (2, _fixed(account=NO_SECRET)),
    **chaos_products.REFUSED,
    **chaos_bybit.REFUSED,
}
KINDS = {**ACCEPTED, **REFUSED}
