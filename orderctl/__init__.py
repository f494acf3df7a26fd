"""The command-line tool for people: `python -m orderctl`, from the checkout (docs/orderctl.md)."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The tool speaks of signals with the product's own words and code, and is started without any set-up of paths: this is
# the one place that says where the product's sources are.
_PRODUCT = str(ROOT / "layers" / "application" / "python")
if _PRODUCT not in sys.path:
    sys.path.insert(0, _PRODUCT)
