"""What the services of a jury need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.contest.jury.settings import JurySettings


@dataclass(frozen=True, slots=True)
class JuryDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: JurySettings = field(default_factory=JurySettings)
