"""JSON objects that other services put around a signal: told by their fields, named for what they are."""

from collections.abc import Mapping

# The fields that such an object has, what it is, and what to do about it; worded to follow "the message body".
_ENVELOPES: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"Type", "MessageId", "TopicArn"}),
        "is an SNS notification; turn on raw message delivery of the subscription",
    ),
    (
        frozenset({"source", "detail-type", "detail"}),
        "is an EventBridge event; set the input path of the rule's target to $.detail",
    ),
    (
        frozenset({"Records"}),
        "is an event with a list of records; send the signal in each record as a message of its own "
        "(`orderctl publish FILE` does so)",
    ),
    (frozenset({"specversion", "type", "source", "data"}), "is a CloudEvent; send only what stands in its data"),
    (frozenset({"headers", "body"}), "is an HTTP request of API Gateway; send only what stands in its body"),
)


def find_envelope(document: Mapping[str, object]) -> str | None:
    """Return what the object is and how to send the signal without it; None if it looks like no envelope.

    Its own `id`, `account` and `source` are the other service's: nothing in it names a signal.
    """
    if "symbol" in document:
        return None
    return next((what for fields, what in _ENVELOPES if fields <= document.keys()), None)
