"""The MQTT topic grammar: ``falaj/v1/SOURCE/THING``.

The source is the namespace of its things: a message of one source never writes to a
thing of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

PREFIX = "falaj/v1"
SUBSCRIPTION = f"{PREFIX}/#"
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
#: What is kept in place of a topic that no text can be.
UNREADABLE_TOPIC = "(topic that is not UTF-8)"


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


def split_topic(topic: str) -> tuple[str, str] | None:
    """The source in whose namespace a topic lies, and the rest of the topic; None for topics outside of any."""
    prefix, _, rest = topic.partition(f"{PREFIX}/")
    if prefix or not rest:
        return None
    source, _, below = rest.partition("/")
    return (source, below) if CODE.fullmatch(source) else None


def matches(wanted: str, topic: str) -> bool:
    """Whether a topic matches a filter (MQTT 5, section 4.7)."""
    return not topic.startswith("$") and covers(wanted, topic)


def covers(wide: str, narrow: str) -> bool:
    """Whether every topic that matches the filter ``narrow`` also matches ``wide`` (MQTT 5, section 4.7)."""
    wide_levels, narrow_levels = wide.split("/"), narrow.split("/")
    for number, level in enumerate(wide_levels):
        if level == "#":
            return True
        if number == len(narrow_levels) or narrow_levels[number] == "#":
            return False
        if level not in {"+", narrow_levels[number]}:
            return False
    return len(wide_levels) == len(narrow_levels)


def overlap(one: str, other: str) -> bool:
    """Whether some topic matches both filters."""
    levels, others = one.split("/"), other.split("/")
    for level, theirs in zip(levels, others, strict=False):
        if "#" in {level, theirs}:
            return True
        if level != theirs and "+" not in {level, theirs}:
            return False
    # "a/#" also matches "a".
    longer = levels[len(others) :] or others[len(levels) :]
    return longer in ([], ["#"])


def is_filter(text: str) -> bool:
    """Whether it is a topic filter that a subscriber to devices may have: wildcards whole levels, no ``$``."""
    levels = text.split("/")
    well_formed = all(level in {"+", "#"} or not set(level) & {"+", "#", "\0"} for level in levels)
    return bool(text) and well_formed and "#" not in levels[:-1] and not text.startswith("$")


def pattern_of(wanted: str) -> str:
    """A regular expression, of PostgreSQL and of Python, for the topics outside of all namespaces that a filter matches."""
    levels = wanted.split("/")
    fixed = ["[^/]*" if level == "+" else re.escape(level) for level in levels if level != "#"]
    body = "/".join(fixed)
    if levels[-1] == "#":
        body = f"{body}(/.*)?" if fixed else ".*"
    return rf"^(?!\$)(?!{PREFIX}/){body}$"


def disjoint(filters: Iterable[str]) -> tuple[str, ...]:
    """The same topics by filters of which no two match one topic, so that nothing is delivered twice.

    What another filter covers is left out; ``ValueError`` where two match the same topics in part.
    """
    kept: list[str] = []
    for text in dict.fromkeys(filters):
        if not is_filter(text):
            raise ValueError(f"{text!r} is not an MQTT topic filter without $")
        if not any(covers(other, text) for other in kept):
            kept = [other for other in kept if not covers(text, other)] + [text]
    for number, text in enumerate(kept):
        for other in kept[number + 1 :]:
            if overlap(text, other):
                raise ValueError(f"the filters {text!r} and {other!r} match some topics both")
    return tuple(kept)
