"""How a peer gets its key: from Secrets Manager, once, in the initialisation."""

import json
import os
from dataclasses import dataclass

import boto3


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the exchange and its secret."""

    name: str
    secret: str


def read_key() -> Key:
    """Return the key of the account `main`."""
    client = boto3.client("secretsmanager")
    found = json.loads(client.get_secret_value(SecretId=f"{os.environ['SECRET_PREFIX']}main")["SecretString"])
    return Key(found["api_key"], found["api_secret"])
