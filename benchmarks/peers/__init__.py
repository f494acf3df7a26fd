"""What people use instead, each as its documentation shows it, as a Lambda function for the same events.

They are given what costs them the least: the key is read in the initialisation, where a processor is Lambda's gift, the
quantity is rounded already, nothing is written down, and their connection to the exchange never breaks. The signals of
a batch are executed one after the other.
"""
