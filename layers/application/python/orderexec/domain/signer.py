"""For whom a request was signed, as a row keeps it: the exchange's address, and a digest of the API key."""


def write_signer(address: str, fingerprint: str) -> str:
    """As one text, such as `https://api.exchange.example 3f9a0c12d4e5f607`."""
    return f"{address} {fingerprint}"


def read_address(signer: str) -> str:
    """Where the request was sent to."""
    return signer.rpartition(" ")[0]


def read_fingerprint(signer: str) -> str:
    """With which key it was signed (ports.Credentials.fingerprint)."""
    return signer.rpartition(" ")[2]
