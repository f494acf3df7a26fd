"""Where the commands read what they show: ledger, queues, logs, controls, exchange. Nothing here prints."""
