"""Where the gates, halts and risk limits of a stack are: on the board of all containers, and in Parameter Store."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from orderctl.sources.exchange import VENUES, clock
from orderctl.target import Stack
from orderctl.trouble import Misused, Trouble
from orderexec.aws.controls import DynamoControls
from orderexec.aws.day_counters import make_day_key, read_counter
from orderexec.domain.decimals import format_plain
from orderexec.domain.products import name_venues
from orderexec.domain.scopes import FORMS, is_scope

_LARGEST = 4096  # bytes of a parameter in the standard tier: 4 KB ("Managing parameter tiers")


def open_board(stack: Stack) -> DynamoControls:
    """Return the stack's board of gates and halts."""
    return DynamoControls(stack.client("dynamodb"), stack.output("SharedTable"), clock())


def parse_scope(text: str) -> str:
    """Return `text` as a scope. Raises Misused if it is not one, because its halt would stop nothing."""
    of_symbol = re.fullmatch(r"((?:account/[^/]+/|venue/[^/]+/)?symbol/)([^/]+)", text)
    named = f"{of_symbol[1]}{of_symbol[2].upper()}" if of_symbol else text
    if not is_scope(named):
        raise Misused(f"{text!r} is not a scope; there are {', '.join(FORMS)}")
    kind, _, rest = named.partition("/")
    venue = rest.partition("/")[0]
    venues = name_venues(VENUES)
    if kind == "venue" and venue not in venues:
        raise Misused(f"there is no venue {venue}; there are {', '.join(venues)}")
    return named


@dataclass(frozen=True)
class LimitsDocument:
    """The limits of one account as a document in Parameter Store."""

    stack: Stack
    account: str

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return f"{self.stack.parameter('LimitsPrefix')}{self.account}"

    def read(self) -> str | None:
        """Return the document; None if there is none, so that the account has no limits."""
        try:
            parameter = self._client.get_parameter(Name=self.name, WithDecryption=True)["Parameter"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            return None
        value: str = parameter["Value"]
        return value

    def write(self, text: str) -> None:
        """Replace the document. A parameter of type SecureString keeps its type."""
        size = len(text.encode())
        if size > _LARGEST:
            raise Trouble(f"the document has {size} bytes; Parameter Store takes {_LARGEST}")
        kind = {"Type": "String"} if self.read() is None else {}
        self._client.put_parameter(Name=self.name, Value=text, Overwrite=True, **kind)

    @property
    def _client(self) -> Any:
        return self.stack.client("ssm")


def read_used_today(stack: Stack, account: str, now: int) -> dict[str, str]:
    """Return what is counted of the account's day (UTC) at `now`: orders, and the notional by quote asset."""
    day = datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
    key = {"pk": {"S": make_day_key(account, day)}}
    used = read_counter(
        stack.client("dynamodb").get_item(TableName=stack.output("SharedTable"), Key=key).get("Item", {})
    )
    worth = {f"notional:{asset}": format_plain(value) for asset, value in used.worth.items()}
    return {"orders": str(used.orders)} | worth if used.orders or worth else {}
