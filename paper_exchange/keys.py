"""What the exchange holds of each API key: a secret that it shares, or the public half of a pair."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

Key = str | RSAPublicKey | Ed25519PublicKey
"""The secret shared with the client (HMAC), or the public half of the client's pair."""

# All keys are of the first account until POST /control/accounts moves one.
# A test makes key pairs of its own and registers their public halves.
KEYS: Mapping[str, Key] = {"paper-key": "paper-secret", "paper-key-2": "paper-secret-2"}


def key(registered: str) -> Key:
    """Return a public key from its PEM, or else the secret of an HMAC key as it is. Raises ValueError."""
    if "-----BEGIN" not in registered:
        return registered
    public = load_pem_public_key(registered.encode())
    if not isinstance(public, RSAPublicKey | Ed25519PublicKey):
        raise ValueError("neither an RSA nor an Ed25519 key")
    return public
