"""The environment the function runs in, read here and nowhere else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .domain.policy import Policy
from .domain.products import list_markets
from .domain.validity import Resend


class ConfigurationError(RuntimeError):
    """The deployment is wrong; the sentence says which variable and what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What template.yaml sets. Base URLs by venue, of a venue with
    several products by each of them, of those that the stack trades at; times in milliseconds.

    The venue that is named first is made ready before the first signal; the others are at their first signal.
    `limit_share` (0 to 1) of the exchange's limits is used; `containers` run at once at the most. Of refusals in a row
    that many halt what they have in common, 0 never. `resend` None: as each venue's own default.
    """

    base_urls: Mapping[str, str]
    secret_prefix: str
    recv_window_ms: int
    resend: Resend | None
    ledger_table: str
    shared_table: str
    signal_queue_url: str
    dead_letter_queue_url: str
    limits_prefix: str
    require_limits: bool
    limit_share: float
    containers: int
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterConfig:
    """What template.yaml sets for the function that reports outcomes."""

    stack: str
    event_bus: str
    unreported_queue_url: str


def read_environment(environment: Mapping[str, str]) -> Config:
    """Return the configuration. Raises ConfigurationError where a variable is missing or out of range."""
    recv_window_ms = _read_whole(environment, "RECV_WINDOW_MS", 1, 60_000)  # the exchange's own limits
    return Config(
        base_urls=_read_base_urls(environment),
        secret_prefix=_read_text(environment, "SECRET_PREFIX"),
        recv_window_ms=recv_window_ms,
        resend=_read_resend(environment),
        ledger_table=_read_text(environment, "LEDGER_TABLE"),
        shared_table=_read_text(environment, "SHARED_TABLE"),
        signal_queue_url=_read_text(environment, "SIGNAL_QUEUE_URL"),
        dead_letter_queue_url=_read_text(environment, "DEAD_LETTER_QUEUE_URL"),
        limits_prefix=_read_text(environment, "LIMITS_PREFIX"),
        require_limits=_read_flag(environment, "REQUIRE_LIMITS"),
        limit_share=_read_whole(environment, "LIMIT_SHARE_PERCENT", 1, 100) / 100,
        containers=_read_whole(environment, "MAXIMUM_CONCURRENCY", 1, 1_000),
        policy=Policy(
            max_age_ms=1000 * _read_whole(environment, "SIGNAL_MAX_AGE_SECONDS", 1, 1_209_600),
            halt_after_credential_failures=_read_whole(environment, "HALT_AFTER_CREDENTIAL_FAILURES", 0, 1_000_000),
            halt_after_rejections=_read_whole(environment, "HALT_AFTER_REJECTIONS", 0, 1_000_000),
            follow_share=_read_whole(environment, "FOLLOW_SHARE_PERCENT", 1, 100) / 100,
        ),
    )


def read_reporter_environment(environment: Mapping[str, str]) -> ReporterConfig:
    """Return the reporter's configuration. Raises ConfigurationError where a variable is missing."""
    return ReporterConfig(
        stack=_read_text(environment, "STACK_NAME"),
        event_bus=_read_text(environment, "EVENT_BUS"),
        unreported_queue_url=_read_text(environment, "UNREPORTED_QUEUE_URL"),
    )


# Where the address of each venue stands. A variable of a venue that is not named is not read.
URL_VARIABLES = {
    "binance-spot": "BINANCE_SPOT_URL",
    "binance-margin": "BINANCE_SPOT_URL",
    "binance-usdm": "BINANCE_USDM_URL",
    "binance-coinm": "BINANCE_COINM_URL",
    "bybit": "BYBIT_URL",
}


def _read_base_urls(environment: Mapping[str, str]) -> dict[str, str]:
    names = [name.strip() for name in _read_text(environment, "VENUES").split(",")]
    unknown = [name for name in names if name not in URL_VARIABLES]
    if unknown:
        raise ConfigurationError(
            f"VENUES must name venues with a comma between them, any of {', '.join(URL_VARIABLES)}, not {unknown[0]!r}"
        )
    addresses = {name: _read_url(environment, URL_VARIABLES[name]) for name in names}
    return {market: url for name, url in addresses.items() for market in list_markets(name)}


def _read_resend(environment: Mapping[str, str]) -> Resend | None:
    text = _read_text(environment, "RESEND_AFTER_DOUBT")
    if text == "default":
        return None
    if text not in set(Resend):
        raise ConfigurationError(f"RESEND_AFTER_DOUBT must be default, {', '.join(Resend)}, not {text!r}")
    return Resend(text)


def _read_text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise ConfigurationError(f"the environment variable {name} is not set; template.yaml sets it")
    return value


# A request that is signed but not encrypted can be read, and its answer changed, by everybody on the way.
_HTTPS = r"https://[^/?#\s@]+"
_THIS_MACHINE = r"http://(127(\.[0-9]{1,3}){3}|localhost|\[::1\])(:[0-9]+)?"


def _read_url(environment: Mapping[str, str], name: str) -> str:
    text = _read_text(environment, name)
    if not re.fullmatch(f"{_HTTPS}|{_THIS_MACHINE}", text):
        raise ConfigurationError(
            f"{name} must be an https URL without a path, such as https://api.binance.com (plain http only for this "
            f"machine, as http://127.0.0.1:9000), not {text!r}"
        )
    return text


def _read_flag(environment: Mapping[str, str], name: str) -> bool:
    text = _read_text(environment, name)
    if text not in ("true", "false"):
        raise ConfigurationError(f"{name} must be true or false, not {text!r}")
    return text == "true"


def _read_whole(environment: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = _read_text(environment, name)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise ConfigurationError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)
