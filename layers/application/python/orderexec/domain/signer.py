"""For whom a request was signed, as a row keeps it: the exchange's address, and a digest of the API key."""


def write_signer(address: str, fingerprint: str) -> str:
    """Return the two as one text, such as `https://api.exchange.example 3f9a0c12d4e5f607`."""
    return f"{address} {fingerprint}"


def read_address(signer: str) -> str:
    """Return where the request was sent to."""
    return signer.rpartition(" ")[0]


def read_fingerprint(signer: str) -> str:
    """Return the fingerprint of the key that the request was signed with (ports.Credentials.fingerprint)."""
    return signer.rpartition(" ")[2]
