"""How a container is initialised in Lambda: its first requests are under way while the rest is still being imported."""

import gc
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from .config import read_environment

if TYPE_CHECKING:
    from .contact import Contact

_AT_ONCE = 4  # exchange, board, key and limits
# How long the initialisation waits for them: three round trips to the other side of the world.
_LONGEST_SECONDS = 1.0


class HeadStart:
    """From the first import to the first event. `contact` is what was made already."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Reach out for what every signal needs. Raises ConfigurationError as `read_environment` does."""
        # What is imported stays: to look through it again and again finds no garbage, and takes 30 ms.
        gc.disable()
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ahead")
        self._ahead: list[Future[object]] = []
        config = read_environment(environment)
        usual = next(iter(config.base_urls.values()))

        from .venues.http import Http

        http = Http(usual)
        self.fetch(http.connect)  # first, since the exchange may be far

        from .bootstrap import make_system_clock
        from .contact import make_contact

        self.contact: Contact = make_contact(
            config, make_system_clock(), beside=self.fetch, reach=lambda url: http if url == usual else Http(url)
        )
        self.contact.venues.preload()

    def fetch(self, fetch: Callable[[], object]) -> None:
        """Run `fetch` beside the initialisation.

        A fault is nobody's yet: it is neither raised nor logged. Who needs what could not be fetched asks again.
        """
        self._ahead.append(self._threads.submit(fetch))

    def end(self) -> None:
        """End the initialisation, with all that was fetched. What takes too long goes on beside the first event."""
        wait(self._ahead, timeout=_LONGEST_SECONDS)
        self._threads.shutdown(wait=False)
        gc.freeze()
        gc.enable()


def begin(environment: Mapping[str, str]) -> HeadStart | None:
    """Begin, in Lambda. None anywhere else: there nothing is fetched before somebody needs it."""
    return HeadStart(environment) if "AWS_LAMBDA_INITIALIZATION_TYPE" in environment else None
