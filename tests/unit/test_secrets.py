"""The accounts' keys: where they are kept, how long a copy serves, and the sentences for what is wrong with one."""

import json
from typing import cast

import pytest
from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError, EndpointConnectionError

from orderexec.aws.secrets import SecretsManager
from orderexec.ports import Credentials, NoCredentials

RIGHT = json.dumps({"api_key": "the-key", "api_secret": "the-secret"})


class SecretStore:
    """As much of Secrets Manager as reading takes; an exception as value is raised."""

    def __init__(self, **secrets: str | bytes | Exception) -> None:
        self.secrets = {f"orderexec/{account}": value for account, value in secrets.items()}

    def get_secret_value(self, *, SecretId: str) -> dict[str, object]:  # noqa: N803
        value = self.secrets.get(SecretId, fault("ResourceNotFoundException"))
        if isinstance(value, Exception):
            raise value
        return {"SecretString" if isinstance(value, str) else "SecretBinary": value}


def fault(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "told by AWS"}}, "GetSecretValue")


def manager(store: SecretStore) -> SecretsManager:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    return SecretsManager(SecretsProvider(boto3_client=cast(SecretsManagerClient, store)), "orderexec/")


def refusal(value: str | bytes | Exception) -> str:
    answer = manager(SecretStore(main=value)).credentials("main")
    assert isinstance(answer, NoCredentials), answer
    return answer.detail


def test_the_key_of_an_account_is_the_secret_of_its_name() -> None:
    other = json.dumps({"api_key": "other", "api_secret": "other-secret", "note": "for the desk"})
    secrets = manager(SecretStore(main=RIGHT, desk_2=other))

    assert secrets.credentials("main") == Credentials("the-key", "the-secret")
    assert secrets.credentials("desk_2") == Credentials("other", "other-secret")


def test_a_copy_serves_until_it_is_fetched_again() -> None:
    store = SecretStore(main=RIGHT)
    secrets = manager(store)
    secrets.credentials("main")
    store.secrets["orderexec/main"] = json.dumps({"api_key": "new", "api_secret": "new-secret"})

    assert secrets.credentials("main") == Credentials("the-key", "the-secret")
    assert secrets.credentials("main", refetch=True) == Credentials("new", "new-secret")
    assert secrets.credentials("main") == Credentials("new", "new-secret")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ResourceNotFoundException", "there is no such secret; store the account's key there"),
        ("AccessDeniedException", "the function may not read it; check its role and the secret's policy"),
        ("DecryptionFailure", "it cannot be decrypted; check the policy of its KMS key"),
        ("InvalidRequestException", "it cannot be read, perhaps because it is scheduled for deletion"),
    ],
)
def test_what_a_person_has_to_put_right_is_a_sentence_that_names_the_secret(code: str, words: str) -> None:
    assert refusal(fault(code)) == f"the secret orderexec/main: {words}"


def test_an_account_nobody_stored_is_such_a_case() -> None:
    answer = manager(SecretStore()).credentials("nobody")

    assert answer == NoCredentials(
        "the secret orderexec/nobody: there is no such secret; store the account's key there"
    )


@pytest.mark.parametrize(
    "passing",
    [fault("InternalServiceError"), fault("ThrottlingException"), EndpointConnectionError(endpoint_url="https://aws")],
)
def test_a_fault_that_may_pass_raises(passing: Exception) -> None:
    with pytest.raises(GetParameterError):
        manager(SecretStore(main=passing)).credentials("main")


FORM = 'it must be JSON like {"api_key": "...", "api_secret": "..."}'


@pytest.mark.parametrize("value", ["hunter2", "", "[]", '"hunter2"', '{"api_key": "hunter2"', b"\xff\xfehunter2"])
def test_a_secret_of_another_form_is_told_the_form_and_nothing_of_itself(value: str | bytes) -> None:
    detail = refusal(value)

    assert detail == f"the secret orderexec/main: {FORM}"
    assert "hunter2" not in detail


@pytest.mark.parametrize(
    ("document", "missing"),
    [
        ({}, "api_key and api_secret"),
        ({"api_key": "hunter2"}, "api_secret"),
        ({"api_key": "", "api_secret": "hunter2"}, "api_key"),
        ({"api_key": "hunter2\n", "api_secret": "hunter2"}, "api_key"),
        ({"api_key": "hunter2", "api_secret": " hunter2"}, "api_secret"),
        ({"api_key": "hünter2", "api_secret": "hunter2"}, "api_key"),
        ({"api_key": 5, "api_secret": ["hunter2"]}, "api_key and api_secret"),
    ],
)
def test_a_secret_with_an_unusable_part_is_told_which_and_nothing_of_itself(
    document: dict[str, object], missing: str
) -> None:
    detail = refusal(json.dumps(document))

    assert detail == f"the secret orderexec/main: {missing} missing or not plain text; {FORM}"


def test_a_binary_secret_is_read_as_well() -> None:
    assert manager(SecretStore(main=RIGHT.encode())).credentials("main") == Credentials("the-key", "the-secret")


def test_credentials_do_not_show() -> None:
    assert "the-" not in repr(Credentials("the-key", "the-secret"))
