"""What the services of introductions require besides a connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from casework.people.desk import Desk
from casework.programme import Programme
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.introductions.shelf import Shelf
from hackathon.market.matching.settings import MatchingSettings


@dataclass(frozen=True, slots=True)
class IntroductionDesk:
    """Made once a process: the index of all offerings is kept in it."""

    desk: Desk
    settings: IntroductionSettings = field(default_factory=IntroductionSettings)
    matching: MatchingSettings = field(default_factory=MatchingSettings)
    shelf: Shelf = field(default_factory=Shelf)

    @classmethod
    def made_for(cls, programme: Programme) -> Self:
        return cls(programme.of(Desk), programme.of(IntroductionSettings))

    def link(self, introduction_id: UUID) -> str:
        """Where people reach an introduction."""
        return f"{self.desk.settings.portal_url.rstrip('/')}/introductions/{introduction_id}"
