"""Who takes part: each module builds the SQS handler of one container, as its documentation shows.

All know the exchange's address and key, and give the signal's id as client order id, so that all are measured by what
they do about doubt and not by what they leave out.
"""
