"""How a person writes a length of time: 90s, 15min, 2h, 3d."""

import re

from orderctl.trouble import Misused

_SECONDS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
_MOST_SECONDS = 14 * 86_400  # a queue keeps no message longer


def parse_length(text: str) -> int:
    """Return the length in seconds. Raises Misused if it is no length, or longer than a queue keeps a message."""
    match = re.fullmatch(r"([0-9]{1,7})(s|min|h|d)", text.strip())
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 0 < seconds <= _MOST_SECONDS:
        raise Misused(
            f"{text!r} is not an age; write a number and s, min, h or d, such as 90s, 15min, 2h or 3d (14d at most)"
        )
    return seconds
