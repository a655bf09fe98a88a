"""What the services of results need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.contest.results.settings import ResultSettings


@dataclass(frozen=True, slots=True)
class ResultDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: ResultSettings = field(default_factory=ResultSettings)
