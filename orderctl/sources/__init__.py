"""Where the commands get what they show: ledger, queues, logs, controls, exchange. Nothing here prints."""
