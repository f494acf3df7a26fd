"""The risk limits of each account: one document of Parameter Store for each, read again after a minute."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orderexec.domain.limits import UNLIMITED, Limits
from orderexec.domain.limits_document import read_limits as read_document
from orderexec.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

MAX_AGE_MS = 60_000
_NO_RIGHT = "the function may not read it; check its role, and the policy of the KMS key if it is a SecureString"
_MISSING = (
    "the account {account} has no limits (there is no parameter {name}), and RequireLimits is true: an account without "
    "limits may not trade; set them (`orderctl limits set {account} FILE`), then redrive it"
)


@dataclass(frozen=True, slots=True)
class ParameterStoreLimits:
    """Implements ports.AccountLimits.

    `client` returns the client of Parameter Store. It is a function because loading the client takes 30 ms, which a
    container that never meets a signal should not pay. If `required` is true, an account without a parameter may not
    trade; if it is false, such an account has no limits.
    """

    client: Callable[[], "SSMClient"]
    prefix: str
    clock: Clock
    required: bool = False
    # Powertools would cache what it finds, but not that there is nothing, which is the usual case here.
    _read: dict[str, tuple[int, Limits | str]] = field(default_factory=dict, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)

    def read_limits(self, account: str) -> Limits | str:
        """See ports.AccountLimits."""
        with self._reading:  # the threads of a batch want the same at the same moment, and one client is enough
            now = self.clock.now()
            read_at, limits = self._read.get(account, (0, UNLIMITED))
            if not 0 <= now - read_at < MAX_AGE_MS:
                limits = self._fetch(account)
                self._read[account] = now, limits
            return limits

    def _fetch(self, account: str) -> Limits | str:
        name = f"{self.prefix}{account}"
        try:
            parameter = self.client().get_parameter(Name=name, WithDecryption=True)["Parameter"]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ParameterNotFound":
                return _MISSING.format(account=account, name=name) if self.required else UNLIMITED
            if code == "AccessDeniedException":
                return f"the limits in parameter {name} cannot be read: {_NO_RIGHT}"
            raise
        limits = read_document(parameter["Value"])
        return limits if isinstance(limits, Limits) else f"the limits in parameter {name} cannot be used: {limits}"
