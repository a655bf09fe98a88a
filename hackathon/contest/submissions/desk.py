"""What the services of submissions need besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.people.desk import Desk
from hackathon.contest.submissions.settings import SubmissionSettings


@dataclass(frozen=True, slots=True)
class SubmissionDesk:
    """Made once a process, on the desk of people."""

    desk: Desk
    settings: SubmissionSettings = field(default_factory=SubmissionSettings)
