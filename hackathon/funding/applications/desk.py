"""What the services of applications need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.funding.applications.settings import ApplicationSettings


@dataclass(frozen=True, slots=True)
class ApplicationDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: ApplicationSettings = field(default_factory=ApplicationSettings)
