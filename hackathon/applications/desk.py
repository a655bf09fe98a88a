"""What the services of applications need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from hackathon.applications.settings import ApplicationSettings
from hackathon.people.desk import Desk


@dataclass(frozen=True, slots=True)
class ApplicationDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: ApplicationSettings = field(default_factory=ApplicationSettings)
