"""`make down`: it stops the local stack of `make up`, and all that killed runs left behind."""

import sys
from contextlib import nullcontext

from local import stack
from local.progress import console, show_step
from local.run import LASTING, LocalStackError, Run, sweep
from local.up import OUTPUTS


def main() -> None:
    run = Run(LASTING)
    try:
        sweep()
        with run.own():
            if not run.read_pids():
                console.print("No local stack is running.")
            with show_step("stop everything") if run.read_pids() else nullcontext(), stack.ignore_signals():
                run.stop()
                OUTPUTS.unlink(missing_ok=True)
    except LocalStackError as error:
        sys.exit(f"make down: {error}")


if __name__ == "__main__":
    main()
