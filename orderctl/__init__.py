"""The command-line tool for people; it is installed from the checkout that it works on (docs/orderctl.md)."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
