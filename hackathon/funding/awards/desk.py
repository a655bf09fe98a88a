"""What the services of awards need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.funding.awards.settings import AwardSettings


@dataclass(frozen=True, slots=True)
class AwardDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: AwardSettings = field(default_factory=AwardSettings)
