"""`make up`: it starts the local stack and leaves it running; `.local/outputs.json` then says how to reach it."""

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from local import environment, exchange, stack
from local.newcomer import ORDERCTL
from local.progress import console
from local.run import LASTING, LOCAL, LOGS, ROOT, LocalStackError, Run, sweep

OUTPUTS = LOCAL / "outputs.json"


def main() -> None:
    try:
        bring_up(os.environ.get("EXCHANGE_URL") or None, os.environ.get("QUEUE_TYPE") or None)
    except LocalStackError as error:
        sys.exit(f"make up: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def bring_up(exchange_url: str | None, queue_type: str | None = None) -> None:
    """Start the stack, or say where it already runs. A stack that does not start is removed."""
    wanted = _check_url(exchange_url) if exchange_url else None
    if queue_type not in (None, *stack.QUEUE_TYPES):
        raise LocalStackError(f"QUEUE_TYPE must be standard or fifo, not {queue_type!r}.")
    sweep()
    run = Run(LASTING)
    with run.own(), stack.stop_on_signals():
        if _is_whole(run):
            _refuse_other_exchange(wanted)
            _refuse_other_queue(queue_type)
            console.print("The local stack is already running; `make down` stops it.")
        else:
            _start(run, wanted, queue_type or stack.QUEUE_TYPES[0])
        console.print(_explain_use(), soft_wrap=True)


def _start(run: Run, exchange_url: str | None, queue_type: str) -> None:
    if run.read_pids() or OUTPUTS.exists():
        console.print("A half-started stack is left from before; it is stopped first.")
    OUTPUTS.unlink(missing_ok=True)
    run.clear()
    try:
        started = stack.start(run, exchange_url, queue_type)
        _write(OUTPUTS, started.to_json())
    except BaseException:
        with stack.ignore_signals():
            run.stop()
        raise
    if exchange_url and not exchange.answers(exchange_url):
        console.print(
            f"[yellow]![/yellow] Nothing answers at {exchange_url}/api/v3/ping yet; signals will wait for it."
        )


def _is_whole(run: Run) -> bool:
    if not OUTPUTS.exists():
        return False
    return set(json.loads(OUTPUTS.read_text())["pids"]) == set(run.read_pids())


def _refuse_other_exchange(wanted: str | None) -> None:
    current = json.loads(OUTPUTS.read_text())["exchange_url"]
    if wanted and wanted != current:
        raise LocalStackError(f"the stack is already running, with the exchange at {current}. Run `make down` first.")


def _refuse_other_queue(wanted: str | None) -> None:
    current = "fifo" if json.loads(OUTPUTS.read_text())["SignalQueueUrl"].endswith(".fifo") else "standard"
    if wanted and wanted != current:
        raise LocalStackError(f"the stack is already running, with a {current} queue. Run `make down` first.")


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise LocalStackError(f"EXCHANGE_URL must be like http://127.0.0.1:9000, without a path, not {url!r}.")
    return url.rstrip("/")


def _write(file: Path, text: str) -> None:
    # Readers wait for the file to appear, so that it must be complete when it appears.
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def _explain_use() -> str:
    outputs = json.loads(OUTPUTS.read_text())
    lines = [
        f"  export {name}={value}"
        for name, value in environment.make_aws_variables(outputs["aws_endpoint_url"]).items()
    ]
    return "\n".join(
        [
            f"\nOutputs are in {OUTPUTS.relative_to(ROOT)}, logs in {LOGS.relative_to(ROOT)}. Try next:",
            *(f"  {command}" for command in ORDERCTL),
            "`--local` finds the local AWS by itself. Any other tool of AWS finds it after:",
            *lines,
            f"The exchange is at {outputs['exchange_url']}. `make down` stops everything.",
        ]
    )


if __name__ == "__main__":
    main()
