"""AWS behind the ports: DynamoDB, SQS, EventBridge, Secrets Manager, Parameter Store. Nothing here knows an exchange.

Functions that begin with `make_` return what is sent to AWS; functions that begin with `read_` return what a document,
an item or a message of AWS means to the inside.
"""
