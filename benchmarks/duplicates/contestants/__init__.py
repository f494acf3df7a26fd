"""Who takes part: each module builds the SQS handler of one container, as the documentation of a library shows it.

All know the address and the key of the exchange, and send the signal's id as client order id. So all are measured by
what they do in doubt, and not by what they leave out.
"""
