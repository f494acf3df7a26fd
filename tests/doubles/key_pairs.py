"""Key pairs made anew for each run, so that no private key stands in the repository; and their PEM, as stored."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

Pair = rsa.RSAPrivateKey | Ed25519PrivateKey | ec.EllipticCurvePrivateKey
PASSPHRASE = "correct horse: battery, staple ü"


@cache
def pair(kind: str) -> Pair:
    """`rsa`, `ed25519`, or `ec`, which no exchange here takes. The same one for the whole session."""
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())


def private_pem(key: Pair, passphrase: str | None = None, layout: PrivateFormat = PrivateFormat.PKCS8) -> str:
    """As `openssl` writes it: PKCS#8, or the `layout` of older tools."""
    encryption: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        encryption = BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(Encoding.PEM, layout, encryption).decode()


def public_pem(key: Pair) -> str:
    """What is registered at the exchange."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
