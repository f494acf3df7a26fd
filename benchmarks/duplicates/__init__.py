"""What others make of the faults that the function is built for: orders placed twice, signals lost, requests sent.

Each contestant is an SQS handler. Each one gets the same signals, from the same at-least-once queue, at the same
exchange, and the same faults hit the same requests: a fault depends only on the seed, the signal's number and how many
order requests (or lookups) were made for it before. So a contestant that sends more requests meets more faults.

How it works. All time is virtual, for all contestants, so that half an hour passes in seconds: `time.time` and
`time.sleep` are those of `world.py`. Ten Lambda containers run as threads of which one moves at a time. Each call has
45 seconds, and is killed then. The exchange is the core of the paper exchange on that clock, with both receive-window
checks, unique ids among open orders, rate limits and balances. Only `requests.adapters.HTTPAdapter.send`, which every
contestant uses, is replaced: there a request takes its time to the exchange, meets its fault, and raises what requests
raises (`wire.py`). DynamoDB, Secrets Manager and the dead-letter queue are moto's. Everything else is the real code of
each contestant.

The faults stay within what the exchange documents: a request is refused once its receive window is over, and it is
processed for 10 seconds at most. Lookups lag by 4 seconds at most; for that lag no bound is documented.
"""
