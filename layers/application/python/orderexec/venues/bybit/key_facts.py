"""What "Get API Key Information" and "Get Account Info" of Bybit say of a key and its account, for a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orderexec.ports import Credentials, PrivateKey
from orderexec.venues.inspection import AccountFacts, Hindrance, KeyFacts

from .products import INVERSE, BybitProduct

_ANYWHERE = "*"
_DAY_MS = 86_400_000
_TRANSFERS = frozenset({"AccountTransfer", "SubMemberTransfer"})
_RSA = bytes.fromhex("2a864886f70d010101")  # rsaEncryption (RFC 8017), as a public key as DER names its kind

# `unifiedMarginStatus` ("Different Account Modes"). Inverse contracts are no part of 1.0: they have an account of their
# own there, with other lookups.
_CLASSIC, _INVERSE_APART = 1, frozenset({3, 4})
_KINDS = {_CLASSIC: "classic", 3: "unified (1.0)", 4: "unified (1.0 pro)", 5: "unified", 6: "unified (pro)"}
_UPGRADE = "upgrade it to a unified trading account (UTA 2.0) at the exchange"
_IS_CLASSIC = Hindrance("it is a classic account, and only a unified trading account can be traded with", _UPGRADE)
_IS_APART = Hindrance("inverse contracts are not part of a unified account of version 1.0", _UPGRADE)
_READ_ONLY = Hindrance(
    "the key is read-only: it may look, and place no order",
    "make it Read-Write at the exchange, or store another with `orderctl accounts rotate ACCOUNT`",
)


def takes(credentials: Credentials) -> bool:
    """Return whether the exchange takes keys of this kind: HMAC and RSA ("Integration Guidance")."""
    return not isinstance(credentials.api_secret, PrivateKey) or _RSA in credentials.api_secret.public


def read_account_facts(account: Mapping[str, Any], product: BybitProduct) -> AccountFacts:
    """Return what the answer says of the account. The exchange names no switch that stops it from trading."""
    status = account.get("unifiedMarginStatus")
    hindrance = _IS_CLASSIC if status == _CLASSIC else None
    if product is INVERSE and status in _INVERSE_APART:
        hindrance = _IS_APART
    mode = str(account.get("marginMode", "")).lower().replace("_", " ")
    return AccountFacts(_KINDS.get(status or 0, f"unified ({status})"), hindrance, {"margin mode": mode})


def read_key_facts(key: Mapping[str, Any], product: BybitProduct, now: int) -> KeyFacts:
    """Return what the key may do with the product, and until when; `now` is the exchange's clock.

    A key without an address has `*` for one, and expires; so does one of a user who has changed the password.
    """
    addresses, wallet = key.get("ips"), _list(key, "Wallet")
    return KeyFacts(
        hindrance=_find_hindrance(key, product),
        may_withdraw="Withdraw" in wallet,
        bound_to_addresses=isinstance(addresses, list) and bool(addresses) and _ANYWHERE not in addresses,
        trading_ends=_read_end(key, now),
        may_transfer=not _TRANSFERS.isdisjoint(wallet),
    )


def _find_hindrance(key: Mapping[str, Any], product: BybitProduct) -> Hindrance | None:
    if key.get("readOnly") != 0:
        return _READ_ONLY
    group, permission = ("Spot", "SpotTrade") if product.spot else ("ContractTrade", "Order")
    if permission in _list(key, group):
        return None
    what = product.category if product.spot else f"{product.category} contracts"
    return Hindrance(f"the key may not trade {what}", f"give it the permission {permission} of {group} at the exchange")


def _list(key: Mapping[str, Any], name: str) -> list[str]:
    permissions = key.get("permissions")
    words = permissions.get(name) if isinstance(permissions, Mapping) else None
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []


def _read_end(key: Mapping[str, Any], now: int) -> int | None:
    """Return when the key expires (epoch ms): by its date, else by its days; None if by neither.

    A key that does not expire has the beginning of time for a date, and days below zero.
    """
    try:
        ends = datetime.fromisoformat(key["expiredAt"])
    except (KeyError, TypeError, ValueError):
        ends = None
    if ends is not None and ends.tzinfo is not None:
        return max(int(ends.timestamp() * 1000), 0) or None
    days = key.get("deadlineDay")
    return now + days * _DAY_MS if type(days) is int and days >= 0 else None
