"""What others do with the faults that the function is built for: orders placed twice, signals lost, requests sent.

Each contestant is an SQS handler. To each in turn the same signals are delivered by the same at-least-once queue, over
the same exchange, and the same faults hit the same requests: a fault is a function of the seed, the signal's number and
how many order requests (or lookups) were made for it before. So whoever sends more requests meets more faults.

The arrangement. Half an hour passes in seconds because all time is virtual, for all alike: `time.time` and `time.sleep`
are the world's (`world.py`), ten Lambda containers run as threads of which one moves at a time, each call has 45
seconds and is killed when they are over. The exchange is the core of the paper exchange on that clock, with both
receive-window checks, unique ids among open orders, rate limits and balances. The one seam is
`requests.adapters.HTTPAdapter.send`, through which every contestant speaks: there a request takes its time to the
exchange, meets its fault, and raises what requests raises (`wire.py`). DynamoDB, Secrets Manager and the dead-letter
queue are moto's. Everything above the seam is the real code of each contestant.

What the faults keep to is what the exchange documents: a request is refused once its receive window is over, and
processed for 10 seconds at the most. Lookups lag by 4 seconds at the most, for which no bound is documented.
"""
