"""What a person should do about a refusal of an exchange: the few sentences that the errors of all exchanges share."""

from orderexec.domain.advice import CORRECT, Advice, Remedy, look, publish_corrected, redrive_after

MAY_EXIST = ", so the order may exist"  # as it stands in the entries: left out of the answer to a mere question

# By these words orderctl knows that the place of the stack, or of this machine, is the trouble.
NOT_SERVED = "the exchange does not serve the place that the request came from"

NOTHING = Advice(Remedy.NOTHING, "nothing")  # left out of a detail

READ = look(
    f"read the exchange's own words: if they blame a field of the signal, {CORRECT.words}; "
    "if not, report it as a fault of this function"
)
LOOK_AT_OLD = look("look at the old order; if a new one is still wanted, publish it under a new id")
CANCEL_AND_PLACE_REST = publish_corrected("with action cancel, and place what is left of it with a second signal")
REPORT = look("report it as a fault of this function, which should not send such a request")
NOT_OURS = look("report it: this function does not use that part of the exchange's interface")
SETTING = look("put right what it names, then set it again; no order is answered with this")

OTHER_SYMBOL_OR_FORM = publish_corrected("with another type of order, or another symbol")
OTHER_PRICE = publish_corrected("with a price inside the limits")
OTHER_QUANTITY = publish_corrected("with a quantity inside the limits")
OTHER_WORTH = publish_corrected("for an order whose worth is inside the limits")
NEARER_PRICE = publish_corrected("with a price nearer to the market")
PLACE_AFTER_ALL = publish_corrected("with action place: the old order is canceled already")
REPLACE_OR_CANCEL = publish_corrected("with action replace or cancel instead of amend")

KEY = redrive_after("store the right key and secret")
SUPPORT = redrive_after("ask the exchange's support what the account may do, and have it permitted")
SLOWER = redrive_after(
    "if signals die of it, lower MaximumConcurrency, or send less with other programs from the same address or account"
)
CLEAR_ORDERS = redrive_after("cancel some of these orders or wait until they are done")
THIN_BOOK = redrive_after("wait until there are orders on the book", or_publish="as a LIMIT order")
ONCE_MORE = Advice(Remedy.REDRIVE, "redrive it; if it dies of this again, report it as a fault of this function")
