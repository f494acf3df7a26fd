"""The secret of the account of a world, replaced in the middle of everything: a rotation, or a mistake."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from orderexec.ports import Credentials

from .world import World

ADDRESS = "https://simulated"
FIRST, SAME, OTHER = (Credentials(f"key-{number}", "secret") for number in range(3))
UIDS = {FIRST.api_key: "1001", SAME.api_key: "1001", OTHER.api_key: "2002"}
_BY_SIGNER = {f"{ADDRESS} {key.fingerprint}": UIDS[key.api_key] for key in (FIRST, SAME, OTHER)}
_STEPS_MS = (1, 30_000, 600_000)


def account_signed_for(signer: str) -> str:
    """The exchange's account that a row was signed for."""
    return _BY_SIGNER[signer]


@dataclass(slots=True)
class Vault:
    """What is stored for the account and what was before, and which keys the exchange takes."""

    world: World
    learn: Callable[[Credentials, str], None]  # how `orderctl accounts rotate` notes whose a key is
    stored: Credentials = FIRST
    before: Credentials | None = None
    taken: set[str] = field(default_factory=lambda: set(UIDS))
    right_from: int = 0  # when (time of the world) the key is that of the right account again, for good

    def plan(self, rng: Random) -> None:
        """Nothing in most worlds; else a rotation, or another account's key until a person notices."""
        happens_at = rng.randint(30_000, 700_000)
        match rng.choice(("", "", "rotation", "mistake", "mistake")):
            case "rotation":
                self.world.at(happens_at, lambda: self._rotate(rng.choice(_STEPS_MS)))
            case "mistake":
                self.world.at(happens_at, lambda: self._mistake(old_key_works=rng.random() < 0.5))
                noticed_at = happens_at + rng.randint(60_000, 2_400_000)
                self.world.at(noticed_at, self._put_right)
                self.right_from = self.world.now + noticed_at

    def _rotate(self, deleted_after_ms: int) -> None:
        self.learn(FIRST, UIDS[FIRST.api_key])
        self._store(SAME)
        self.world.at(deleted_after_ms, lambda: self.taken.discard(FIRST.api_key))

    def _mistake(self, *, old_key_works: bool) -> None:
        self._store(OTHER)
        if not old_key_works:
            self.taken.discard(FIRST.api_key)

    def _put_right(self) -> None:
        self._store(FIRST)
        self.taken.add(FIRST.api_key)

    def _store(self, key: Credentials) -> None:
        self.world.note(f"the secret holds {key.api_key} of account {UIDS[key.api_key]}")
        self.before, self.stored = self.stored, key
