"""What the services of reviewing need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.funding.reviewing.deciding.rankings import Rankings
from hackathon.funding.reviewing.settings import ReviewingSettings


@dataclass(frozen=True, slots=True)
class ReviewingDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: ReviewingSettings = field(default_factory=ReviewingSettings)
    rankings: Rankings = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rankings", Rankings(self.settings.rankings_kept_max))
