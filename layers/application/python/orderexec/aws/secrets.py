"""The exchange keys of the accounts, from Secrets Manager, kept for some minutes by Powertools, read once a value."""

import json
import logging
from dataclasses import dataclass, field, replace
from threading import Lock

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from orderexec.ports import Credentials, NoCredentials

# At DEBUG, which a root logger may be set to, botocore prints whole answers, and with them the secret.
logging.getLogger("botocore").setLevel(logging.INFO)

MAX_AGE_SECONDS = 300
_PROBLEMS = {
    "ResourceNotFoundException": "there is no such secret; store the account's key there",
    "AccessDeniedException": "the function may not read it; check its role and the secret's policy",
    "DecryptionFailure": "it cannot be decrypted; check the policy of its KMS key",
    "InvalidRequestException": "it cannot be read, perhaps because it is scheduled for deletion",
}
_THERE = ("DecryptionFailure", "InvalidRequestException")  # what is said only of a secret that there is
_FORM = 'it must be JSON like {"api_key": "...", "api_secret": "..."}, or with "private_key" instead of "api_secret"'
_CONTRADICTION = "api_secret and private_key contradict each other; keep the one that belongs to api_key"
_MISPLACED = "api_secret holds a key in PEM; store it as private_key instead"


@dataclass(frozen=True, slots=True)
class SecretsManager:
    """Implements ports.Secrets."""

    provider: SecretsProvider
    prefix: str
    # Of each secret the last value and what it was read as: opening a private key takes up to tenths of a second.
    _read: dict[str, tuple[object, Credentials | NoCredentials]] = field(default_factory=dict, init=False, repr=False)
    _reading: Lock = field(default_factory=Lock, init=False, repr=False)

    def credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """See ports.Secrets."""
        name = f"{self.prefix}{account}"
        try:
            text = self.provider.get(name, max_age=MAX_AGE_SECONDS, force_fetch=refetch)
        except GetParameterError as error:
            cause = error.__context__
            code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else ""
            if code not in _PROBLEMS:
                raise  # a fault of the store, which may pass
            return NoCredentials(f"the secret {name}: {_PROBLEMS[code]}", exists=code in _THERE)
        return self._credentials(name, text)

    def _credentials(self, name: str, text: object) -> Credentials | NoCredentials:
        with self._reading:  # the threads of a batch want the same key at the same moment
            value, credentials = self._read.get(name, (None, None))
            if credentials is None or value != text:
                read = read_secret(text)
                credentials = (
                    replace(read, account=name.removeprefix(self.prefix))
                    if isinstance(read, Credentials)
                    else NoCredentials(f"the secret {name}: {read}", exists=True)
                )
                self._read[name] = text, credentials
            return credentials


def read_secret(text: object) -> Credentials | str:
    """The credentials, or what is wrong with the secret, in a sentence that holds no part of it."""
    try:
        # Not strict: a PEM file pasted as it is has line breaks, which JSON does not allow in a string.
        document = json.loads(text, strict=False) if isinstance(text, str | bytes) else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return _FORM
    key, secret, private = (document.get(name) for name in ("api_key", "api_secret", "private_key"))
    if _given(secret) and _given(private):
        return _CONTRADICTION
    if isinstance(secret, str) and "-----BEGIN" in secret:
        return _MISPLACED
    needed = {"api_key": key} if _given(private) else {"api_key": key, "api_secret": secret}
    missing = [name for name, value in needed.items() if not _usable(value)]
    if missing:
        return f"{' and '.join(missing)} missing or not plain text; {_FORM}"
    return _with_private_key(str(key), document) if _given(private) else Credentials(str(key), str(secret))


def _with_private_key(api_key: str, document: dict[str, object]) -> Credentials | str:
    # Imported here because its library takes 50 ms, which a function that has HMAC keys only should not pay.
    from .private_keys import read_private_key

    pem, passphrase = document["private_key"], document.get("passphrase")
    key = read_private_key(pem if isinstance(pem, str) else "", passphrase if isinstance(passphrase, str) else None)
    return key if isinstance(key, str) else Credentials(api_key, key)


def _given(value: object) -> bool:
    return value not in (None, "")


def _usable(value: object) -> bool:
    # What is no visible ASCII cannot stand in a header, and a stray line break is the usual slip.
    return isinstance(value, str) and bool(value) and all("!" <= character <= "~" for character in value)
