"""Why a command could not do its work: each class has an exit code, each text says what is wrong and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)


class ExitCode(IntEnum):
    """What the caller of a command learns from its exit code; part of docs/orderctl.md."""

    DONE = 0
    FINDING = 1  # the command did its work, and the answer is no: unknown, invalid, unhealthy, declined
    USAGE = 2
    STACK = 3  # the stack, a permission, a secret or credentials are missing
    UNREACHABLE = 4  # AWS or the exchange cannot be reached, or failed; worth trying again


class Trouble(Exception):
    """An error that a person can fix; its text says how."""

    code = ExitCode.FINDING


class Misused(Trouble):
    """The command was used in a way that makes no sense."""

    code = ExitCode.USAGE


class NotThere(Trouble):
    """Something that belongs to the stack is missing, or the person may not use it."""

    code = ExitCode.STACK


class Denied(NotThere):
    """AWS does not allow the action to the person who is logged in."""


class Unreachable(Trouble):
    """No usable answer came."""

    code = ExitCode.UNREACHABLE


def build_error_document(text: str, code: int) -> dict[str, Any]:
    """Return what a program gets in place of an answer, whatever went wrong."""
    return {"error": {"message": text, "exit_code": code}}


_LOGIN = (
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
    TokenRetrievalError,
)
_SILENT = (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError)
_DENIALS = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AccessDeniedFault"}
_BAD_LOGIN = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "InvalidSignatureException",
}
_GONE = {
    "ResourceNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "ParameterNotFound",
}


@contextmanager
def explain_trouble(place: str) -> Iterator[None]:
    """Turn an error of the AWS library into Trouble; `place` says where the stack is."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise explain_error(error, place) from error


def explain_error(error: BotoCoreError | ClientError, place: str) -> Trouble:
    """Return what an error of the AWS library means for the person at the keyboard."""
    if isinstance(error, ClientError):
        return explain_answer(error, place)
    if isinstance(error, NoRegionError):
        return NotThere("no AWS region is set; set AWS_REGION, or AWS_PROFILE to a profile that has one")
    if isinstance(error, _LOGIN):
        return NotThere(f"there are no usable AWS credentials ({error}); log in, or set AWS_PROFILE")
    if isinstance(error, _SILENT):
        return Unreachable(f"{place} does not answer ({type(error).__name__}); is the network up?")
    return Unreachable(f"AWS could not be used: {error}")


def explain_answer(error: ClientError, place: str) -> Trouble:
    """Return what an error in an answer of AWS means for the person at the keyboard."""
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    operation = error.operation_name
    if code in _DENIALS:
        return Denied(f"you may not do {operation} at {place}; ask for that permission ({message})")
    if code in _BAD_LOGIN:
        return NotThere(f"AWS does not accept the credentials ({code}); log in again, or set AWS_PROFILE")
    if code in _GONE:
        return NotThere(f"{operation} at {place}: a part of the stack is missing ({message}); deploy the stack again")
    return Unreachable(f"{operation} at {place} failed: {code}: {message}")
