"""What the services of teams need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.contest.teams.settings import TeamSettings


@dataclass(frozen=True, slots=True)
class TeamDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: TeamSettings = field(default_factory=TeamSettings)
