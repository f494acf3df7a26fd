"""How the secret of an account is kept in Secrets Manager: whether it exists, and its text as it is."""

from botocore.exceptions import ClientError

from orderctl.target import Stack
from orderctl.trouble import NotThere


def exists(stack: Stack, name: str) -> bool:
    """Return whether the secret exists. Raises NotThere if it is scheduled for deletion: nothing can be stored."""
    try:
        described = stack.client("secretsmanager").describe_secret(SecretId=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    if "DeletedDate" in described:
        raise NotThere(
            f"the secret {name} is scheduled for deletion; cancel that with `aws secretsmanager restore-secret "
            f"--secret-id {name}`, then run the command again"
        )
    return True


def read(stack: Stack, name: str) -> object:
    """Return the text or the bytes of the secret."""
    answer = stack.client("secretsmanager").get_secret_value(SecretId=name)
    return answer.get("SecretString") or answer.get("SecretBinary")
