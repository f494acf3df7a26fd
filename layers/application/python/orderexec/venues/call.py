"""One request to an exchange before it is signed: what a venue makes of a request of the inside."""

from dataclasses import dataclass

Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """`parameters` in the order in which they are sent."""

    method: str
    path: str
    parameters: Parameters
