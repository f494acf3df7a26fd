"""What people use instead, each as its documentation shows it, as a Lambda function for the same events.

They are given what costs them the least: the key is in the environment and not in a secret, the quantity is rounded
already, nothing is written down, and their connection to the exchange never breaks. The signals of a batch are executed
one after the other.
"""
