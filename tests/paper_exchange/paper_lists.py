"""Order lists as tests ask for them, of 1 BTC at a market price of 65,000."""

LIST = "/api/v3/orderList"

WORKING = {
    "symbol": "BTCUSDT",
    "workingType": "LIMIT",
    "workingSide": "BUY",
    "workingTimeInForce": "GTC",
    "workingPrice": "60000",
    "workingQuantity": "1",
    "workingClientOrderId": "working",
}
FILLED_AT_ONCE = {"workingPrice": "66000"}
PENDING = {
    "pendingType": "LIMIT",
    "pendingSide": "SELL",
    "pendingTimeInForce": "GTC",
    "pendingPrice": "70000",
    "pendingClientOrderId": "pending",
}
PENDING_PAIR = {
    "pendingSide": "SELL",
    "pendingAboveType": "LIMIT_MAKER",
    "pendingAbovePrice": "70000",
    "pendingAboveClientOrderId": "above",
    "pendingBelowType": "STOP_LOSS",
    "pendingBelowStopPrice": "59000",
    "pendingBelowClientOrderId": "below",
}
NAME = {"listClientOrderId": "list"}

OCO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "quantity": "1",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "70000",
    "aboveClientOrderId": "above",
    "belowType": "STOP_LOSS_LIMIT",
    "belowStopPrice": "60000",
    "belowPrice": "59000",
    "belowTimeInForce": "GTC",
    "belowClientOrderId": "below",
    **NAME,
}
BUY_OCO = OCO | {
    "side": "BUY",
    "aboveType": "STOP_LOSS",
    "aboveStopPrice": "70000",
    "belowType": "LIMIT_MAKER",
    "belowPrice": "60000",
}
for absent in ("abovePrice", "belowStopPrice", "belowTimeInForce"):
    del BUY_OCO[absent]
OTO = WORKING | PENDING | {"pendingQuantity": "1"} | NAME
OTOCO = WORKING | PENDING_PAIR | {"pendingQuantity": "1"} | NAME
OPO = WORKING | PENDING | NAME
OPOCO = WORKING | PENDING_PAIR | NAME
