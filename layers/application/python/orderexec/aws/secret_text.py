"""How a secret is read, the same for the functions and for orderctl: JSON, whatever was pasted or uploaded with it.

A byte order mark, and blanks and line breaks around a key, come from editors and consoles. No key has any of them, so
they are left out. A passphrase may have blanks around it, and is taken as it is.
"""

import json
import string
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from typing import Any

from orderexec.ports import Credentials

_MARK = "\ufeff"  # the byte order mark as text; below, as the bytes in which it is written
_MARKS_IN_BYTES = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_LE, BOM_UTF32_BE)
_AROUND = string.whitespace + _MARK + "\u00a0\u200b\u2060"
_TEXTS = ("api_key", "api_secret")
_FORM = 'it must be JSON like {"api_key": "...", "api_secret": "..."}, or with "private_key" instead of "api_secret"'
_CONTRADICTION = "api_secret and private_key contradict each other; keep the one that belongs to api_key"
_MISPLACED = "api_secret holds a key in PEM; store it as private_key instead"


def read_secret(stored: object) -> Credentials | str:
    """Return the credentials in a SecretString or SecretBinary, or a sentence on what is wrong with it.

    The sentence holds no part of the secret.
    """
    document = _parse_document(stored)
    if document is None:
        return _FORM
    key, secret = (_strip(document.get(name)) for name in _TEXTS)
    private = document.get("private_key")  # of a PEM file only what is between its lines counts
    if _is_given(secret) and _is_given(private):
        return _CONTRADICTION
    if isinstance(secret, str) and "-----BEGIN" in secret:
        return _MISPLACED
    needed = {"api_key": key} if _is_given(private) else {"api_key": key, "api_secret": secret}
    missing = [name for name, value in needed.items() if not _is_usable(value)]
    if missing:
        return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing or not plain text; {_FORM}"
    if _is_given(private):
        return _read_with_private_key(str(key), private, document)
    return Credentials(str(key), str(secret))


def find_stray(stored: object) -> list[str]:
    """Return, in words, what is left out of a secret when it is read."""
    marked = stored.startswith(_MARKS_IN_BYTES) if isinstance(stored, bytes) else str(stored).startswith(_MARK)
    document = _parse_document(stored) or {}
    found = [f"blanks around {name}" for name in _TEXTS if (value := document.get(name)) != _strip(value)]
    return ["a byte order mark at the start", *found] if marked else found


def _parse_document(stored: object) -> dict[str, Any] | None:
    try:
        text = stored.lstrip(_AROUND) if isinstance(stored, str) else stored  # in bytes, json finds the mark itself
        # Not strict: a PEM file that was pasted as it is has line breaks, which strict JSON forbids in a string.
        document = json.loads(text, strict=False) if isinstance(text, str | bytes) else None
    except ValueError:
        document = None
    return document if isinstance(document, dict) else None


def _read_with_private_key(api_key: str, pem: object, document: dict[str, Any]) -> Credentials | str:
    # Imported here because loading its library takes 50 ms, which a function with HMAC keys only should not pay.
    from .private_keys import read_private_key

    passphrase = document.get("passphrase")
    key = read_private_key(pem if isinstance(pem, str) else "", passphrase if isinstance(passphrase, str) else None)
    return key if isinstance(key, str) else Credentials(api_key, key)


def _strip(value: object) -> object:
    return value.strip(_AROUND) if isinstance(value, str) else value


def _is_given(value: object) -> bool:
    return value not in (None, "")


def _is_usable(value: object) -> bool:
    # Only visible ASCII can stand in a header of a request.
    return isinstance(value, str) and bool(value) and all("!" <= character <= "~" for character in value)
