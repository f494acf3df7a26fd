"""Which fields each line of the log has beside its own: few, because every byte of a line is paid for.

Powertools writes twelve. What is left out stands elsewhere: the stack and the function are the log group's (`@log` in
Logs Insights); memory, cold start and trace are in Lambda's own REPORT line of the same request; where an error was
raised is in its traceback, which is written once, as text.
"""

from aws_lambda_powertools import Logger


def make_logger() -> Logger:
    """Return the logger of a function. Each line has level, message, timestamp, and the facts that it is given."""
    logger = Logger(location=None, xray_trace_id=None, serialize_stacktrace=False)
    logger.remove_keys(["service"])
    return logger


def begin_request(logger: Logger, request_id: str) -> None:
    """Let every line from here on name the request, as Lambda's own lines about it do."""
    logger.append_keys(function_request_id=request_id)
