"""An account's secret as Secrets Manager keeps it: whether it is there, and what it holds, unread."""

from botocore.exceptions import ClientError

from orderctl.target import Stack
from orderctl.trouble import NotThere


def exists(stack: Stack, name: str) -> bool:
    """Whether there is a secret of that name. Raises NotThere if it is about to be deleted: nothing can be stored."""
    try:
        described = stack.client("secretsmanager").describe_secret(SecretId=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    if "DeletedDate" in described:
        raise NotThere(
            f"the secret {name} is scheduled for deletion; take that back with `aws secretsmanager restore-secret "
            f"--secret-id {name}`, then give the command again"
        )
    return True


def stored(stack: Stack, name: str) -> object:
    """Its text or its bytes."""
    answer = stack.client("secretsmanager").get_secret_value(SecretId=name)
    return answer.get("SecretString") or answer.get("SecretBinary")
