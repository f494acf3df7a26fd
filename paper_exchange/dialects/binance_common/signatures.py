"""Whether a signature is that of a key, for each type of key that Binance has (api_key_types.md)."""

import hashlib
import hmac
from base64 import b64decode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from paper_exchange.keys import Key


def signs(key: Key, payload: bytes, signature: str) -> bool:
    """Return whether the signature is the key's.

    HMAC signatures are hexadecimal in any case; the others are base64, where case matters (rest-api.md).
    """
    if isinstance(key, str):
        expected = hmac.new(key.encode(), payload, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.lower().encode())
    try:
        _verify(key, b64decode(signature, validate=True), payload)
    except (ValueError, InvalidSignature):  # no base64, or not of this key
        return False
    return True


def _verify(key: RSAPublicKey | Ed25519PublicKey, signature: bytes, payload: bytes) -> None:
    if isinstance(key, RSAPublicKey):
        key.verify(signature, payload, PKCS1v15(), SHA256())
    else:
        key.verify(signature, payload)
