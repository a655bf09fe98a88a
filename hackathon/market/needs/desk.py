"""What the services of needs require besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from casework.people.desk import Desk
from hackathon.market.needs.settings import NeedSettings


@dataclass(frozen=True, slots=True)
class NeedDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: NeedSettings = field(default_factory=NeedSettings)

    def link(self, need_id: UUID, part: str = "") -> str:
        """Where people reach a need, or a part of its pages."""
        return f"{self.desk.settings.portal_url.rstrip('/')}/needs/{need_id}{part}"
