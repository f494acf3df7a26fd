"""How this function takes part: `functions/execute_signals/app.py` as deployed, with the settings of template.yaml.

A hook of botocore passes its visibility changes to the benchmark's queue; all other calls go to AWS as it sees it.
"""

import importlib.util
import json
import os
from types import SimpleNamespace
from typing import Any

from benchmarks.duplicates.account import EXCHANGE_URL, LEDGER, SHARED
from benchmarks.duplicates.delivery import Handler, Surroundings
from local.environment import FUNCTION_DEFAULTS
from local.run import ROOT


def build(surroundings: Surroundings) -> Handler:
    """Return the handler of a container. The module runs anew for each: its pool and processor are a container's."""
    os.environ |= FUNCTION_DEFAULTS | {
        "BINANCE_SPOT_URL": EXCHANGE_URL,
        "LEDGER_TABLE": LEDGER,
        "SHARED_TABLE": SHARED,
        "SIGNAL_QUEUE_URL": "http://signals.invalid/signals",
        "DEAD_LETTER_QUEUE_URL": surroundings.letters_url,
    }
    spec = importlib.util.spec_from_file_location("container_app", ROOT / "functions" / "execute_signals" / "app.py")
    assert spec is not None
    assert spec.loader is not None
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    surroundings.closing.callback(app.threads.shutdown)

    def change_visibility(params: dict[str, Any], **_: object) -> Any:
        asked = json.loads(params["body"])
        surroundings.hide(asked["ReceiptHandle"], asked["VisibilityTimeout"])
        return SimpleNamespace(status_code=200), {}

    events = app.get_application().signals.client.meta.events
    events.register("before-call.sqs.ChangeMessageVisibility", change_visibility)
    handler: Handler = app.handler
    return handler
