"""How a person enters a key: from a file, or at a prompt without echo, so that neither screen nor shell keeps it."""

import json
from pathlib import Path

import typer

from orderctl.sources.bodies import read_text
from orderctl.trouble import Misused


def read_key(from_file: str | None, pem: Path | None) -> str:
    """Return the text of the secret to be stored. Raises Misused if there is no terminal to ask at."""
    if from_file is not None:
        if pem is not None:
            raise Misused("give either --from or --pem, not both")
        return read_text(from_file).strip()
    try:
        document = {"api_key": _ask("API key").strip()}
        if pem is None:
            document["api_secret"] = _ask("API secret").strip()
        else:
            document |= _read_private_key(pem)
    except typer.Abort:
        raise Misused(
            "there is no terminal to ask for the key; give it as a file, with --from FILE or --from -"
        ) from None
    return json.dumps(document)


def _read_private_key(pem: Path) -> dict[str, str]:
    text = read_text(str(pem))
    encrypted = "ENCRYPTED" in text
    return {"private_key": text} | ({"passphrase": _ask("Passphrase")} if encrypted else {})


def _ask(what: str) -> str:
    answer: str = typer.prompt(what, hide_input=True, err=True)
    return answer
