"""The command line of the paper exchange."""

import argparse
import signal
import sys

from paper_exchange.exchange import Exchange
from paper_exchange.server import LOOPBACK, listen, server, url


def main() -> None:
    """Start the server, and serve until it is asked to stop."""
    parser = argparse.ArgumentParser(prog="python -m paper_exchange", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--seed", type=int, help="let prices walk, the same way for the same seed")
    arguments = parser.parse_args()
    try:
        listener = listen(arguments.host, arguments.port)
    except OSError as error:
        sys.exit(f"cannot listen on {arguments.host}:{arguments.port}: {error.strerror}")
    # uvicorn raises the signal that stopped it once more when it is done; being asked to stop is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    print(f"paper exchange on {url(listener)}", flush=True)
    server(Exchange(seed=arguments.seed)).run(sockets=[listener])


if __name__ == "__main__":
    main()
