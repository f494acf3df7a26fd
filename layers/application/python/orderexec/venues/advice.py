"""The advice that errors of every exchange share: what a person should do about a refusal, one sentence each."""

MAY_EXIST = ", so the order may exist"  # as it stands in the entries: left out of the answer to a mere question
NOTHING = "nothing"  # the system deals with it: left out of a detail
MEND = "mend what the exchange names and publish the signal under a new id"
READ = "see the exchange's own words; if no field of the signal explains them, report it as a fault of this function"
REPORT = "report it as a fault of this function, which should not send such a request"
NOT_OURS = "report it: this function does not use that part of the exchange's interface"
OTHER_SYMBOL_OR_FORM = "publish the order in a form that the symbol takes, under a new id"
KEY = "store the right key and secret, then redrive it"
SUPPORT = "ask the exchange's support what the account may do, then redrive it"
SLOWER = (
    "if signals die of it, lower MaximumConcurrency or what else uses the same address and account, then redrive it"
)
CLEAR_ORDERS = "cancel some of them or wait until they are done, then redrive it"
OTHER_PRICE = "publish the signal with a price inside the limits, under a new id"
OTHER_QUANTITY = "publish the signal with a quantity inside the limits, under a new id"
OTHER_WORTH = "publish a signal that is worth as much as the limits ask, under a new id"
THIN_BOOK = "redrive it once there are orders on the book, or publish a LIMIT order under a new id"
