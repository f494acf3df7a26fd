"""What an API key is permitted, as /sapi/v1/account/apiRestrictions tells it; here the same for every key.

Source: "Get API Key Permission" of Binance's Wallet API documentation. A key that lacks the permission which a request
needs is refused with -2015, whose text says so.
"""

from collections.abc import Mapping

RESTRICTIONS: Mapping[str, bool] = {
    "ipRestrict": True,
    "enableReading": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "enableMargin": False,
    "enableFutures": False,
    "permitsUniversalTransfer": False,
    "enableVanillaOptions": False,
    "enableFixApiTrade": False,
    "enableFixReadOnly": False,
    "enableSpotAndMarginTrading": True,
    "enablePortfolioMarginTrading": False,
}
READ, TRADE = "enableReading", "enableSpotAndMarginTrading"
CREATED_MS = 1_790_000_000_000
