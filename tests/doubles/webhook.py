"""A webhook on this machine: what is posted to it, and whether it takes it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Webhook:
    """`texts` are those it took; while it is `failing` it answers 500 and takes none."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.texts: list[str] = []
        self.failing = False


@contextmanager
def listening() -> Iterator[Webhook]:
    """One on a port of its own, until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
            if not hook.failing:
                hook.texts.append(text)
            self.send_response(500 if hook.failing else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the tests say what was posted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook = Webhook(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
