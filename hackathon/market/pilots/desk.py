"""What the services of pilots require besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from casework.people.desk import Desk
from casework.programme import Programme
from hackathon.market.introductions.desk import IntroductionDesk
from hackathon.market.pilots.settings import PilotSettings


@dataclass(frozen=True, slots=True)
class PilotDesk:
    """Made once a process."""

    introductions: IntroductionDesk
    settings: PilotSettings = field(default_factory=PilotSettings)

    @classmethod
    def made_for(cls, programme: Programme) -> Self:
        return cls(programme.of(IntroductionDesk), programme.of(PilotSettings))

    @property
    def desk(self) -> Desk:
        return self.introductions.desk

    def link(self, pilot_id: UUID) -> str:
        """Where people reach a pilot."""
        return f"{self.desk.settings.portal_url.rstrip('/')}/pilots/{pilot_id}"
