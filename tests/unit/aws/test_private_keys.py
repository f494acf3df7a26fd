"""Private keys as people store them: every form that is one key for certain is read, all else is a sentence."""

from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from orderexec.aws import private_keys
from orderexec.aws.private_keys import read_private_key
from orderexec.ports import PrivateKey
from tests.doubles.key_pairs import PASSPHRASE, Pair, pair, private_pem, public_pem

KINDS = ["rsa", "ed25519"]
OLDER = PrivateFormat.TraditionalOpenSSL  # BEGIN RSA PRIVATE KEY


def assert_reads(text: str, key: Pair, passphrase: str | None = None) -> None:
    """What was read is that very key: what it signs, the public half accepts."""
    read = read_private_key(text, passphrase)
    assert isinstance(read, PrivateKey), read
    public = key.public_key()
    assert read.public == public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(read.sign(b"payload"), b"payload", padding.PKCS1v15(), SHA256())
    else:
        public.verify(read.sign(b"payload"), b"payload")  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["plain", "encrypted"])
def test_the_kind_of_key_is_told_from_the_key(kind: str, passphrase: str | None) -> None:
    assert_reads(private_pem(pair(kind), passphrase), pair(kind), passphrase)


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["plain", "encrypted"])
def test_a_key_in_the_layout_of_older_tools_is_read(passphrase: str | None) -> None:
    pem = private_pem(pair("rsa"), passphrase, OLDER)

    assert_reads(pem, pair("rsa"), passphrase)
    assert_reads(pem.replace("\n", " "), pair("rsa"), passphrase)
    assert_reads(pem.replace("\n", "\\n"), pair("rsa"), passphrase)


SLIPS: dict[str, Callable[[str], str]] = {
    "a written-out \\n": lambda pem: pem.replace("\n", "\\n"),
    "a doubly written-out \\n": lambda pem: pem.replace("\n", "\\\\n"),
    "a written-out \\r\\n": lambda pem: pem.replace("\n", "\\r\\n"),
    "spaces": lambda pem: pem.replace("\n", " "),
    "nothing": lambda pem: pem.replace("\n", ""),
    "of Windows": lambda pem: pem.replace("\n", "\r\n"),
    "indented": lambda pem: pem.replace("\n", "\n    "),
    "between quotes": lambda pem: f'"{pem}"',
    "below a note": lambda pem: f"Bag Attributes\n    friendlyName: mine\n{pem}",
}


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["plain", "encrypted"])
def test_line_breaks_that_were_lost_are_found_again(slip: str, kind: str, passphrase: str | None) -> None:
    assert_reads(SLIPS[slip](private_pem(pair(kind), passphrase)), pair(kind), passphrase)


@given(st.lists(st.sampled_from([" ", "\n", "\r\n", "\t", "\\n", ""]), min_size=4, max_size=4))
def test_any_mixture_of_line_breaks_is_the_same_key(breaks: list[str]) -> None:
    begin, content, end, _ = private_pem(pair("ed25519")).split("\n")
    pasted = breaks[0] + begin + breaks[1] + content[:20] + breaks[2] + content[20:] + breaks[3] + end

    assert_reads(pasted, pair("ed25519"))


def test_the_public_half_beside_the_private_one_does_no_harm() -> None:
    assert_reads(public_pem(pair("rsa")) + private_pem(pair("rsa")), pair("rsa"))


def test_a_passphrase_that_is_not_needed_is_not_used() -> None:
    assert_reads(private_pem(pair("ed25519")), pair("ed25519"), "anything")


def mangle(pem: str, old: bytes, new: bytes) -> str:
    """The key with some of its bytes replaced."""
    _, begin, content, end, _ = pem.split("-----")
    return f"-----{begin}-----\n{b64encode(b64decode(content).replace(old, new)).decode()}\n-----{end}-----"


PLAIN = private_pem(pair("ed25519"))
LOCKED = private_pem(pair("ed25519"), PASSPHRASE)
P256, C2PNB163 = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030001")  # what a key calls its curve
UNKNOWN_CURVE = mangle(private_pem(pair("ec")), P256, C2PNB163)
CUT_SHORT = PLAIN.replace(PLAIN.split("\n")[1], PLAIN.split("\n")[1][:40])


# Named, because the keys differ from process to process.
REFUSED: dict[str, tuple[str, str | None, str]] = {
    "nothing": ("", None, private_keys.NO_PEM),
    "an HMAC secret": ("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j", None, private_keys.NO_PEM),
    "only its base64": (PLAIN.split("\n")[1], None, private_keys.NO_PEM),
    "without its end": (PLAIN.replace("-----END", "END"), None, private_keys.NO_PEM),
    "public, RSA": (public_pem(pair("rsa")), None, private_keys.PUBLIC),
    "public, Ed25519": (public_pem(pair("ed25519")).replace("\n", " "), None, private_keys.PUBLIC),
    "public, OpenSSH": ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP me@home", None, private_keys.PUBLIC),
    "two keys": (PLAIN + private_pem(pair("rsa")), None, private_keys.SEVERAL),
    "OpenSSH": (private_pem(pair("ed25519"), None, PrivateFormat.OpenSSH), None, private_keys.OPENSSH),
    "EC": (private_pem(pair("ec")), None, private_keys.OTHER_KIND),
    "EC, encrypted": (private_pem(pair("ec"), PASSPHRASE), PASSPHRASE, private_keys.OTHER_KIND),
    "EC, older layout": (private_pem(pair("ec"), None, OLDER), None, private_keys.OTHER_KIND),
    "EC, unknown curve": (UNKNOWN_CURVE, None, private_keys.OTHER_KIND),
    "cut short": (CUT_SHORT, None, private_keys.DAMAGED),
    "no base64": (PLAIN.replace("MC4", "M?4"), None, private_keys.DAMAGED),
    "no key": ("-----BEGIN PRIVATE KEY-----hunter2-----END PRIVATE KEY-----", None, private_keys.DAMAGED),
    "an empty block": ("-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----", None, private_keys.DAMAGED),
    "no passphrase": (LOCKED, None, private_keys.LOCKED),
    "an empty passphrase": (LOCKED, "", private_keys.LOCKED),
    "another passphrase": (LOCKED, "another", private_keys.NOT_OPENED),
    "another passphrase, older layout": (private_pem(pair("rsa"), "this", OLDER), "another", private_keys.NOT_OPENED),
    "encrypted and damaged": (LOCKED[:80] + LOCKED[100:], PASSPHRASE, private_keys.NOT_OPENED),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_one_usable_key_is_a_sentence(case: str) -> None:
    text, passphrase, sentence = REFUSED[case]

    assert read_private_key(text, passphrase) == sentence


ANY_TEXT = st.text(st.characters())  # half a surrogate pair is among it, as JSON allows it
LABELS = [
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "DSA PRIVATE KEY",
    "PRIVATE KEY X",
]
HEADERS = ["", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n", "Proc-Type: 4\n\n"]
CONTENTS = st.binary(max_size=200).map(lambda content: b64encode(content).decode())
INTACT = [
    pem.split("-----")[2] for pem in (PLAIN, LOCKED, private_pem(pair("ec")), private_pem(pair("rsa"), None, OLDER))
]


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@given(
    st.sampled_from(LABELS),
    st.sampled_from(HEADERS),
    CONTENTS | st.sampled_from(INTACT) | ANY_TEXT,
    st.none() | ANY_TEXT,
)
def test_whatever_stands_in_a_block_is_never_an_exception(
    label: str, headers: str, content: str, passphrase: str | None
) -> None:
    text = f"-----BEGIN {label}-----\n{headers}{content}\n-----END {label}-----"

    assert isinstance(read_private_key(text, passphrase), str) or content in INTACT


@given(ANY_TEXT, st.none() | ANY_TEXT)
def test_whatever_is_stored_is_never_an_exception(text: str, passphrase: str | None) -> None:
    assert isinstance(read_private_key(text, passphrase), str)


def test_two_readings_of_one_key_are_equal_and_two_keys_are_not() -> None:
    first = read_private_key(PLAIN, None)

    assert first == read_private_key(LOCKED, PASSPHRASE)
    assert first != read_private_key(private_pem(pair("rsa")), None)


def test_a_key_does_not_show() -> None:
    assert repr(read_private_key(PLAIN, None)) == "PrivateKey()"
