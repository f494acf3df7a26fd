"""What an API key is permitted, here the same for every key, by the names of Binance's "Get API Key Permission"."""

from collections.abc import Mapping

PERMISSIONS: Mapping[str, bool] = {
    "ipRestrict": True,
    "enableReading": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "enableMargin": False,
    "enableFutures": True,
    "permitsUniversalTransfer": False,
    "enableVanillaOptions": False,
    "enableFixApiTrade": False,
    "enableFixReadOnly": False,
    "enableSpotAndMarginTrading": True,
    "enablePortfolioMarginTrading": False,
}
READ, TRADE, TRADE_FUTURES = "enableReading", "enableSpotAndMarginTrading", "enableFutures"
