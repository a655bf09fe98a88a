"""What a hackathon says about itself, and what its workflow looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from citycore.language import Language


class Mode(StrEnum):
    ONLINE = "online"
    IN_PLACE = "in_place"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Description:
    """What organisers write, in both languages; ``code`` is its name in addresses."""

    code: str
    title_ar: str
    title_en: str
    summary_ar: str = ""
    summary_en: str = ""
    mode: Mode = Mode.ONLINE
    place_ar: str = ""
    place_en: str = ""
    #: Whether teams from outside Oman may take part.
    is_international: bool = False
    team_members_min: int = 1
    team_members_max: int = 5
    rounds: int = 1

    def title(self, language: Language) -> str:
        return self.title_ar if language == "ar" else self.title_en


@dataclass(frozen=True, slots=True)
class Hackathon:
    """``round`` counts the rounds of judging that have begun."""

    hackathon_id: UUID
    description: Description
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    round: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of a hackathon look at."""

    description: Description
    round: int
    #: Names of deadlines that have been planned.
    planned: frozenset[str]
    published_challenges: int
    #: Of the round that has begun.
    has_results: bool = False
    #: Not answered, or upheld and the results not told anew since.
    open_appeals: int = 0
