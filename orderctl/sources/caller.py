"""Who is at the keyboard, as AWS knows the person; noted where a person's word stands for the exchange's."""

from botocore.exceptions import BotoCoreError, ClientError

from orderctl.target import Stack


def name(stack: Stack) -> str:
    """The ARN of whoever is logged in; it needs no right. Where AWS does not say it, that."""
    try:
        arn: str = stack.client("sts").get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError):
        return "not known to AWS"
    return arn
