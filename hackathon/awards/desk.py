"""What the services of awards need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from hackathon.awards.settings import AwardSettings
from hackathon.people.desk import Desk


@dataclass(frozen=True, slots=True)
class AwardDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: AwardSettings = field(default_factory=AwardSettings)
