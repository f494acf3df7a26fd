"""How the objects of requests are translated to those of the exchange's core, and back."""

import io
import json
from http.client import RemoteDisconnected, responses
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from benchmarks.duplicates.schedule import Loss
from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.messages import Answer


def to_core_request(prepared: requests.PreparedRequest) -> Request:
    """Return the request as the core takes it."""
    url = urlsplit(str(prepared.url))
    body = prepared.body or ""
    return Request(
        method=str(prepared.method),
        path=url.path,
        query=url.query,
        body=body.decode() if isinstance(body, bytes) else str(body),
        api_key=prepared.headers.get("X-MBX-APIKEY"),
    )


def to_client_response(adapter: HTTPAdapter, prepared: requests.PreparedRequest, answer: Answer) -> requests.Response:
    """Return the response that the real adapter would make of the same bytes."""
    raw = HTTPResponse(
        io.BytesIO(answer.body),
        dict(answer.headers),
        answer.status,
        reason=responses[answer.status],
        preload_content=False,
    )
    return adapter.build_response(prepared, raw)


def read_document(answer: Answer) -> dict[str, Any]:
    """Return the JSON object in the answer; it is empty if there is none."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def make_broken_connection(loss: Loss) -> Exception:
    """Return the error that urllib3 raises when the connection breaks so."""
    if loss is Loss.RESET:
        return ConnectionResetError(104, "Connection reset by peer")
    return RemoteDisconnected("Remote end closed connection without response")
