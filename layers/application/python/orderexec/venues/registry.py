"""Which venues there are, and where each is built: a venue is imported when it is first used, and built once."""

import threading
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from orderexec.ports import Venue

from .surroundings import Surroundings

if TYPE_CHECKING:
    from .inspection import Inspection, KeyQuestions  # the functions do without


class Entry(NamedTuple):
    """One venue of the contract, or one product of a venue that has several.

    `build` and `inspection` are "module:name", as they would be imported.
    `url_parameter` is the parameter of template.yaml that holds its base URL.
    """

    build: str
    inspection: str
    url_parameter: str


ENTRIES = {
    "binance-spot": Entry(
        build="orderexec.venues.binance.venue:build_spot",
        inspection="orderexec.venues.binance.inspection:SPOT",
        url_parameter="BinanceSpotUrl",
    ),
    "binance-margin": Entry(
        build="orderexec.venues.binance.margin:build_margin",
        inspection="orderexec.venues.binance.margin_inspection:MARGIN",
        url_parameter="BinanceSpotUrl",
    ),
    "binance-usdm": Entry(
        build="orderexec.venues.binance.futures:build_usdm",
        inspection="orderexec.venues.binance.futures_inspection:USDM_FUTURES",
        url_parameter="BinanceUsdmUrl",
    ),
    "binance-coinm": Entry(
        build="orderexec.venues.binance.futures:build_coinm",
        inspection="orderexec.venues.binance.futures_inspection:COINM_FUTURES",
        url_parameter="BinanceCoinmUrl",
    ),
    "bybit/spot": Entry(
        build="orderexec.venues.bybit.venue:build_spot",
        inspection="orderexec.venues.bybit.inspection:SPOT_ORDERS",
        url_parameter="BybitUrl",
    ),
    "bybit/linear": Entry(
        build="orderexec.venues.bybit.venue:build_linear",
        inspection="orderexec.venues.bybit.inspection:LINEAR_ORDERS",
        url_parameter="BybitUrl",
    ),
    "bybit/inverse": Entry(
        build="orderexec.venues.bybit.venue:build_inverse",
        inspection="orderexec.venues.bybit.inspection:INVERSE_ORDERS",
        url_parameter="BybitUrl",
    ),
}


class Venues(Mapping[str, Venue]):
    """The venues of a deployment by name, those of `base_urls`. A venue is imported and built at its first `[name]`.

    Safe to share between threads: who asks first builds, the others wait for it.
    """

    def __init__(self, base_urls: Mapping[str, str], given: Surroundings) -> None:
        self._base_urls = base_urls
        self._given = given
        self._built: dict[str, Venue] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Venue:
        built = self._built.get(name)
        if built is not None:
            return built
        base_url = self._base_urls[name]
        with self._lock:
            if name not in self._built:
                self._built[name] = build_venue(name, base_url, self._given)
            return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._base_urls)

    def __len__(self) -> int:
        return len(self._base_urls)

    def __contains__(self, name: object) -> bool:
        return name in self._base_urls

    def preload(self) -> None:
        """Build the first venue of `base_urls`, the one that a signal means if it names none."""
        self[next(iter(self._base_urls))]

    def open_keys(self, name: str) -> "KeyQuestions":
        """Return what can be asked about a key at a venue of the deployment."""
        inspection: Inspection = _load(ENTRIES[name].inspection)
        return inspection.open_keys(self._base_urls[name], self._given)

    def built(self) -> list[Venue]:
        """Return the venues that were used so far: there is nothing to tell of the others."""
        return list(self._built.values())


def build_venue(name: str, base_url: str, given: Surroundings) -> Venue:
    """Return the venue at that address. It connects at its first request. Raises KeyError if there is none."""
    venue: Venue = _load(ENTRIES[name].build)(base_url, given)
    return venue


def inspect_venue(name: str) -> "Inspection | None":
    """Return the venue as a person's tool sees it; None if this version knows no venue of that name."""
    inspection: Inspection | None = _load(ENTRIES[name].inspection) if name in ENTRIES else None
    return inspection


def _load(reference: str) -> Any:
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)
