"""What the services of organisations need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.organisations.settings import OrganisationSettings
from casework.people.desk import Desk


@dataclass(frozen=True, slots=True)
class Registrar:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: OrganisationSettings = field(default_factory=OrganisationSettings)
