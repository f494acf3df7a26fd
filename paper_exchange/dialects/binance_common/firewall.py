"""The web application firewall in front of the exchange: a request with an SQL word in it is blocked, by HTML.

"Please avoid SQL keywords in requests as they may trigger a security block by a WAF rule" (rest-api.md). Which words
is not documented; these are beyond doubt, and no parameter of the API has one of them as its value.
"""

import re
from urllib.parse import unquote_plus

from paper_exchange.dialects.binance_common.request import Request
from paper_exchange.messages import Answer

_WORDS = re.compile(r"\b(?:SELECT|UNION|INSERT|UPDATE|DELETE|DROP|TRUNCATE|EXEC)\b", re.IGNORECASE)
BLOCKED = Answer(
    403,
    b"<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY>Request blocked.</BODY></HTML>",
    {"content-type": "text/html"},
)


def blocks(request: Request) -> bool:
    """Return whether the request never reaches the exchange."""
    return any(_WORDS.search(unquote_plus(part)) for part in (request.query, request.body))
