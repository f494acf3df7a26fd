"""How dead letters are kept in a file before they are deleted: one JSON object a line, durable."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from orderctl.sources.dead_letter import DeadLetter
from orderctl.trouble import Misused, Trouble


@dataclass(frozen=True)
class SavedLetters:
    """A file that letters are appended to."""

    path: Path

    @classmethod
    def open(cls, file: str) -> "SavedLetters":
        """Return the file. Raises Misused if it cannot be written, before any letter is deleted."""
        try:
            with Path(file).open("a"):
                return cls(Path(file))
        except OSError as error:
            raise Misused(f"{file} cannot be written: {error.strerror}") from None

    def keep(self, letter: DeadLetter) -> None:
        """Append the letter; it is on the disk when this returns. Raises Trouble if it cannot be written."""
        document = {
            "message_id": letter.message_id,
            "died_at": letter.died_at,
            "issued_at": letter.issued_at,
            "body": letter.body,
            "group": letter.message.group,
            "attributes": {name: asdict(each) for name, each in letter.attributes.items()},
        }
        try:
            with self.path.open("a") as file:
                file.write(json.dumps(document) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Trouble(f"{self.path} cannot be written: {error.strerror}; this letter and the rest stay") from None
