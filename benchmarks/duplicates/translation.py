"""Between the objects of requests and those of the exchange's core."""

import io
import json
from http.client import RemoteDisconnected, responses
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from benchmarks.duplicates.schedule import Loss
from paper_exchange.dialects.binance_spot.request import Request
from paper_exchange.messages import Answer


def core_request(prepared: requests.PreparedRequest) -> Request:
    """As the core takes it."""
    url = urlsplit(str(prepared.url))
    body = prepared.body or ""
    return Request(
        method=str(prepared.method),
        path=url.path,
        query=url.query,
        body=body.decode() if isinstance(body, bytes) else str(body),
        api_key=prepared.headers.get("X-MBX-APIKEY"),
    )


def client_response(adapter: HTTPAdapter, prepared: requests.PreparedRequest, answer: Answer) -> requests.Response:
    """As the real adapter would make it of the same bytes."""
    raw = HTTPResponse(
        io.BytesIO(answer.body),
        dict(answer.headers),
        answer.status,
        reason=responses[answer.status],
        preload_content=False,
    )
    return adapter.build_response(prepared, raw)


def document_of(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object, empty where it is none."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def broken_connection(loss: Loss) -> Exception:
    """What urllib3 finds at the other end."""
    if loss is Loss.RESET:
        return ConnectionResetError(104, "Connection reset by peer")
    return RemoteDisconnected("Remote end closed connection without response")
