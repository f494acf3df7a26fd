"""Who is at the keyboard, as AWS knows the person; it is noted where a person's word replaces the exchange's."""

from botocore.exceptions import BotoCoreError, ClientError

from orderctl.target import Stack


def identify_caller(stack: Stack) -> str:
    """Return the ARN of the person who is logged in, or that AWS does not tell it. It needs no permission."""
    try:
        arn: str = stack.client("sts").get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError):
        return "not known to AWS"
    return arn
