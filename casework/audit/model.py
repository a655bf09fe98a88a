"""A line of the log, and what is found when the log is verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

#: What a line may say besides its columns: codes, whole numbers, truth values, lists of them.
Detail = str | int | bool | None | list["Detail"]

#: Before the first line of a chain.
NOTHING = bytes(32)
#: By which digests are made: SHA-256 over the canonical JSON of RFC 8785. Another one gets another name, which is part of what
#: it digests, and a place in ``rules.SCHEMES``.
SCHEME: Final = "sha256-rfc8785-1"
#: The chain of what belongs to no hackathon, call or term.
HUB_CHAIN = "hub"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing done; ``subject`` is a person's key, "visitor" or "system"."""

    chain: str
    at: datetime
    subject: str
    machine: str
    object_id: UUID
    event: str
    source: str | None
    target: str | None
    reason: str | None
    details: Mapping[str, Detail]


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line in its place; ``scheme`` is how its digest was made."""

    position: int
    line: Line
    previous: bytes
    digest: bytes
    scheme: str = SCHEME


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a chain: what to note outside the hub."""

    chain: str
    position: int
    digest: bytes


class Damage(StrEnum):
    """What is wrong with a chain at a position."""

    #: The line does not have the digest that it carries.
    CHANGED = "changed"
    #: There is no line at this position, although there are later ones or the head counts it.
    MISSING = "missing"
    #: The line does not carry the digest of the line before.
    UNLINKED = "unlinked"
    #: Lines stand after the head, or the chain has none.
    BEYOND_HEAD = "beyond_head"
    #: The head is not the digest of its line.
    HEAD_DIFFERS = "head_differs"
    #: What was noted outside the hub is not what stands here.
    NOTED_DIFFERS = "noted_differs"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first wrong line of a chain."""

    chain: str
    position: int
    damage: Damage


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was read, and the first wrong line of each wrong chain."""

    chains: int
    lines: int
    findings: tuple[Finding, ...]
