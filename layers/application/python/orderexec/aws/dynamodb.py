"""The short way to DynamoDB: one signed request on a kept connection; botocore's client does what does not succeed so.

A call costs botocore a millisecond of processor time, a signal writes twice, and the ten threads of a batch share one
interpreter; the short way takes a third of that. It judges nothing: after anything but success the same request is made
through botocore's client, which classifies errors, waits, repeats and raises as always. So a request may arrive twice,
as with botocore's own repetitions; the ledger's puts are conditional and know their own row by its token.
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

# In seconds, and less than the client's: if a connection broke unseen, the client shall have its turn soon.
_TIMEOUT = Timeout(connect=1, read=2)


class DynamoDB:
    """The client's calls that the stores make, with its parameters and answers; two of them go the short way."""

    def __init__(self, client: "DynamoDBClient", credentials: "Credentials", now: Callable[[], int]) -> None:
        """Connect to nothing yet. `now` returns epoch ms, for the signatures."""
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
        """Do what the client's get_item does; the answer may come without ResponseMetadata."""
        answer: GetItemOutputTypeDef | None = self._call_directly("GetItem", parameters)
        return self.client.get_item(**parameters) if answer is None else answer

    def put_item(self, **parameters: "Unpack[PutItemInputTypeDef]") -> "PutItemOutputTypeDef":
        """Do what the client's put_item does; the answer may come without ResponseMetadata."""
        answer: PutItemOutputTypeDef | None = self._call_directly("PutItem", parameters)
        return self.client.put_item(**parameters) if answer is None else answer

    def _call_directly(self, operation: str, parameters: Any) -> Any:
        """Return DynamoDB's answer; None if it is anything but HTTP 200 with a body that fits its checksum."""
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
        # As in botocore, a handler of this event may answer in place of AWS: so moto and the tests see these calls too.
        for _, answer in self.client.meta.events.emit(f"before-send.dynamodb.{operation}", request=request):
            if answer is not None:
                return answer.status_code, answer.headers, answer.content
        reply = self._connections.urlopen("POST", "/", body, headers | {"user-agent": "orderexec"}, timeout=_TIMEOUT)
        return reply.status, reply.headers, reply.data


def add_short_way(client: "DynamoDBClient", session: "Session", now: Callable[[], int]) -> "DynamoDB | DynamoDBClient":
    """Return the client with the short way added; the client alone if only botocore knows how to reach DynamoDB.

    That is so behind a proxy, with certificate authorities of one's own, with a URL that has a path, and where there
    are no credentials. `now` returns epoch ms.
    """
    url, credentials = client.meta.endpoint_url, session.get_credentials()
    proxied = urlsplit(url).scheme in get_environ_proxies(url)
    if credentials is None or proxied or session.get_config_variable("ca_bundle") or urlsplit(url).path.strip("/"):
        return client
    return DynamoDB(client, credentials, now)
