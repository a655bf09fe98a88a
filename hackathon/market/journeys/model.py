"""Journeys as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.people.model import Names
from casework.workflow.wording import Label

PACKAGE: Final = "hackathon.market.journeys"


class Kind(StrEnum):
    """What a journey can pass, in the order in which one thing leads on to another."""

    NEED = "need"
    CHALLENGE = "challenge"
    SUBMISSION = "submission"
    APPLICATION = "application"
    AWARD = "award"
    OFFERING = "offering"
    INTRODUCTION = "introduction"
    PILOT = "pilot"

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"kind.{self.value}")


@dataclass(frozen=True, slots=True, order=True)
class Node:
    kind: Kind
    object_id: UUID


@dataclass(frozen=True, slots=True)
class Link:
    """The first has led on to the second."""

    first: Node
    second: Node


@dataclass(frozen=True, slots=True)
class Step:
    """A node as the reader may see it. ``outcome`` is why it ended; ``path`` is its page in the portal."""

    node: Node
    titles: Names
    state: Label
    outcome: Label | None
    path: str
    at: datetime
    is_here: bool = False
