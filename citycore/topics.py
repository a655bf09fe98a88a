"""The MQTT topic grammar: ``falaj/v1/SOURCE/THING``.

The source is the namespace of its things: a message of one source never writes to a
thing of another.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PREFIX = "falaj/v1"
SUBSCRIPTION = f"{PREFIX}/#"
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class Address(NamedTuple):
    """Which thing of which source a message speaks for."""

    source: str
    thing: str


def build_topic(address: Address) -> str:
    """The topic of a thing; ``ValueError`` if a code has a character the grammar forbids."""
    for code in address:
        if CODE.fullmatch(code) is None:
            raise ValueError(f"{code!r} is not a code: a-z, 0-9, - and _, at most 63 characters")
    return f"{PREFIX}/{address.source}/{address.thing}"


def parse_topic(topic: str) -> Address | None:
    """The address in a topic, or None if the topic is not of the grammar."""
    parts = topic.split("/")
    if len(parts) != 4 or f"{parts[0]}/{parts[1]}" != PREFIX:
        return None
    if CODE.fullmatch(parts[2]) is None or CODE.fullmatch(parts[3]) is None:
        return None
    return Address(parts[2], parts[3])
