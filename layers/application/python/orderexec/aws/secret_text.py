"""How a secret reads, the same for the functions and for orderctl: JSON, whatever it was pasted or uploaded with.

A byte order mark, and blanks and line breaks around a key, come from editors and consoles. No key has any, so they are
left out; a passphrase may have blanks, and is taken as it is.
"""

import json
import string
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator
from typing import Any

from orderexec.ports import Credentials

_MARK = "\ufeff"  # the byte order mark, as text and as the bytes that it is written with
_MARKS_IN_BYTES = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_LE, BOM_UTF32_BE)
_AROUND = string.whitespace + _MARK + "\u00a0\u200b\u2060"
_TEXTS = ("api_key", "api_secret")
_FORM = 'it must be JSON like {"api_key": "...", "api_secret": "..."}, or with "private_key" instead of "api_secret"'
_CONTRADICTION = "api_secret and private_key contradict each other; keep the one that belongs to api_key"
_MISPLACED = "api_secret holds a key in PEM; store it as private_key instead"


def read_secret(stored: object) -> Credentials | str:
    """The credentials in a SecretString or SecretBinary, or what is wrong, in a sentence that holds no part of it."""
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
        return f"{' and '.join(missing)} missing or not plain text; {_FORM}"
    return (
        _read_with_private_key(str(key), private, document)
        if _is_given(private)
        else Credentials(str(key), str(secret))
    )


def find_stray(stored: object) -> list[str]:
    """What was left out of a secret when it was read, in words."""
    return list(_stray(stored))


def _stray(stored: object) -> Iterator[str]:
    marked = stored.startswith(_MARKS_IN_BYTES) if isinstance(stored, bytes) else str(stored).startswith(_MARK)
    if marked:
        yield "a byte order mark at the start"
    document = _parse_document(stored) or {}
    for name in _TEXTS:
        if (value := document.get(name)) != _strip(value):
            yield f"blanks around {name}"


def _parse_document(stored: object) -> dict[str, Any] | None:
    try:
        text = stored.lstrip(_AROUND) if isinstance(stored, str) else stored  # of bytes, json finds the mark itself
        # Not strict: a PEM file pasted as it is has line breaks, which JSON does not allow in a string.
        document = json.loads(text, strict=False) if isinstance(text, str | bytes) else None
    except ValueError:
        document = None
    return document if isinstance(document, dict) else None


def _read_with_private_key(api_key: str, pem: object, document: dict[str, Any]) -> Credentials | str:
    # Imported here because its library takes 50 ms, which a function that has HMAC keys only should not pay.
    from .private_keys import read_private_key

    passphrase = document.get("passphrase")
    key = read_private_key(pem if isinstance(pem, str) else "", passphrase if isinstance(passphrase, str) else None)
    return key if isinstance(key, str) else Credentials(api_key, key)


def _strip(value: object) -> object:
    return value.strip(_AROUND) if isinstance(value, str) else value


def _is_given(value: object) -> bool:
    return value not in (None, "")


def _is_usable(value: object) -> bool:
    # What is no visible ASCII cannot stand in a header.
    return isinstance(value, str) and bool(value) and all("!" <= character <= "~" for character in value)
