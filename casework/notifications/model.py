"""Notifications as values, and how somebody wants mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from casework.people.model import Names
from casework.workflow.wording import Label

PACKAGE: Final = "casework.notifications"


class Choice(StrEnum):
    """When that is mailed which may be left out."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"

    @property
    def label(self) -> Label:
        return Label(PACKAGE, f"choice.{self.value}")


@dataclass(frozen=True, slots=True)
class Notification:
    """``abouts`` are what it belongs to, empty where the subjects say it; ``path`` a page of the portal without its mount, if one acts there."""

    notification_id: UUID
    subjects: Names
    abouts: Names
    path: str | None
    told_at: datetime
    read_at: datetime | None
