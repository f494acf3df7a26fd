"""Margin's accounts mixed up on purpose, one place at a time: each of these must be caught by the simulation."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from orderexec.venues.binance import cancellations, margin
from orderexec.venues.binance.lookups import Lookups
from orderexec.venues.binance.margin_parameters import build_margin_order_call
from orderexec.venues.binance.order_accounts import OrderAccount
from orderexec.venues.binance.parameters import build_cancel_all_call

from .mutants import Mutant


def account_forgotten_in_lookups() -> AbstractContextManager[Any]:
    """Every order is asked for in the cross account."""

    def mutated(self: Lookups, path: str, parameters: Any) -> Any:
        return self.connection.ask(path, parameters, self.credentials)

    return patch.object(Lookups, "_ask", mutated)


def account_forgotten_in_orders() -> AbstractContextManager[Any]:
    """Every order is placed in the cross account, and asked for where it was meant."""
    build = build_margin_order_call
    return patch.object(margin, "build_margin_order_call", lambda order, account: build(order, _nameless(account)))


def account_forgotten_in_cancellations_of_all() -> AbstractContextManager[Any]:
    """Whichever account was meant, the orders of the cross account are ended."""
    build = build_cancel_all_call
    return patch.object(
        cancellations, "build_cancel_all_call", lambda cancel, account: build(cancel, _nameless(account))
    )


def _nameless(account: OrderAccount) -> OrderAccount:
    return replace(account, named={})


MARGIN_MUTANTS: tuple[Mutant, ...] = (
    account_forgotten_in_lookups,
    account_forgotten_in_orders,
    account_forgotten_in_cancellations_of_all,
)
