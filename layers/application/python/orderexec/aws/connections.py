"""How connections to AWS are kept: in a pool, each request sent once."""

import logging

from urllib3 import HTTPConnectionPool, connection_from_url

from orderexec.authorities import trust_authorities

_POOL_SIZE = 16  # more than the records of one batch, so that none waits for a connection

# urllib3 writes whole URLs into its warnings, and the URL of a signed lookup holds its signature.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


def make_pool(url: str) -> HTTPConnectionPool:
    """Return a pool of connections to the server of that URL. It connects to nothing yet; threads may share it.

    Raises urllib3's LocationValueError if the text is no URL.
    """
    trusted = {"ssl_context": trust_authorities()} if url.startswith("https:") else {}
    return connection_from_url(url, maxsize=_POOL_SIZE, retries=False, **trusted)
