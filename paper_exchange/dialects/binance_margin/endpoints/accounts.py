"""Endpoints that tell an owner what its margin accounts hold and owe, and let it borrow and repay by hand."""

from enum import StrEnum
from typing import Any

from paper_exchange.dialects.binance_common import errors
from paper_exchange.dialects.binance_common.answers import amount as told
from paper_exchange.dialects.binance_common.parameters import SYMBOL, Parameters
from paper_exchange.dialects.binance_margin import answers
from paper_exchange.engine.orders import ZERO
from paper_exchange.enums import Feature
from paper_exchange.margin import MarginAccount, MarginAccounts
from paper_exchange.refusal import Kind, Refusal

MOST_SYMBOLS = 5


class Transaction(StrEnum):
    """What is done to a debt by hand."""

    BORROW = "BORROW"
    REPAY = "REPAY"


def cross(owner: MarginAccounts, parameters: Parameters) -> Any:
    """Answer GET /sapi/v1/margin/account."""
    parameters.finish()
    return answers.cross_account(owner.cross)


def isolated(owner: MarginAccounts, parameters: Parameters) -> Any:
    """Answer GET /sapi/v1/margin/isolated/account: the totals only when no symbols are named."""
    names = parameters.text("symbols")
    parameters.finish()
    if names is not None:
        return {"assets": [answers.isolated_account(each) for each in _named(owner, names.split(","))]}
    pairs = [each for name, each in owner.isolated.items() if Feature.MARGIN in each.market(name).symbol.features]
    return {"assets": [answers.isolated_account(each) for each in pairs], **answers.isolated_totals(pairs)}


def max_borrowable(owner: MarginAccounts, parameters: Parameters) -> Any:
    """Answer GET /sapi/v1/margin/maxBorrowable."""
    asset, name = parameters.required("asset"), parameters.text("isolatedSymbol", SYMBOL)
    parameters.finish()
    account = owner.cross if name is None else _named(owner, [name])[0]
    return {
        "amount": told(account.loans.borrowable(asset)),
        "borrowLimit": told(owner.lender.limits.get(asset, ZERO)),
    }


def borrow_or_repay(account: MarginAccount, parameters: Parameters) -> Any:
    """Answer POST /sapi/v1/margin/borrow-repay."""
    asset, amount = parameters.required("asset"), parameters.required_decimal("amount")
    what = parameters.required_choice("type", Transaction, errors.invalid_value("type"))
    parameters.finish()
    if what is Transaction.BORROW:
        account.loans.borrow(asset, amount)
    else:
        account.loans.repay_exactly(asset, amount)
    return {"tranId": account.now_us()}


def _named(owner: MarginAccounts, names: list[str]) -> list[MarginAccount]:
    if len(names) > MOST_SYMBOLS:
        raise errors.invalid_value("symbols")
    if any(name not in owner.isolated for name in names):
        raise Refusal(Kind.UNKNOWN_SYMBOL)
    return [owner.isolated[name] for name in names]
