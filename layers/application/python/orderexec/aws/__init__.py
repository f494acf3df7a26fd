"""AWS behind the ports: DynamoDB, SQS and Secrets Manager. Nothing here knows an exchange."""
