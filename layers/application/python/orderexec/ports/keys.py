"""The keys of the accounts, and where they are stored."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An RSA key (which signs by PKCS#1 v1.5 with SHA-256) or an Ed25519 key, opened and ready to sign.

    `public` is the public half as DER; two keys are equal if it is the same. `sign` returns the bare signature of a
    payload.
    """

    public: bytes = field(repr=False)
    sign: Callable[[bytes], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The API key and the secret of one account at an exchange; neither appears in a log or a traceback.

    The secret is a text that the exchange holds as well (HMAC), or a private key of which it holds the public half.
    `account` is the account that they belong to, and for which the exchange counts orders.
    """

    api_key: str = field(repr=False)
    api_secret: str | PrivateKey = field(repr=False)
    account: str = field(default="", compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        """A digest of the API key, never of the secret. It tells keys apart, and may stand in a row or a log."""
        return hashlib.sha256(self.api_key.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Why the account cannot sign, which a person has to put right.

    `exists` says that there certainly is a secret of that name.
    """

    detail: str
    exists: bool = field(default=False, compare=False)


class Secrets(Protocol):
    """The exchange keys of the accounts. A fault of the store that may pass by itself raises."""

    def get_credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """Return the account's key as it was at most five minutes ago, or, with `refetch`, as the store has it now."""

    def get_previous(self, account: str) -> Credentials | NoCredentials:
        """Return the key that the account had before its present one, if the store still keeps it."""
