"""The exchange keys of the accounts in Secrets Manager: kept for five minutes, and each value opened only once."""

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from orderexec.ports import Credentials, NoCredentials

from .secret_text import read_secret

# At DEBUG, which a root logger may be set to, botocore prints whole answers, and with them the secret.
logging.getLogger("botocore").setLevel(logging.INFO)

MAX_AGE_SECONDS = 300
SecretFault = GetParameterError  # raised for a fault of Secrets Manager that may pass
_PROBLEMS = {
    "ResourceNotFoundException": "there is no such secret; store the key with `orderctl accounts add {account}`",
    "AccessDeniedException": "reading it is denied; check the role of who reads it here, and the secret's policy",
    "DecryptionFailure": "it cannot be decrypted; check the policy of its KMS key",
    # "You can't perform this operation on the secret because it was marked for deletion", nearly always.
    "InvalidRequestException": (
        "it cannot be read, because it is scheduled for deletion; take that back with "
        "`aws secretsmanager restore-secret --secret-id {name}`"
    ),
}
_OF_A_SECRET = ("DecryptionFailure", "InvalidRequestException")  # said only of a secret that exists


@dataclass(frozen=True, slots=True)
class SecretsManager:
    """Implements ports.Secrets. A fault of Secrets Manager that may pass raises SecretFault."""

    provider: SecretsProvider
    prefix: str
    # The requests under way, by name: the threads of a batch want the same key at the same moment.
    _asked: dict[str, Future[object]] = field(default_factory=dict, init=False, repr=False)
    _asking: Lock = field(default_factory=Lock, init=False, repr=False)
    # By name, the secret's last value and what it holds: opening a private key can take some tenths of a second.
    _read: dict[str, tuple[object, Credentials | NoCredentials]] = field(default_factory=dict, init=False, repr=False)
    _reading: Lock = field(default_factory=Lock, init=False, repr=False)

    @classmethod
    def from_client(cls, client: Any, prefix: str) -> "SecretsManager":
        """Return the keys as this client of Secrets Manager reads them, with a cache of their own."""
        return cls(SecretsProvider(boto3_client=client), prefix)

    def get_credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """See ports.Secrets."""
        name = f"{self.prefix}{account}"
        try:
            # Who asks anew has seen the exchange refuse a key, perhaps one that an older request is about to bring.
            text = self._get(name, refetch=True) if refetch else self._get_with_others(name)
        except GetParameterError as error:
            return self._explain(account, error)
        return self._read_once(name, text)

    def get_previous(self, account: str) -> Credentials | NoCredentials:
        """See ports.Secrets. Secrets Manager keeps the version before the last change under the label AWSPREVIOUS."""
        name = f"{self.prefix}{account}"
        try:
            # A provider of its own, because Powertools caches values by name alone, whichever version was asked for.
            text = SecretsProvider(boto3_client=self.provider.client).get(name, VersionStage="AWSPREVIOUS")
        except GetParameterError as error:
            return self._explain(account, error)
        return self._parse(name, text)

    def _get(self, name: str, *, refetch: bool = False) -> object:
        return self.provider.get(name, max_age=MAX_AGE_SECONDS, force_fetch=refetch)

    def _get_with_others(self, name: str) -> object:
        """Return the secret; whoever asks while a request for it is under way gets the answer of that, or its fault."""
        with self._asking:
            first = name not in self._asked
            answer = self._asked.setdefault(name, Future())
        if first:
            try:
                answer.set_result(self._get(name))
            except Exception as fault:  # noqa: BLE001 - raised below, in each of the threads
                answer.set_exception(fault)
            with self._asking:
                del self._asked[name]
        return answer.result()

    def _read_once(self, name: str, text: object) -> Credentials | NoCredentials:
        with self._reading:  # all of them get the answer at the same moment
            value, credentials = self._read.get(name, (None, None))
            if credentials is None or value != text:
                credentials = self._parse(name, text)
                self._read[name] = text, credentials
            return credentials

    def _parse(self, name: str, text: object) -> Credentials | NoCredentials:
        read = read_secret(text)
        if isinstance(read, Credentials):
            return replace(read, account=name.removeprefix(self.prefix))
        return NoCredentials(f"the secret {name}: {read}", exists=True)

    def _explain(self, account: str, error: GetParameterError) -> NoCredentials:
        """Return what a person has to put right; raise the error again if it may pass by itself."""
        cause = error.__context__
        code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else ""
        if code not in _PROBLEMS:
            raise error
        name = f"{self.prefix}{account}"
        problem = _PROBLEMS[code].format(name=name, account=account)
        return NoCredentials(f"the secret {name}: {problem}", exists=code in _OF_A_SECRET)
