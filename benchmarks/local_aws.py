"""How AWS answers the requests of one signal, fast enough that a benchmark measures the client and not the server.

An emulator takes several times as long for a write as its client, so that the cost of the client would not be seen and
every ratio would be near 1. This server keeps items in memory, checks the conditions in the requests, and refuses all
that it does not understand. Of SQS it has only the visibility of messages: a signal that ended as a dead letter would
fail the run. It uses no web framework, which would cost more than the server itself. The tests show that the function
works with a full emulator.
"""

import argparse
import asyncio
import contextlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]

# What the benchmarks ask of this server; AWS has no such operations.
TAKE_VISIBILITIES = "local.TakeVisibilities"
TAKE_COUNTS = "local.TakeCounts"
MAKE_OLDER = "local.MakeOlder"
_EQUAL = re.compile(r"(#?\w+) = (:\w+)")
_ABSENT = re.compile(r"attribute_not_exists\((#?\w+)\)")
_LESS = re.compile(r"(#\w+)\.(#\w+) < (:\w+)")  # compares a number in a map
_HEADER = re.compile(rb"\r\n([^:]+): ?([^\r]*)")
_TARGET = re.compile(rb"(?i)\r\nx-amz-target: ?([^\r]*)")
_SECRET = json.dumps({"api_key": "paper-key", "api_secret": "paper-secret"})


class Refused(Exception):
    """The answer is an error; the arguments are its type and the further fields of the answer."""


class Tables:
    """The items of all tables, by table name and key."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Document] = {}

    def get_item(self, request: Document) -> Document:
        item = self._items.get((request["TableName"], request["Key"]["pk"]["S"]))
        return {} if item is None else {"Item": item}

    def put_item(self, request: Document) -> Document:
        key = request["TableName"], request["Item"]["pk"]["S"]
        self._check(request, self._items.get(key))
        self._items[key] = request["Item"]
        return {}

    def update_item(self, request: Document) -> Document:
        key = request["TableName"], request["Key"]["pk"]["S"]
        item = self._items.get(key)
        self._check(request, item)
        verb, _, changes = request["UpdateExpression"].partition(" ")
        if verb != "SET":
            raise Refused("ValidationException", {"message": f"{verb} is not understood here"})
        changes, _, removed = changes.partition(" REMOVE ")
        values = dict(_parse_assignment(request, change) for change in changes.split(", "))
        changed = (item or request["Key"]) | values
        self._items[key] = {name: value for name, value in changed.items() if name not in removed.split(", ")}
        return {}

    def make_older(self, request: Document) -> Document:
        """Make the copies of the exchange's facts in a table older by so many milliseconds, as if time had passed."""
        for (table, _), item in self._items.items():
            for name in ("fetched_at", "leased_until"):
                if table == request["TableName"] and name in item:
                    item[name] = {"N": str(max(1, int(item[name]["N"]) - request["milliseconds"]))}
        return {}

    def _check(self, request: Document, item: Document | None) -> None:
        condition = request.get("ConditionExpression")
        if condition is None or _holds(request, condition, item):
            return
        current = {"Item": item} if item and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
        raise Refused("ConditionalCheckFailedException", {"message": "The conditional request failed"} | current)


def _holds(request: Document, condition: str, item: Document | None) -> bool:
    if " OR " in condition:
        return any(_holds(request, each, item) for each in condition.split(" OR "))
    if less := _LESS.fullmatch(condition):
        inner = (
            (item or {})
            .get(_resolve_name(request, less[1]), {"M": {}})["M"]
            .get(_resolve_name(request, less[2]), {"N": "0"})
        )
        return int(inner["N"]) < int(request["ExpressionAttributeValues"][less[3]]["N"])
    if absent := _ABSENT.fullmatch(condition):
        return _resolve_name(request, absent[1]) not in (item or {})
    name, value = _parse_assignment(request, condition)
    return item is not None and bool(item.get(name) == value)


def _parse_assignment(request: Document, text: str) -> tuple[str, Any]:
    parts = _EQUAL.fullmatch(text)
    if parts is None:
        raise Refused("ValidationException", {"message": f"{text!r} is not understood here"})
    return _resolve_name(request, parts[1]), request["ExpressionAttributeValues"][parts[2]]


def _resolve_name(request: Document, name: str) -> str:
    return str(request["ExpressionAttributeNames"][name]) if name.startswith("#") else name


class Visibilities:
    """The visibility timeouts in seconds that the function has set, by receipt handle, until they are taken."""

    def __init__(self) -> None:
        self._seconds: dict[str, int] = {}

    def change(self, request: Document) -> Document:
        self._seconds[request["ReceiptHandle"]] = request["VisibilityTimeout"]
        return {}

    def take(self, request: Document) -> Document:
        """Return the timeouts of some handles, and forget them."""
        return {handle: self._seconds.pop(handle) for handle in request["handles"] if handle in self._seconds}


def list_operations() -> dict[str, Callable[[Document], Document]]:
    """Return the functions that answer, by the value of X-Amz-Target."""
    tables, visibilities = Tables(), Visibilities()
    return {
        "AmazonSQS.ChangeMessageVisibility": visibilities.change,
        TAKE_VISIBILITIES: visibilities.take,
        MAKE_OLDER: tables.make_older,
        "DynamoDB_20120810.GetItem": tables.get_item,
        "DynamoDB_20120810.PutItem": tables.put_item,
        "DynamoDB_20120810.UpdateItem": tables.update_item,
        "AmazonSSM.GetParameter": _refuse_parameter,
        "AWSEvents.PutEvents": lambda request: {
            "FailedEntryCount": 0,
            "Entries": [{"EventId": str(number)} for number, _ in enumerate(request["Entries"])],
        },
        "secretsmanager.GetSecretValue": lambda request: {"Name": request["SecretId"], "SecretString": _SECRET},
    }


def _refuse_parameter(request: Document) -> Document:
    raise Refused("ParameterNotFound", {"message": f"there is no {request['Name']}: no account has limits here"})


class LocalAws:
    """The server: it answers each request of a connection in plain HTTP/1.1 with a Content-Length."""

    def __init__(self) -> None:
        self._operations = list_operations() | {TAKE_COUNTS: self._take_counts}
        self._counts: Counter[str] = Counter()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until the client closes it."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                headers = dict(_HEADER.findall(head.lower()))
                body = await reader.readexactly(int(headers[b"content-length"]))
                writer.write(self._answer(_TARGET.search(head)[1].decode(), body))  # type: ignore[index]
        writer.close()

    def _take_counts(self, _: Document) -> Document:
        """Return how often each operation was asked for, by its whole name, and count from 0 again."""
        counts, self._counts = self._counts, Counter()
        return counts

    def _answer(self, target: str, body: bytes) -> bytes:
        try:
            if target not in self._operations:
                raise Refused("UnknownOperationException", {"message": f"{target!r} is not understood here"})
            self._counts[target] += 1
            return _build_response("200 OK", self._operations[target](json.loads(body)))
        except Refused as refusal:
            kind, fields = refusal.args
            return _build_response("400 Bad Request", {"__type": f"local#{kind}", **fields})


def _build_response(status: str, answer: Document) -> bytes:
    content = json.dumps(answer).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(content)}\r\nX-Amz-Crc32: {zlib.crc32(content)}\r\n\r\n"
    )
    return head.encode() + content


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(LocalAws().converse, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.local_aws", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(parser.parse_args().port))
