"""What the exchange holds of each API key, and whether a signature is that key's (api_key_types.md)."""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

Key = str | RSAPublicKey | Ed25519PublicKey
"""The secret shared with the client (HMAC), or the public half of the client's pair."""

# All keys are of the first account until POST /control/accounts moves one.
# A test makes key pairs of its own and registers their public halves.
KEYS: Mapping[str, Key] = {"paper-key": "paper-secret", "paper-key-2": "paper-secret-2"}


def key(registered: str) -> Key:
    """A public key in PEM, or else the secret of an HMAC key."""
    if "-----BEGIN" not in registered:
        return registered
    public = load_pem_public_key(registered.encode())
    if not isinstance(public, RSAPublicKey | Ed25519PublicKey):
        raise ValueError("neither an RSA nor an Ed25519 key")
    return public


def signs(key: Key, payload: bytes, signature: str) -> bool:
    """HMAC signatures are hexadecimal in any case; the others are base64, where case matters (rest-api.md)."""
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
