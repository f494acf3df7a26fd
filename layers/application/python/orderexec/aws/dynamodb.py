"""The short way to DynamoDB: one signed request on a kept connection. What is not plain success is left to botocore.

A call costs botocore a millisecond of processor, a signal writes twice, and ten threads of a batch share one
interpreter; the short way takes a third. It judges nothing: after anything but success the client is asked the same,
and classifies, waits, repeats and raises as ever. So a request may arrive twice, as with botocore's own repetitions;
the ledger's puts are conditional and know their own row by its token.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.exceptions import HTTPClientError
from botocore.utils import get_environ_proxies
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from .connections import make_pool
from .signature_v4 import Signer

if TYPE_CHECKING:
    from typing import Unpack

    from botocore.credentials import Credentials
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        GetItemInputTypeDef,
        GetItemOutputTypeDef,
        PutItemInputTypeDef,
        PutItemOutputTypeDef,
    )

# Less than the client's: where a connection broke unseen, the client shall have its turn soon.
_TIMEOUT = Timeout(connect=1, read=2)


class DynamoDB:
    """The client's calls that the stores make, two of them by the short way: items go out and come in as they are."""

    def __init__(self, client: "DynamoDBClient", credentials: "Credentials", now: Callable[[], int]) -> None:
        """`now` in epoch ms."""
        self.client = client
        self.update_item = client.update_item
        self.transact_write_items = client.transact_write_items
        self.get_paginator = client.get_paginator
        self._credentials, self._now = credentials, now
        self._signer = Signer("dynamodb", client.meta.region_name)
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"
        self._connections = make_pool(self._url)
        self._headers = {"content-type": "application/x-amz-json-1.0", "host": urlsplit(self._url).netloc}

    def get_item(self, **parameters: "Unpack[GetItemInputTypeDef]") -> "GetItemOutputTypeDef":
        """As the client's; without ResponseMetadata."""
        answer: GetItemOutputTypeDef | None = self._call_directly("GetItem", parameters)
        return self.client.get_item(**parameters) if answer is None else answer

    def put_item(self, **parameters: "Unpack[PutItemInputTypeDef]") -> "PutItemOutputTypeDef":
        """As the client's; without ResponseMetadata."""
        answer: PutItemOutputTypeDef | None = self._call_directly("PutItem", parameters)
        return self.client.put_item(**parameters) if answer is None else answer

    def _call_directly(self, operation: str, parameters: Any) -> Any:
        """The answer, None if it is anything but plain success."""
        body = json.dumps(parameters).encode()
        headers = self._sign(operation, body)
        try:
            status, received, content = self._send(operation, headers, body)
            whole = received.get("x-amz-crc32") in (None, str(zlib.crc32(content)))
            return json.loads(content) if status == 200 and whole else None
        except (HTTPError, HTTPClientError, ValueError):
            return None

    def _sign(self, operation: str, body: bytes) -> dict[str, str]:
        headers = self._headers | {"x-amz-target": f"DynamoDB_20120810.{operation}"}
        return self._signer.sign(headers, body, self._credentials.get_frozen_credentials(), self._now())

    def _send(self, operation: str, headers: dict[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        known: Any = HeadersDict(headers)  # what botocore itself puts there, though its stubs say otherwise
        request = AWSPreparedRequest("POST", self._url, known, body, stream_output=False)
        # As botocore does before it sends: a handler may answer itself. So moto and the tests see these calls as well.
        for _, answer in self.client.meta.events.emit(f"before-send.dynamodb.{operation}", request=request):
            if answer is not None:
                return answer.status_code, answer.headers, answer.content
        reply = self._connections.urlopen("POST", "/", body, headers | {"user-agent": "orderexec"}, timeout=_TIMEOUT)
        return reply.status, reply.headers, reply.data


def add_short_way(client: "DynamoDBClient", session: "Session", now: Callable[[], int]) -> "DynamoDB | DynamoDBClient":
    """The client with the short way; alone where only it knows the way: a proxy, authorities of one's own, a path."""
    url, credentials = client.meta.endpoint_url, session.get_credentials()
    proxied = urlsplit(url).scheme in get_environ_proxies(url)
    if credentials is None or proxied or session.get_config_variable("ca_bundle") or urlsplit(url).path.strip("/"):
        return client
    return DynamoDB(client, credentials, now)
