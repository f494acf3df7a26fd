"""Which account a key belongs to at Binance: `uid` of the account's information, at one of the addresses of an API."""

from typing import Any

from orderexec.domain.outcomes import Failure
from orderexec.ports import Credentials

from .connection import Connection, understood

# "The base endpoint is" any of these: rest-api.md, "General API Information". They are one exchange.
_SPOT = "https://api.binance.com"
_SAME = {f"https://{host}.binance.com": _SPOT for host in ("api-gcp", "api1", "api2", "api3", "api4")}


def address(base_url: str) -> str:
    """The exchange that a base URL leads to: equal only for addresses that are documented to be the same one."""
    url = base_url.rstrip("/").lower()
    return _SAME.get(url, url)


def account_id(connection: Connection, credentials: Credentials) -> str | Failure | None:
    """`uid` in GET /api/v3/account (weight 20); None where the answer holds none."""
    answer = understood(*connection.ask("/api/v3/account", {"omitZeroBalances": "true"}, credentials), dict)
    return answer if isinstance(answer, Failure) else _uid(answer)


def _uid(account: dict[str, Any]) -> str | None:
    uid = account.get("uid")
    return str(uid) if isinstance(uid, int | str) and not isinstance(uid, bool) and uid != "" else None
