"""`make down`: stops the local stack of `make up`, and whatever killed runs left behind."""

import sys

from local import stack
from local.progress import console, step
from local.run import LocalStackError, Run, sweep
from local.up import OUTPUTS


def main() -> None:
    run = Run("up")
    try:
        sweep()
        with run.owned():
            if not run.pids():
                console.print("No local stack was running.")
            with step("stop everything"), stack.undisturbed():
                run.stop()
                OUTPUTS.unlink(missing_ok=True)
    except LocalStackError as error:
        sys.exit(f"make down: {error}")


if __name__ == "__main__":
    main()
