"""`make down`: stops the local stack of `make up`, and whatever killed runs left behind."""

import sys
from contextlib import nullcontext

from local import stack
from local.progress import console, step
from local.run import LASTING, LocalStackError, Run, sweep
from local.up import OUTPUTS


def main() -> None:
    run = Run(LASTING)
    try:
        sweep()
        with run.owned():
            if not run.pids():
                console.print("No local stack is running.")
            with step("stop everything") if run.pids() else nullcontext(), stack.undisturbed():
                run.stop()
                OUTPUTS.unlink(missing_ok=True)
    except LocalStackError as error:
        sys.exit(f"make down: {error}")


if __name__ == "__main__":
    main()
