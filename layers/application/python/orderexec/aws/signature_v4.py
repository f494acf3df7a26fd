"""AWS Signature Version 4 for one kind of request: a JSON document that is posted to the root of a service.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. botocore's own signer
signs any request, and takes a third of the whole call's time; tests/unit/aws/test_signature_v4.py compares the two.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

_ALGORITHM = "AWS4-HMAC-SHA256"
_TERMINATOR = "aws4_request"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs requests to one service in one region."""

    service: str
    region: str

    def sign(
        self, headers: dict[str, str], body: bytes, credentials: "ReadOnlyCredentials", now_ms: int
    ) -> dict[str, str]:
        """Return the headers with the date, the session token and the signature added.

        The names of `headers` must be in lower case and include `host`; `now_ms` is in epoch ms.
        """
        instant = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now_ms // 1000))
        headers = headers | {"x-amz-date": instant}
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        fields = sorted(headers)
        names = ";".join(fields)
        lines = ["POST", "/", "", *(f"{name}:{headers[name]}" for name in fields), "", names, _hash(body)]
        scope = f"{instant[:8]}/{self.region}/{self.service}/{_TERMINATOR}"
        to_sign = "\n".join([_ALGORITHM, instant, scope, _hash("\n".join(lines).encode())])
        key = _derive_key(credentials.secret_key, instant[:8], self.region, self.service)
        signature = _compute_hmac(key, to_sign).hex()
        given = f"Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return headers | {"authorization": f"{_ALGORITHM} {given}"}


@lru_cache(maxsize=1)
def _derive_key(secret: str, day: str, region: str, service: str) -> bytes:
    """Return the key that signs all requests of one day (UTC, such as 20261127)."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, _TERMINATOR):
        key = _compute_hmac(key, part)
    return key


def _compute_hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
