"""What the services of calls need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from hackathon.calls.settings import CallSettings
from hackathon.people.desk import Desk


@dataclass(frozen=True, slots=True)
class CallDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: CallSettings = field(default_factory=CallSettings)
