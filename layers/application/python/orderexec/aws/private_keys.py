"""How a private key (RSA or Ed25519) is found in a stored text, whatever became of its line breaks, and opened.

Source of the kinds of keys: Binance's api_key_types.md. "Only PKCS#8 keys are supported" (rest-api.md) is said of the
public half, which is registered there.
"""

import re
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from orderexec.ports import PrivateKey

NO_PEM = (
    "private_key is no private key in PEM; store the whole file, from -----BEGIN to -----END"
    " (the secret of an HMAC key belongs in api_secret)"
)
SEVERAL = "private_key holds several private keys; store only the one that belongs to api_key"
PUBLIC = "private_key holds a public key; store the private key of the pair, and register the public one"
NEW_PAIR = "make a new pair (openssl genpkey -algorithm ed25519) and register its public key"
OPENSSH = f"private_key is in the format of OpenSSH, which is not read; {NEW_PAIR}"
OTHER_KIND = f"private_key is neither an RSA nor an Ed25519 key; {NEW_PAIR}"
DAMAGED = "private_key is damaged; store the whole file anew, unchanged"
LOCKED = 'private_key is encrypted; add its "passphrase" as text'
NOT_OPENED = (
    "passphrase does not open private_key; correct it, or, if the key is damaged or its cipher a rare one,"
    " encrypt the key anew (openssl pkcs8 -topk8 -scrypt)"
)

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
# The two lines, and a blank one, by which older tools say how they encrypted a key.
_HEADERS = re.compile(r"\s*(Proc-Type: 4,ENCRYPTED)\s+(DEK-Info: [A-Z0-9-]+,[0-9A-F]+)\s")


class _Block(NamedTuple):
    """One block of a PEM file: its label, the headers of an older kind of encryption, and the key in base64."""

    label: str
    headers: str
    content: str

    @property
    def encrypted(self) -> bool:
        return bool(self.headers) or self.label.startswith("ENCRYPTED")

    def format_pem(self) -> bytes:
        lines = "\n".join(re.findall(".{1,64}", self.content))
        return f"-----BEGIN {self.label}-----\n{self.headers}{lines}\n-----END {self.label}-----\n".encode()


def read_private_key(text: str, passphrase: str | None) -> PrivateKey | str:
    """Return the opened key, or a sentence on what a person has to put right.

    The sentence holds no part of the key or of the passphrase. A passphrase that is not needed is not used.
    """
    blocks = _find_blocks(text)
    private = [block for block in blocks if block.label.endswith("PRIVATE KEY")]
    if not private:
        return PUBLIC if blocks or text.startswith("ssh-") else NO_PEM
    if len(private) > 1:
        return SEVERAL
    if private[0].label.startswith("OPENSSH"):
        return OPENSSH
    if private[0].encrypted and not passphrase:
        return LOCKED
    return _open(private[0], passphrase if private[0].encrypted else None)


def _find_blocks(text: str) -> list[_Block]:
    """Return the PEM blocks of the text.

    Pasting can turn line breaks into spaces, into a written-out \\n, or into nothing; base64 contains none of these.
    """
    found = _BLOCK.findall(re.sub(r"\\+[rn]", "\n", text))
    return [_read_block(label, body) for label, body in found]


def _read_block(label: str, body: str) -> _Block:
    headers = _HEADERS.match(body)
    if headers is None:
        return _Block(label, "", "".join(body.split()))
    return _Block(label, "{}\n{}\n\n".format(*headers.groups()), "".join(body[headers.end() :].split()))


def _open(block: _Block, passphrase: str | None) -> PrivateKey | str:
    try:
        key = load_pem_private_key(block.format_pem(), None if passphrase is None else passphrase.encode())
    except UnsupportedAlgorithm:
        return OTHER_KIND if passphrase is None else NOT_OPENED
    except ValueError:
        return DAMAGED if passphrase is None else NOT_OPENED
    return _make_key(key)


def _make_key(key: object) -> PrivateKey | str:
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        return OTHER_KIND
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(key, Ed25519PrivateKey):
        return PrivateKey(public, key.sign)
    return PrivateKey(public, lambda payload: key.sign(payload, PKCS1v15(), SHA256()))
