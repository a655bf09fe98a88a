"""What the services of a jury need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from hackathon.jury.settings import JurySettings
from hackathon.people.desk import Desk


@dataclass(frozen=True, slots=True)
class JuryDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: JurySettings = field(default_factory=JurySettings)
