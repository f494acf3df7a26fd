"""How margin's answers tell of its limits: weight by address and by account, counted for each endpoint on its own.

Source: "Limits" in "General Info" of the margin documentation. Orders are counted as on Spot ("Query Current Margin
Order Count Usage"). What the answers say of them is not documented: the header of Spot's answers is read if it comes.
"""

from orderexec.domain.rate_limits import Budget, RateLimit

from .limits import COUNTS, make_meter
from .margin_errors import MARGIN_ANSWERS
from .products import PING

# Of each endpoint, by the minute. The fullest bucket that was last heard of stands for all.
WEIGHTS = (RateLimit(Budget.WEIGHT, 60, 12_000), RateLimit(Budget.ACCOUNT_WEIGHT, 60, 180_000))
MARGIN_METER = make_meter(
    PING,
    MARGIN_ANSWERS,
    {
        "x-sapi-used-ip-weight": Budget.WEIGHT,
        "x-sapi-used-uid-weight": Budget.ACCOUNT_WEIGHT,
        **{name: budget for name, budget in COUNTS.items() if budget is Budget.ORDERS},
    },
)
