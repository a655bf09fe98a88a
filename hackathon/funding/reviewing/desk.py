"""What the services of reviewing need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.funding.reviewing.settings import ReviewingSettings


@dataclass(frozen=True, slots=True)
class ReviewingDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: ReviewingSettings = field(default_factory=ReviewingSettings)
