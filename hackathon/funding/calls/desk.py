"""What the services of calls need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.funding.calls.settings import CallSettings


@dataclass(frozen=True, slots=True)
class CallDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: CallSettings = field(default_factory=CallSettings)
