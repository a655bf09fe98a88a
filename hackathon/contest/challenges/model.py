"""What a challenge says, and what its workflow looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from citycore.language import Language


class Terms(StrEnum):
    """Whom the work belongs to."""

    OPEN_SOURCE = "open_source"
    TEAM_KEEPS = "team_keeps"
    SHARED = "shared"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Description:
    """What an agency writes; ``datasets`` and ``things`` are codes of the open-data API."""

    title_ar: str
    title_en: str
    problem_ar: str = ""
    problem_en: str = ""
    terms: Terms | None = None
    datasets: tuple[str, ...] = ()
    things: tuple[str, ...] = ()

    def title(self, language: Language) -> str:
        return self.title_ar if language == "ar" else self.title_en


@dataclass(frozen=True, slots=True)
class Challenge:
    challenge_id: UUID
    hackathon_id: UUID
    organisation_id: UUID
    description: Description
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    #: Written by the organisers of the hackathon in the name of the agency: it needs no approval.
    by_organisers: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Which challenges somebody sees before they are published: of which agencies, which of their own, or all."""

    sees_all: bool
    agencies: tuple[UUID, ...]
    own: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of a challenge look at."""

    description: Description
    hackathon_state: str


@dataclass(frozen=True, slots=True)
class Named:
    """A dataset or thing to link, with its names."""

    code: str
    name_ar: str
    name_en: str
