"""How a key comes in: from a file, or asked for without echo, so that neither screen nor shell keeps it."""

import json
from pathlib import Path

import typer

from orderctl.sources.bodies import read_text
from orderctl.trouble import Misused


def read_key(from_file: str | None, pem: Path | None) -> str:
    """The secret as it is to be stored. Raises Misused where nobody can be asked."""
    if from_file is not None:
        if pem is not None:
            raise Misused("--from and --pem contradict each other")
        return read_text(from_file).strip()
    try:
        document = {"api_key": _asked("API key").strip()}
        if pem is None:
            document["api_secret"] = _asked("API secret").strip()
        else:
            document |= _private_key(pem)
    except typer.Abort:
        raise Misused(
            "there is no terminal to ask for the key at; give it as a file, --from FILE or --from -"
        ) from None
    return json.dumps(document)


def _private_key(pem: Path) -> dict[str, str]:
    text = read_text(str(pem))
    encrypted = "ENCRYPTED" in text
    return {"private_key": text} | ({"passphrase": _asked("Passphrase")} if encrypted else {})


def _asked(what: str) -> str:
    answer: str = typer.prompt(what, hide_input=True, err=True)
    return answer
