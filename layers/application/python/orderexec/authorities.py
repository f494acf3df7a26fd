"""Which certificate authorities the process trusts: read once, for all connections to AWS and to exchanges."""

import ssl
from functools import cache

import certifi


def trust_authorities() -> ssl.SSLContext:
    """Return the one TLS context of the process. It keeps no state of a connection; threads may share it."""
    return _load(certifi.where())


@cache
def _load(file: str) -> ssl.SSLContext:
    # It takes 24 ms of processor time. A library that is given no context does it again for each connection.
    return ssl.create_default_context(cafile=file)
