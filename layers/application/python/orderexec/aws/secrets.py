"""The exchange keys of the accounts, from Secrets Manager, kept for some minutes by Powertools."""

import json
import logging
from dataclasses import dataclass

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from orderexec.ports import Credentials, NoCredentials

# At DEBUG, which a root logger may be set to, botocore prints whole answers, and with them the secret.
logging.getLogger("botocore").setLevel(logging.INFO)

MAX_AGE_SECONDS = 300
_PROBLEMS = {
    "ResourceNotFoundException": "there is no such secret; store the account's key there",
    "AccessDeniedException": "the function may not read it; check its role and the secret's policy",
    "DecryptionFailure": "it cannot be decrypted; check the policy of its KMS key",
    "InvalidRequestException": "it cannot be read, perhaps because it is scheduled for deletion",
}
_FORM = 'it must be JSON like {"api_key": "...", "api_secret": "..."}'


@dataclass(frozen=True, slots=True)
class SecretsManager:
    """Implements ports.Secrets."""

    provider: SecretsProvider
    prefix: str

    def credentials(self, account: str, *, refetch: bool = False) -> Credentials | NoCredentials:
        """See ports.Secrets."""
        name = f"{self.prefix}{account}"
        try:
            text = self.provider.get(name, max_age=MAX_AGE_SECONDS, force_fetch=refetch)
        except GetParameterError as error:
            cause = error.__context__
            code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else ""
            if code not in _PROBLEMS:
                raise  # a fault of the store, which may pass
            return NoCredentials(f"the secret {name}: {_PROBLEMS[code]}")
        return _parsed(text, name)


def _parsed(text: object, name: str) -> Credentials | NoCredentials:
    """No part of the secret goes into the sentence."""
    try:
        document = json.loads(text) if isinstance(text, str | bytes) else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return NoCredentials(f"the secret {name}: {_FORM}")
    key, secret = document.get("api_key"), document.get("api_secret")
    missing = [field for field, value in (("api_key", key), ("api_secret", secret)) if not _usable(value)]
    if missing:
        return NoCredentials(f"the secret {name}: {' and '.join(missing)} missing or not plain text; {_FORM}")
    return Credentials(str(key), str(secret))


def _usable(value: object) -> bool:
    # What is no visible ASCII cannot stand in a header, and a stray line break is the usual slip.
    return isinstance(value, str) and bool(value) and all("!" <= character <= "~" for character in value)
