"""Which services botocore finds: those that are used here. Else it lists 900 directories to find five of them."""

from typing import TYPE_CHECKING

from botocore.loaders import Loader

if TYPE_CHECKING:
    from botocore.session import Session

SERVICES = ["dynamodb", "events", "secretsmanager", "sqs", "ssm"]


class _KnownServices(Loader):
    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's signature
        """See Loader."""
        return SERVICES


def know_services(session: "Session") -> None:
    """Let the session find the services that are used here, and no others."""
    session.register_component("data_loader", _KnownServices())
